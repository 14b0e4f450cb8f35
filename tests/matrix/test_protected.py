"""秘匿: where somebody protected is stands nowhere but before themselves and who holds the named right.

Every page and program is walked in test_matrix.py; here is what leaves the house in other ways.
"""

from __future__ import annotations

import json
import logging

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from madoguchi.engines.messaging.models import Delivery, Message
from madoguchi.engines.procedures import rules
from madoguchi.engines.procedures.models import Case, Export, ExportSubject
from madoguchi.engines.procedures.services import exporting
from madoguchi.kernel import jobs
from madoguchi.kernel.audit.models import Event

from .people import everybody
from .words import SUBJECTS, found_in, said_by

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MORI = SUBJECTS["mori"]


@pytest.fixture
def people(city):
    return {walker.name: walker for walker in everybody(city)}


def as_sent(mail_: EmailMessage) -> str:
    """All that a mail says to whoever may see it, without the address of whom it is for."""
    headers = {name: value for name, value in mail_.extra_headers.items() if name != "To"}
    files = [str(one) for one in mail_.attachments]
    return f"{mail_.subject} {mail_.body} {mail_.from_email} {mail_.cc} {mail_.bcc} {headers} {files}"


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


@pytest.fixture
def written(city, people):
    """The export with Mori in it, as whoever asked for it takes it out."""
    export = Export.objects.get()
    inside = ExportSubject.objects.filter(export=export, case__applicant=city.actors["mori"].party)
    assert inside.exists()
    return lambda: said_by(people["sato"].call("POST", f"/desk/exports/{export.pk}/file/", {}))


def test_an_export_says_that_something_is_hidden_and_not_what(written):
    file = written()

    assert "（秘匿）" in file and "aoi.where" in found_in(file)
    assert "mori.where" not in found_in(file)


@pytest.mark.parametrize("taken_away", ["which answers say where somebody is", "who is protected"])
def test_without_the_veil_the_export_says_where_they_are_and_it_is_found(written, monkeypatch, taken_away):
    if taken_away == "who is protected":
        monkeypatch.setattr(rules, "is_protected", lambda case: False)
        # The last look before a file goes out stops it too, so it has to be gone as well.
        monkeypatch.setattr(exporting, "_shows_protected", lambda export: False)
    else:
        monkeypatch.setattr(rules, "WHEREABOUTS", frozenset())

    file = written()

    assert "（秘匿）" not in file
    assert "mori.where" in found_in(file)


def test_what_is_not_veiled_is_stopped_before_it_goes_out(written, monkeypatch):
    monkeypatch.setattr(rules, "is_protected", lambda case: False)

    assert "mori.where" not in found_in(written())


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
    mails = [*city.mails, *mail.outbox]
    sent = "".join(as_sent(one) for one in mails)
    # Something was there that could have told: each of these was written about her, or to her.
    assert Event.objects.filter(subject=city.actors["mori"].party).exists()
    assert Message.objects.filter(deliveries__recipient=city.actors["mori"].party).exists()
    hers = [one for one in mails if one.to == [MORI.mail]]
    told = {number for number in receipts(city) for one in hers if number in one.subject}
    assert told == set(receipts(city)), "each of her claims was answered by mail"
    assert [one for one in mails if one.to != [MORI.mail]], "others were written to as well"
    assert "refused" in caplog.text
    for said in (facts, words, errors, sent, caplog.text):
        assert "mori.where" not in found_in(said)
