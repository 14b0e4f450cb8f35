"""Two browsers at the same moment: one code opens one door. Real threads, both databases, and the guard taken away."""

from __future__ import annotations

import threading

import pyotp
import pytest
from django.db import connections

from madoguchi.kernel import clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries, services
from madoguchi.kernel.identity.models import Account, Factor, SignedIn
from madoguchi.kernel.identity.ways_in import contacts, factors, recovery, recovery_codes, sign_ins, totp
from madoguchi.kernel.identity.ways_in.errors import CodeAlreadyUsed, LastWayIn, WrongSecondFactor
from madoguchi.kernel.refs import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def at_once(*verbs):
    """Run the verbs in threads that start together; what each gave back or raised, by the name of its kind."""
    gate, results = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(place, verb):
        gate.wait()
        try:
            results[place] = type(verb()).__name__
        except Exception as error:
            results[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, verb)) for place, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(str(result) for result in results)


def both_have_read(monkeypatch, module, name, instead=None):
    """The guard `module.name` is reached by both before either goes on; `instead` stands in its place."""
    gate, guard = threading.Barrier(2, timeout=30), instead or getattr(module, name)

    def waiting(*args):
        gate.wait()
        return guard(*args)

    monkeypatch.setattr(module, name, waiting)


@writes
def without_asking(factor: Factor, step: int = 0) -> bool:
    """What a guard would be that writes and does not look."""
    Factor.objects.filter(pk=factor.pk).update(last_used_at=clock.machine(), last_step=step)
    return True


def open_account(kind="resident", login="aoi") -> Account:
    return services.open_account(kind=kind, login=login, password=None, by=SYSTEM)


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "teeth"])
def test_one_code_on_paper_brings_one_browser_back(monkeypatch, guarded):
    aoi = open_account()
    code = recovery_codes.make(account=aoi, by=queries.actor_for(aoi))[0]
    both_have_read(monkeypatch, recovery_codes, "_take", None if guarded else without_asking)

    got = at_once(*[lambda: recovery_codes.use(account=aoi, typed=code)] * 2)

    assert got == (["Factor", WrongSecondFactor.__name__] if guarded else ["Factor", "Factor"])


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "teeth"])
def test_one_code_of_an_app_lets_one_browser_in(monkeypatch, guarded):
    aoi = open_account()
    app = pyotp.TOTP(pyotp.random_base32(32))
    totp.register(account=aoi, secret=app.secret, typed=app.now(), label="", by=SYSTEM)
    Factor.objects.update(last_step=0)
    both_have_read(monkeypatch, totp, "_use", None if guarded else without_asking)
    code = app.now()

    got = at_once(*[lambda: totp.check(account=aoi, typed=code)] * 2)

    assert got == ([CodeAlreadyUsed.__name__, "Factor"] if guarded else ["Factor", "Factor"])


def test_six_browsers_at_once_leave_three_signed_in():
    sato = open_account("staff", "sato")

    at_once(*[lambda: sign_ins.let_in(account=sato, assurance="password+totp")] * 6)

    assert SignedIn.objects.filter(ended_at=None).count() == 3


def test_of_two_factors_given_up_at_once_one_stays():
    sato = open_account("staff", "sato")
    kept = [
        factors.keep(account=sato, kind="card", label=name, by=SYSTEM, digest=name, pin="x")
        for name in ("a", "b")
    ]
    rows = [sign_ins.let_in(account=sato, assurance="card+pin") for _factor in kept]

    got = at_once(
        *[
            lambda factor=factor, row=row: factors.stop_mine(factor_id=factor.pk, sign_in=row, by=SYSTEM)
            for factor, row in zip(kept, rows, strict=True)
        ]
    )

    assert got == ["Factor", LastWayIn.__name__]
    assert Factor.objects.working().count() == 1


def test_one_recovery_gives_one_browser_a_new_way_in(monkeypatch):
    aoi = open_account()
    contacts.keep(account=aoi, address="aoi@mihon.invalid", by=SYSTEM)
    recovery.ask(account=aoi)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + recovery.WAITS)
    words = {"password": "kumo no ito san"}

    got = at_once(*[lambda: recovery.complete(account=aoi, way="mail", added=words)] * 2)

    assert got == ["RecoveryNotPossible", "SignedIn"]
    assert SignedIn.objects.filter(ended_at=None).count() == 1
