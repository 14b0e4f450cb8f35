"""The walk bites: each kind of thing it looks for is found once it is put there."""

from __future__ import annotations

import itertools

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse

from madoguchi.engines.procedures.models import EmergencyLook, Export, Sharing
from madoguchi.faces.shared import refusals
from madoguchi.kernel import audit, clock
from madoguchi.kernel.access.models import Grant, Key, Terminal
from madoguchi.kernel.identity.models import Mandate, SignedIn
from madoguchi.kernel.refs import SYSTEM, Ref

from . import rules
from .addresses import addresses
from .people import everybody
from .walk import Walk, rows
from .words import SUBJECTS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AOIS = "closed"
# What a refusal might do beside saying no, and the table where it shows.
HARMS = {
    "signs somebody out": ("identity_signedin", lambda: SignedIn.objects.update(ended_at=clock.now())),
    "loses sessions": ("django_session", lambda: Session.objects.all().delete()),
    "revokes a key": ("access_key", lambda: Key.objects.update(revoked_at=clock.now())),
    "widens a key": ("access_key", lambda: Key.objects.update(scopes=["drafts", "cases"])),
    "disconnects an app": ("access_grant", lambda: Grant.objects.update(ended_at=clock.now())),
    "stops a screen": ("access_terminal", lambda: Terminal.objects.update(stopped_at=clock.now())),
    "revokes a mandate": ("identity_mandate", lambda: Mandate.objects.update(revoked_at=clock.now())),
    "ends a sharing": ("procedures_sharing", lambda: Sharing.objects.update(ended_at=clock.now())),
    "judges an emergency": (
        "procedures_emergencylook",
        lambda: EmergencyLook.objects.update(verdict="right"),
    ),
    "ends an export": ("procedures_export", lambda: Export.objects.update(state="revoked")),
    "says somebody read": (
        "audit_event",
        lambda: audit.record_read(Ref("procedures", "case", "x"), by=SYSTEM, purpose="x", what="x"),
    ),
}


@pytest.fixture
def ben(city):
    return next(walker for walker in everybody(city) if walker.name == "ben")


@pytest.fixture
def at_aois_case(city, ben):
    """Ben at Aoi's case, walked once; what was found."""
    address = next(one for one in addresses() if str(one) == "GET /my/<uuid:case_id>/")
    thing = next(one for one in city.things if one.name == AOIS)

    def step() -> list[str]:
        walk = Walk(city, rows=rows())
        walk.step(ben, address, thing, rules.NOT_THEIRS)
        return [f"{finding.what} {finding.more}" for finding in walk.findings]

    return step


@pytest.fixture
def refusing(monkeypatch):
    """Have every refusal answered by `said(request, plain answer)`."""
    plain = refusals.answer

    def put(said):
        monkeypatch.setattr(
            refusals, "answer", lambda request, refusal: said(request, plain(request, refusal))
        )

    return put


def test_nothing_is_found_where_nothing_is_wrong(at_aois_case):
    assert at_aois_case() == []


@pytest.mark.parametrize("harm", HARMS)
def test_a_refusal_that_changes_something_all_the_same_is_found(at_aois_case, refusing, harm):
    table, done = HARMS[harm]

    def said(request, answer):
        done()
        return answer

    refusing(said)

    assert at_aois_case() == [f"changed ['{table}']"]


def test_a_word_of_somebody_else_in_a_refusal_is_found(at_aois_case, refusing):
    refusing(lambda request, answer: HttpResponse(f"{SUBJECTS['mori'].town}にはありません", status=404))

    assert at_aois_case() == ["leak 404 ['mori.where']"]


def test_a_refusal_that_tells_what_is_there_from_what_is_not_is_found(city, at_aois_case, refusing):
    aois = str(next(thing.args["case_id"] for thing in city.things if thing.name == AOIS))
    refusing(lambda request, answer: HttpResponse("まだ" if aois in request.path else "ない", status=404))

    (found,) = at_aois_case()

    assert found.startswith("tells that it is there 404, 404:")


def test_a_page_that_changes_once_while_it_is_compared_is_no_finding(at_aois_case, refusing):
    for turns_at in range(6):  # before which of the questions the page becomes another one
        asked = itertools.count()
        refusing(
            lambda request, answer, asked=asked, at=turns_at: HttpResponse(
                "あとで" if next(asked) >= at else "さきに", status=404
            )
        )
        assert at_aois_case() == [], turns_at


def test_a_page_that_is_another_each_time_cannot_be_compared_and_is_a_finding(at_aois_case, refusing):
    asked = itertools.count()
    refusing(lambda request, answer: HttpResponse(f"{next(asked)}人目", status=404))

    (found,) = at_aois_case()

    assert found.startswith("is another page each time")
