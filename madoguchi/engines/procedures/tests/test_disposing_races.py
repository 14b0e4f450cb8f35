"""A hold and an erasure at the same moment; two who approve at once. Both databases, each with its teeth."""

import datetime as dt
import threading

import pytest
from django.db import connection

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.errors import DisposalSettled
from madoguchi.engines.procedures.models import Case, Disposal, Term
from madoguchi.engines.procedures.services import disposing
from madoguchi.kernel import clock
from madoguchi.kernel.vault import retention
from madoguchi.kernel.vault.errors import UnderHold
from madoguchi.kernel.vault.retention import holds

from . import make
from . import make_disposing as due
from .test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def city():
    make.publish_canonical()
    due.plan_in_force()
    ogawa = make.head()
    case = due.granted(make.resident(), make.clerk(), ogawa)
    Term.objects.update(disposes_on=clock.today() - dt.timedelta(days=1))
    return Case.objects.get(pk=case.pk), ogawa, due.records("bunsho"), due.records("kiroku")


def proposed(case, ogawa):
    return services.propose(
        division=case.division_id,
        class_=case.term.retention,
        fiscal_year=case.term.fiscal_year,
        wanted=[case.pk],
        by=ogawa,
    )


def test_two_who_approve_at_once_approve_once(city):
    case, ogawa, bunsho, kiroku = city
    made = proposed(case, ogawa)

    results = at_once(
        *[lambda by=by: services.approve(disposal=Disposal.objects.get(), by=by) for by in (bunsho, kiroku)]
    )

    assert sum(isinstance(one, DisposalSettled) for one in results) == 1
    made.refresh_from_db()
    assert made.state == "approved"


def both(case, ogawa, bunsho, monkeypatch):
    """The erasure has looked for holds and found none; then somebody puts one on; then the erasure goes on."""
    disposal = services.approve(disposal=proposed(case, ogawa), by=bunsho)
    item = disposal.items.select_related("case__definition", "case__draft__key").get()
    looked, held = threading.Event(), threading.Event()
    whole = holds.holds_on

    def slow(abouts):
        found = whole(abouts)
        looked.set()
        held.wait(1.5)
        return found

    monkeypatch.setattr(holds, "holds_on", slow)

    def put_on():
        looked.wait(5)
        made = retention.hold(about=case.ref, kind="lawsuit", why="訴え", by=bunsho)
        held.set()
        return made

    def erase():
        try:
            return disposing._begin(item.case, disposal)
        except UnderHold as refused:
            return refused

    results = at_once(put_on, erase)
    monkeypatch.setattr(holds, "holds_on", whole)
    erasure = next((one for one in results if isinstance(one, retention.Erasure)), None)
    hold = next((one for one in results if isinstance(one, retention.Hold)), None)
    return erasure, hold, held


def test_a_hold_waits_for_an_erasure_that_has_looked_already(city, monkeypatch):
    case, ogawa, bunsho, _kiroku = city
    erasure, hold, _held = both(case, ogawa, bunsho, monkeypatch)

    # Never the hold inside the moment between looking and taking: it stands after the point of no return.
    assert erasure is not None and hold is not None
    assert hold.made_at >= erasure.begun_at


def test_without_its_turn_a_hold_slips_in_between(city, monkeypatch):
    """Teeth: on SQLite the gate alone lets one writer in; on PostgreSQL only the turn does."""
    case, ogawa, bunsho, _kiroku = city
    monkeypatch.setattr(holds, "take_turn", lambda: None)

    erasure, hold, held = both(case, ogawa, bunsho, monkeypatch)

    slipped = held.is_set() and erasure is not None and hold is not None and hold.made_at < erasure.begun_at
    assert slipped is (connection.vendor == "postgresql")
