"""Every address of calls, approvals, councils and the plan: who may not, reads no letter and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from madoguchi.engines.consultation import rules
from madoguchi.engines.consultation.models import Call
from madoguchi.engines.consultation.queries.desk import calls as desk_calls
from madoguchi.engines.procedures.tests import make as claims
from madoguchi.faces.shared.tests.entering import enter
from tests.matrix.addresses import Address, addresses, filled
from tests.matrix.rules import IN, came_of
from tests.matrix.walk import rows, undone

from .things import MAILED, SECRET, Rooms, args_of, build, is_a_room

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Rooms every planner shares, whatever their division: documents of the past, mails nobody could attribute, and lists
# that show each what is theirs.
SHARED = (
    "desk/consultation/documents/",
    "desk/consultation/mails/",
    "desk/plan/years/",
    "desk/plan/indicators/",
)
# What a refusal leaves behind by right: that it was refused, how often somebody came, their own visit.
BESIDE = {"audit_event", "django_session"}


@pytest.fixture
def rooms(db) -> Rooms:
    return build()


def _walkers(rooms: Rooms) -> dict[str, Client]:
    resident = claims.resident("ken", name=claims.NAME)
    people = {"nobody": Client(raise_request_exception=False)}
    for name, actor in {"resident": resident, **rooms.staff}.items():
        people[name] = enter(Client(raise_request_exception=False), actor)
    return people


def _asked(browser: Client, address: Address, where: str) -> tuple[Any, set[str]]:
    """The answer, and the tables that stand otherwise after it."""
    with undone():
        before = rows()
        answer = (
            browser.get(where) if address.method == "GET" else browser.post(where, {"why": "x", "seen": 1})
        )
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.said = said.decode("utf-8", "replace")
        after = rows() if address.method != "GET" else before
    return answer, {table for table in after if after[table] != before.get(table)} - BESIDE


def _here() -> list[Address]:
    return [address for address in addresses() if is_a_room(address)]


def test_every_address_of_the_rooms_is_walked():
    assert len(_here()) >= 120


@pytest.mark.parametrize("who", ["nobody", "resident", "clerk elsewhere", "stranger"])
def test_who_has_no_business_there_reads_no_letter_and_changes_nothing(rooms, who):
    browser = _walkers(rooms)[who]
    found = []
    for address in _here():
        if address.face != "desk":
            continue
        where = filled(address, args_of(rooms, address))
        answer, changed = _asked(browser, address, where)
        if answer.status_code >= 500 or SECRET in answer.said:
            found.append(f"{address}: {answer.status_code}, or the letter stands in it")
        if MAILED in answer.said and not (who == "stranger" and address.route.startswith(SHARED)):
            found.append(f"{address}: the mail stands in it")
        if who in {"nobody", "resident"} and came_of(answer) == IN and address.guard.startswith("staff"):
            found.append(f"{address}: {who} came in ({answer.status_code})")
        names_ours = bool(address.things or "<slug:key>" in address.route) and address.namespace != "plan"
        let_in = came_of(answer) == IN and answer.status_code < 400
        if names_ours and let_in and not address.route.startswith(SHARED):
            found.append(f"{address}: {who} was shown what is not theirs ({answer.status_code})")
        if changed and not (who == "stranger" and address.route.startswith(SHARED)) and names_ours:
            found.append(f"{address}: {who} changed {sorted(changed)}")

    assert found == []


@pytest.mark.parametrize("who", ["planner", "clerk", "reporter", "registrar", "booker", "drawer", "caller"])
def test_who_works_there_meets_no_fault(rooms, who):
    browser = _walkers(rooms)[who]
    opened, found = set(), []
    for address in _here():
        where = filled(address, args_of(rooms, address))
        answer, _changed = _asked(browser, address, where)
        if answer.status_code >= 500:
            found.append(f"{address}: {answer.status_code}")
        if address.method == "GET" and answer.status_code == 200:
            opened.add(address.route)

    assert found == []
    if who == "planner":
        assert "desk/consultation/<slug:key>/letters/<uuid:comment_id>/" in opened
        assert "desk/consultation/mails/<uuid:arrival_id>/" in opened


def test_everybody_may_read_the_public_pages_and_no_letter_stands_in_them(rooms):
    browser, found = Client(raise_request_exception=False), []
    for address in _here():
        if address.face == "desk" or address.method != "GET" or "<str:secret>" in address.route:
            continue
        answer, _changed = _asked(browser, address, filled(address, args_of(rooms, address)))
        if answer.status_code >= 500 or SECRET in answer.said or MAILED in answer.said:
            found.append(f"{address}: {answer.status_code}")

    assert found == []


def test_the_teeth_a_letter_that_is_shown_is_found(rooms, monkeypatch):
    """Two checks stand before a letter, of the call and of the row: without both the walk has something to say."""
    monkeypatch.setattr(rules, "runs", lambda _actor, _call: True)
    monkeypatch.setattr(desk_calls, "_mine", lambda _actor: Call.objects.all())
    address = next(one for one in _here() if one.route.endswith("letters/<uuid:comment_id>/"))

    answer, _changed = _asked(_walkers(rooms)["stranger"], address, filled(address, args_of(rooms, address)))

    assert SECRET in answer.said
