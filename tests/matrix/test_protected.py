"""秘匿: where somebody protected is stands nowhere but before themselves and who holds the named right.

Every page and program is walked in test_matrix.py; here is what leaves the house in other ways.
"""

from __future__ import annotations

import json
import logging

import pytest
from django.core import mail

from madoguchi.engines.messaging.models import Delivery, Message
from madoguchi.engines.procedures.models import Case, Export, ExportSubject
from madoguchi.kernel import jobs
from madoguchi.kernel.audit.models import Event

from .people import everybody
from .words import SUBJECTS, found_in, said_by

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MORI = SUBJECTS["mori"]


@pytest.fixture
def people(city):
    return {walker.name: walker for walker in everybody(city)}


def receipts(city) -> list[str]:
    cases = Case.objects.filter(applicant=city.actors["mori"].party)
    return list(cases.values_list("receipt", flat=True))


@pytest.mark.parametrize(
    "typed", [{"name": f"{MORI.family} {MORI.given}"}, {"name": MORI.kana}, {"phone": MORI.phone}]
)
def test_a_search_finds_the_protected_for_the_named_right_alone(city, people, typed):
    hers = receipts(city)
    found = {
        name: [one for one in hers if one in said_by(people[name].call("POST", "/desk/find/person/", typed))]
        for name in ("sato", "tamura", "ogawa", "takagi", "kanda", "hogo")
    }

    assert [name for name, numbers in found.items() if numbers] == ["hogo"]
    assert sorted(found["hogo"]) == sorted(hers)


def test_an_export_says_that_something_is_hidden_and_not_what(city, people):
    export = Export.objects.get()
    inside = ExportSubject.objects.filter(export=export, case__applicant=city.actors["mori"].party)
    assert inside.exists()

    written = said_by(people["sato"].call("POST", f"/desk/exports/{export.pk}/file/", {}))

    assert "（秘匿）" in written and "aoi.where" in found_in(written)
    assert "mori.where" not in found_in(written)


def test_mails_messages_the_record_and_the_log_say_nothing_of_where_they_are(city, people, caplog):
    logging.disable(logging.NOTSET)
    caplog.set_level(logging.DEBUG)
    for _turn in range(3):
        jobs.run_due()
    for name in ("mori", "sato", "hogo", "kanda", "mori's agent"):
        for case in Case.objects.filter(applicant=city.actors["mori"].party):
            for address in (f"/my/{case.pk}/", f"/desk/cases/{case.pk}/"):
                people[name].call("GET", address, {})

    facts = json.dumps(
        list(Event.objects.values_list("facts", "about", "what", "purpose")), ensure_ascii=False
    )
    words = json.dumps(list(Message.objects.values_list("subject", "body")), ensure_ascii=False)
    errors = json.dumps(list(Delivery.objects.values_list("last_error", flat=True)), ensure_ascii=False)
    sent = "".join(f"{one.subject} {one.body}" for one in mail.outbox)
    assert Event.objects.filter(subject=city.actors["mori"].party).exists()
    for said in (facts, words, errors, sent, caplog.text):
        assert "mori.where" not in found_in(said)
