"""Mails over real SMTP."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import translation

from madoguchi.engines.messaging import queries, services
from madoguchi.engines.messaging.models import Channel, Delivery, State
from madoguchi.engines.messaging.sending import WAITS, deliver_due
from madoguchi.kernel import clock, jobs, vault
from madoguchi.kernel.identity import services as identity
from madoguchi.kernel.refs import SYSTEM

from .make import a_party, tell

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=clock.JST)


@pytest.fixture(autouse=True)
def no_demo_pack(monkeypatch):
    monkeypatch.setattr("madoguchi.engines.messaging.mail.packs.pack_info", dict, raising=False)


def the_mail(party) -> Delivery:
    return Delivery.objects.get(recipient=party, channel=Channel.MAIL)


def test_a_notice_arrives_as_mail_that_says_where_to_read_and_nothing_more(post_office):
    aoi = a_party()
    message = tell(aoi, "児童手当を受け付けました（𠮷）")

    jobs.run_due()

    (mail,) = post_office.mails
    delivery = the_mail(aoi)
    assert str(mail["Subject"]).strip() == "児童手当を受け付けました（𠮷）"
    assert mail["To"] == "aoi@mihon.invalid"
    assert mail["Message-ID"] == delivery.provider_id == f"<{delivery.pk}@mihon.invalid>"
    assert mail.get_content_charset() == "utf-8"
    assert "http://portal.invalid" in mail.get_content()
    assert "2611-0427-7" not in mail.get_content()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (State.SENT, 1, "")
    assert queries.inbox(aoi).get() == message


def test_the_address_used_is_kept_sealed(post_office):
    aoi = a_party()
    tell(aoi)
    deliver_due()

    delivery = the_mail(aoi)

    assert b"aoi@" not in bytes(delivery.address)
    assert vault.unseal(aoi.key, bytes(delivery.address), delivery.address_context) == {
        "mail": "aoi@mihon.invalid"
    }


def test_many_mails_go_over_one_connection(post_office):
    for number in range(120):
        tell(a_party(f"p{number}"))

    assert deliver_due() == 120
    assert len(post_office.mails) == 120
    assert post_office.connections == 1


def test_a_connection_that_ends_in_the_middle_is_opened_again(post_office):
    post_office.hangs_up_after = 2
    parties = [a_party(f"p{number}") for number in range(4)]
    for party in parties:
        tell(party)

    assert deliver_due() == 4
    assert post_office.connections == 2
    assert {str(mail["To"]) for mail in post_office.mails} == {f"p{n}@mihon.invalid" for n in range(4)}


@pytest.mark.both_databases
def test_nothing_is_sent_twice_however_often_the_worker_runs(post_office):
    tell(a_party())

    jobs.run_due()
    jobs.run_due()
    deliver_due()

    assert len(post_office.mails) == 1


def test_a_recipient_the_server_refuses_for_good_is_seen_and_the_others_get_their_mail(post_office):
    post_office.answers["aoi@mihon.invalid"] = "550 5.1.1 <aoi@mihon.invalid>: no such person"
    aoi, ben = a_party("aoi"), a_party("ben")
    tell(aoi)
    tell(ben)

    deliver_due()

    lost = queries.undelivered().get()
    assert (lost.recipient, lost.state, lost.attempts) == (aoi, State.FAILED, 1)
    assert "550" in lost.last_error and "aoi" not in lost.last_error
    assert the_mail(ben).state == State.SENT
    assert post_office.connections == 1


def test_a_server_that_asks_to_wait_is_asked_again_later_and_given_up_in_the_end(post_office):
    post_office.answers["aoi@mihon.invalid"] = "451 later"
    aoi = a_party()
    at = NOON
    with clock.frozen(at):
        tell(aoi)
        deliver_due()
        deliver_due()
    assert (the_mail(aoi).state, the_mail(aoi).attempts) == (State.QUEUED, 1)

    for wait in WAITS:
        at += wait + dt.timedelta(seconds=1)
        with clock.frozen(at):
            deliver_due()

    assert (the_mail(aoi).state, the_mail(aoi).attempts) == (State.FAILED, len(WAITS) + 1)
    assert queries.undelivered().count() == 1


def test_a_mail_that_failed_can_be_sent_again_to_a_corrected_address(post_office):
    post_office.answers["aoi@mihon.invalid"] = "550 no"
    aoi = a_party()
    tell(aoi)
    deliver_due()
    first_id = f"<{the_mail(aoi).pk}@mihon.invalid>"

    identity.keep_party(party=aoi, profile={"email": "aoi2@mihon.invalid"}, by=SYSTEM)
    services.resend(the_mail(aoi), by=SYSTEM)
    jobs.run_due()

    (mail,) = post_office.mails
    assert (mail["To"], mail["Message-ID"]) == ("aoi2@mihon.invalid", first_id)
    assert not queries.undelivered().exists()
    with pytest.raises(services.AlreadyDelivered):
        services.resend(the_mail(aoi), by=SYSTEM)


def test_while_no_server_answers_all_mails_wait_and_one_attempt_is_enough_to_know(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.DEMO = "127.0.0.1", 1, False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    parties = [a_party(f"p{number}") for number in range(3)]
    with clock.frozen(NOON):
        for party in parties:
            tell(party)
        assert deliver_due() == 0

    assert {(the_mail(party).state, the_mail(party).attempts) for party in parties} == {(State.QUEUED, 1)}
    with clock.frozen(NOON + dt.timedelta(hours=2)):
        assert queries.undelivered().count() == 3


@pytest.mark.both_databases
def test_a_worker_that_died_while_sending_is_followed_by_another(post_office, monkeypatch):
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with clock.frozen(NOON):
        tell(a_party())
        monkeypatch.setattr("madoguchi.engines.messaging.sending._settle", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver_due()
        monkeypatch.undo()
        monkeypatch.setattr("madoguchi.engines.messaging.mail.packs.pack_info", dict, raising=False)
        assert deliver_due() == 0
    with clock.frozen(NOON + dt.timedelta(minutes=11)):
        assert deliver_due() == 1

    # The first had been taken by the server: the second bears the same Message-ID.
    assert len({mail["Message-ID"] for mail in post_office.mails}) == 1


def test_a_party_without_an_address_is_told_to_the_desk_not_forgotten(post_office):
    nobody, crooked = a_party(email=""), a_party(email="aoi at home")
    tell(nobody)
    tell(crooked)

    deliver_due()

    assert {row.recipient for row in queries.undelivered()} == {nobody, crooked}
    assert all(row.state == State.FAILED and row.last_error for row in queries.undelivered())


def test_an_erased_party_gets_no_mail_and_the_batch_goes_on(post_office):
    gone, ben = a_party("gone"), a_party("ben")
    tell(gone)
    tell(ben)
    vault.destroy_key(gone.key, by=SYSTEM)

    assert deliver_due() == 1
    assert the_mail(gone).state == State.FAILED


@pytest.mark.parametrize(
    ("email", "state"),
    [
        ("hana@mihon.invalid", State.SENT),
        ("hana@city.example", State.SENT),
        ("hana@example.com", State.HELD),
        ("hana@invalid.tokyo.jp", State.HELD),
        ("hana@evilinvalid.jp", State.HELD),
    ],
)
def test_a_demo_writes_only_to_addresses_nobody_has(post_office, settings, email, state):
    settings.DEMO = True
    hana = a_party(email=email)
    tell(hana)

    deliver_due()

    assert the_mail(hana).state == state
    assert [str(mail["Subject"]) for mail in post_office.mails] == ["【見本】受け付けました"] * (
        state == State.SENT
    )
    assert bool(the_mail(hana).last_error) == (state == State.HELD)


def test_a_demo_pack_is_a_demo_whatever_the_operator_says(post_office, monkeypatch):
    monkeypatch.setattr("madoguchi.kernel.packs.pack_info", lambda: {"demo": True}, raising=False)
    hana = a_party(email="hana@city.nerima.tokyo.jp")
    tell(hana)

    deliver_due()

    assert the_mail(hana).state == State.HELD
    assert post_office.mails == []


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00"])
def test_a_subject_cannot_begin_another_header(post_office, sign):
    tell(a_party(), f"件名{sign}Bcc: spy@mihon.invalid")

    deliver_due()

    (mail,) = post_office.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "件名 Bcc: spy@mihon.invalid"


def test_an_address_cannot_begin_another_header(post_office):
    party = a_party(email="aoi@mihon.invalid\r\nBcc: spy@mihon.invalid")
    tell(party)

    deliver_due()

    assert post_office.mails == []
    assert the_mail(party).state == State.FAILED


def test_odd_characters_arrive(post_office):
    tell(a_party(), "👶 \ud83d 長い" + "題" * 180)

    assert deliver_due() == 1
    assert str(post_office.mails[0]["Subject"]).strip().startswith("👶 ? 長い")


def test_the_mail_speaks_the_language_of_the_message(post_office):
    with translation.override("en"):
        tell(a_party(), "Received", channels=("post", "mail"))

    deliver_due()

    assert Delivery.objects.get(channel=Channel.MAIL).message.language == "en"
    assert "http://" not in post_office.mails[0].get_content()


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(post_office):
    for number in range(40):
        tell(a_party(f"p{number}"))

    def work() -> int:
        try:
            return deliver_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        sent = [worker.result() for worker in [workers.submit(work), workers.submit(work)]]

    assert sum(sent) == 40
    assert len({str(mail["To"]) for mail in post_office.mails}) == len(post_office.mails) == 40
