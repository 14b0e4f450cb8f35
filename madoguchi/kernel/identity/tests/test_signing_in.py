"""Who signs in is on record, and guessing is slow."""

import datetime as dt
import threading

import pytest
from django.db import connections

from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.identity import demo, jobs, services
from madoguchi.kernel.identity.errors import TooManyTries, WrongSignIn
from madoguchi.kernel.identity.models import Account, Kind, SignedIn, SignInTry
from madoguchi.kernel.identity.ways_in import passwords
from madoguchi.kernel.refs import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SECRET = "asagao no tane"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Argon2 is slow on purpose; these tests try many."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def sato():
    return open_staff("sato")


def open_staff(login, password=SECRET, **more):
    return services.open_account(
        kind=Kind.STAFF, login=login, password=password, name=login, by=SYSTEM, **more
    )


def enter(login="sato", password=SECRET, *, kind=Kind.STAFF, address="192.0.2.1"):
    return passwords.check(kind=kind, login=login, password=password, from_address=address)


def fail(times=1, **how):
    for _time in range(times):
        with pytest.raises(WrongSignIn):
            enter(**{"password": "wrong", **how})


def later(**how_long):
    return clock.frozen(clock.now() + dt.timedelta(**how_long))


def test_signing_in_takes_the_right_words_and_no_others(sato):
    assert enter() == sato
    for wrong in ({"password": "wrong"}, {"login": "nobody"}, {"kind": Kind.RESIDENT}):
        fail(**wrong)


def test_an_account_without_a_password_opens_to_none():
    open_staff("sato", None)

    fail(password="")


def test_a_sign_in_is_on_record_with_how_sure_we_are(sato):
    services.let_in(account=enter(), assurance="password+totp")

    event = Event.objects.get(verb="signed_in")
    assert (event.actor_account, event.actor_name, event.facts) == (
        sato.pk,
        "sato",
        {"assurance": "password+totp"},
    )
    sato.refresh_from_db()
    assert sato.assurance == "password+totp"
    assert sato.last_login is not None


@pytest.mark.parametrize("assurance", ["", "password", "totp", "passkey", "mail+totp", "card", "demo"])
def test_one_factor_lets_no_member_of_staff_in(sato, assurance):
    with pytest.raises(NotAllowed):
        services.let_in(account=sato, assurance=assurance)

    assert not SignedIn.objects.exists()


def test_a_refused_sign_in_is_on_record_without_what_was_typed(sato):
    fail(login="my-password-typed-here")
    fail()

    unknown, known = Event.objects.filter(verb="sign_in_refused")
    assert (unknown.facts["account"], known.facts["account"]) == ("", str(sato.pk))
    for event in (unknown, known):
        assert "typed-here" not in event.about + str(event.facts)
        assert event.actor_account is None
    assert unknown.about != known.about


def test_leaving_is_on_record(sato):
    services.sign_out(account=sato)

    assert Event.objects.get(verb="signed_out").actor_account == sato.pk


@pytest.mark.parametrize("login", ["sato", "nobody"])
def test_after_five_failures_the_login_waits_wherever_one_comes_from(sato, login):
    for number in range(5):
        fail(login=login, address=f"192.0.2.{number}")

    with pytest.raises(TooManyTries, match="1分ほど"):
        enter(login, address="198.51.100.7")

    assert Event.objects.filter(verb="sign_in_refused").count() == 5, "waiting is not recorded"
    assert SignInTry.objects.count() == 5, "and does not make the wait longer"


def test_the_wait_grows_and_ends(sato):
    fail(5)
    with later(seconds=31):
        fail()
        with pytest.raises(TooManyTries):
            enter()
    with later(seconds=31 + 40), pytest.raises(TooManyTries):
        enter()
    with later(seconds=31 + 61):
        assert enter() == sato


def test_five_failures_at_an_address_slow_down_everyone_there_for_a_minute_at_most(sato):
    for number in range(12):
        with later(minutes=number):
            fail(login=f"guess{number}")
        if number == 4:
            with later(minutes=number), pytest.raises(TooManyTries):
                enter()
            with later(minutes=number):
                assert enter(address="198.51.100.7") == sato, "elsewhere nobody waits"

    with later(minutes=11, seconds=30), pytest.raises(TooManyTries):
        enter()
    with later(minutes=12, seconds=1):
        assert enter() == sato


def test_who_signs_in_at_last_begins_anew(sato):
    fail(4)
    enter()
    fail(4)

    assert enter() == sato


def test_failures_are_forgotten(sato):
    fail(5)

    with later(minutes=16):
        assert enter() == sato
    fail(2)
    with later(days=2):
        jobs.forget_tries()
    assert not SignInTry.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_not_all_taken_for_the_first(sato):
    outcomes, start = [], threading.Barrier(16)

    def guess():
        start.wait()
        try:
            enter(password="wrong")
        except Exception as error:
            outcomes.append(type(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert set(outcomes) <= {WrongSignIn, TooManyTries}
    assert len(outcomes) == 16
    assert outcomes.count(WrongSignIn) <= 5


# ------------------------------------------------------------------ the demo's people


@pytest.fixture
def week(settings):
    settings.DEMO = True
    for post in demo.week("staff")["posts"]:
        services.keep_division(key=post["division"], name=post["division"])
    demo.lay_week(by=SYSTEM)


def test_the_demos_printed_password_opens_nothing_once_the_demo_is_off(week, settings):
    printed = [
        (login, password) for _who, path, login, password in demo.sign_ins() if path.startswith("/desk")
    ]
    assert printed
    for login, password in printed:
        assert services.enter_demo(account=enter(login, password)).assurance == "demo"

    settings.DEMO = False
    for number, (login, password) in enumerate(printed):
        fail(login=login, password=password, address=f"192.0.2.{number}")


def test_choosing_a_person_is_for_the_demos_people_in_a_demo_only(settings):
    fictional, real = open_staff("takagi", is_demo=True), open_staff("sato")
    settings.DEMO = True
    assert services.enter_demo(account=fictional).assurance == "demo"
    assert demo.staff_account("sato") is None, "a real account of the same login is not opened by a press"
    with pytest.raises(NotAllowed):
        services.enter_demo(account=real)

    settings.DEMO = False
    with pytest.raises(NotAllowed):
        services.enter_demo(account=fictional)
    assert Event.objects.filter(verb="signed_in").count() == 1


def test_everybody_of_the_week_is_marked(week):
    assert Account.objects.exists()
    assert not Account.objects.filter(is_demo=False).exists()
