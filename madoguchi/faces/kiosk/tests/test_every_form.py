"""Every form of the reference city, written at a screen by somebody without account or card, received by a clerk."""

from __future__ import annotations

import pytest
from django.db import transaction

from madoguchi.engines.forms import queries as forms
from madoguchi.engines.forms.models import Channel, Draft
from madoguchi.engines.procedures import queries
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make as city
from madoguchi.kernel.audit.models import Event
from tests.journeys.nine import ERRANDS

from .make import Desk, Screen

VISITOR = {
    "applicant.name": {"family": "見本", "given": "はな", "family_kana": "ミホン", "given_kana": "ハナ"},
    "applicant.birth": {"y": "1988", "m": "3", "d": "3"},
    "applicant.address": {"postcode": "0000001", "address": "架空県見本市見本町1-2-3", "building": ""},
}


@pytest.fixture(scope="module", autouse=True)
def published(django_db_setup, django_db_blocker):
    """The procedures, once for this file. Undone after it."""
    with django_db_blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        city.publish_canonical()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)


def typed(value):
    if isinstance(value, list):
        return {f"is-{option}": "yes" for option in value}
    return value if isinstance(value, dict) else {"value": value}


@pytest.mark.slow
@pytest.mark.accepts("C-18-T1")
@pytest.mark.parametrize("errand", ERRANDS, ids=lambda errand: errand.key)
def test_every_online_form_is_written_at_the_screen_and_received_with_the_same_answers(db, errand):
    division = queries.procedure(errand.key).card.division
    clerk = Desk(city.clerk("sato", division=division))
    screen = Screen(clerk.actor)
    answers = {**VISITOR, **{path: typed(value) for path, value in errand.answers.items()}}
    for path, value in answers.items():
        if value.get("value") == "today":
            answers[path] = {"y": "2026", "m": "11", "d": "20"}

    draft = screen.write(answers, key=errand.key)
    written = forms.answers_of(draft)
    number = screen.hand()
    received = clerk.receive(number)

    case = Case.objects.get()
    assert received["Location"] == f"/desk/receive/done/{case.pk}/"
    assert case.draft_id == draft.pk
    assert case.channel == Channel.COUNTER
    assert case.gaps == 0
    draft = Draft.objects.get(pk=draft.pk)
    assert forms.answers_at(draft, forms.latest_revision(draft)) == written
    facts = Event.objects.get(verb="case.received").facts
    assert facts == {"channel": "counter", "terminal": str(screen.terminal.account_id)}


def test_every_procedure_that_can_be_done_online_is_offered_at_the_screen(db):
    screen = Screen(city.clerk("sato"))
    online = [card for card in queries.procedures_online() if card.is_online]

    shown = screen.get("procedures").text

    assert {errand.key for errand in ERRANDS} <= {card.key for card in online}
    assert [card.key for card in online if f"/kiosk/procedures/{card.key}/" not in shown] == []
