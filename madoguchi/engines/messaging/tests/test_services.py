"""The ledger of messages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from madoguchi.engines.messaging import queries, sending, services
from madoguchi.engines.messaging.models import Attachment, Channel, Delivery, Message, State
from madoguchi.kernel import audit, clock, jobs, vault
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import SYSTEM, Ref

from .make import CASE, a_party, tell

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_notice_has_one_row_for_each_channel_before_anything_is_sent():
    aoi = a_party()

    message = tell(aoi, channels=("inbox", "mail", "post", "mail"))

    rows = {row.channel: row.state for row in message.deliveries.all()}
    assert rows == {"inbox": State.HANDED, "mail": State.QUEUED, "post": State.QUEUED}
    assert Job.objects.filter(kind="messaging.deliver").count() == 1


def test_the_same_notice_twice_is_one_notice():
    aoi, ben = a_party("aoi"), a_party("ben")

    first = tell(aoi, key="case.received:1")
    again = tell(aoi, "別の題", key="case.received:1")
    tell(ben, key="case.received:1")

    assert first == again and again.subject == "受け付けました"
    assert Message.objects.count() == 1
    assert Delivery.objects.filter(recipient=aoi).count() == 2
    assert Delivery.objects.filter(recipient=ben).count() == 2


def test_the_database_itself_refuses_a_second_row():
    aoi = a_party()
    row = tell(aoi).deliveries.get(channel=Channel.INBOX)

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            message=row.message, recipient=aoi, channel=Channel.INBOX, created_at=row.created_at
        )


def test_a_notice_is_undone_with_what_it_tells_of():
    aoi = a_party()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(aoi)
        1 / 0  # noqa: B018

    assert not Message.objects.exists()
    assert not Job.objects.filter(kind="messaging.deliver").exists()


def test_the_inbox_is_ones_own_and_knows_what_was_read():
    aoi, ben = a_party("aoi"), a_party("ben")
    first, second = tell(aoi, "一つめ"), tell(aoi, "二つめ")
    tell(ben, "べつの人へ")

    found = queries.message_for(aoi, str(first.pk))
    services.mark_read(message=found, party=aoi, by=SYSTEM)
    services.mark_read(message=found, party=aoi, by=SYSTEM)

    assert [(item.subject, bool(item.read_at)) for item in queries.inbox(aoi.pk)] == [
        ("二つめ", False),
        ("一つめ", True),
    ]
    assert queries.unread(aoi) == 1
    assert list(queries.about(CASE, party=aoi.pk)) == [second, first]
    for stranger, wanted in ((ben, first.pk), (aoi, "nonsense"), (aoi, None), (None, first.pk)):
        with pytest.raises(NotFound):
            queries.message_for(stranger, wanted)


def test_a_paper_lies_in_the_inbox():
    letter = vault.keep_artefact(
        content=b"%PDF", name="a.pdf", content_type="application/pdf", about=CASE, kind="pdf"
    )
    aoi = a_party()

    tell(aoi, attachments=(letter,), key="k")
    tell(aoi, attachments=(letter,), key="k")

    assert list(queries.inbox(aoi).get().files.all()) == [letter]


def test_a_letter_for_the_post_waits_until_it_is_handed_over():
    aoi = a_party()
    tell(aoi, channels=("post",))

    (waiting,) = queries.to_post()
    services.hand_over(waiting, by=SYSTEM)
    services.hand_over(waiting, by=SYSTEM)

    assert not queries.to_post().exists()
    assert waiting.state == State.HANDED
    assert audit.events_about(CASE).filter(verb="delivery.handed").count() == 1


def test_what_came_back_is_seen():
    sent = tell(a_party(), channels=("post",)).deliveries.get()
    services.hand_over(sent, by=SYSTEM)

    services.record_bounce(sent, reason="あて所に尋ねあたりません", by=SYSTEM)

    assert queries.undelivered().get().last_error == "あて所に尋ねあたりません"


def test_erasing_takes_the_words_and_leaves_the_ledger():
    aoi = a_party()
    letter = vault.keep_artefact(
        content=b"%PDF", name="a.pdf", content_type="application/pdf", about=CASE, kind="pdf"
    )
    tell(aoi, attachments=(letter,))

    assert services.erase_about(CASE, by=SYSTEM) == 1

    message = Message.objects.get()
    assert (message.subject, message.body) == ("", "")
    assert not Attachment.objects.exists()
    assert message.deliveries.count() == 2


def test_the_inbox_asks_the_database_as_often_for_many_as_for_one(django_assert_num_queries):
    aoi = a_party()
    for _number in range(5):
        tell(aoi)

    with django_assert_num_queries(2):
        for item in queries.inbox(aoi):
            list(item.files.all())


def test_the_worker_knows_the_job():
    tell(a_party(email=""))

    assert jobs.run_due() == 1
    assert queries.undelivered().get().state == State.FAILED


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (2, False), (3, True)])
def test_a_letter_counts_as_stuck_after_two_business_days(days, is_late):
    friday = dt.datetime(2026, 11, 6, 16, 0, tzinfo=clock.JST)
    with clock.frozen(friday):
        tell(a_party(), channels=("post",))

    after = [dt.timedelta(days=0), None, dt.timedelta(days=4), dt.timedelta(days=5)][days]
    with clock.frozen(friday + after):
        assert queries.undelivered().exists() is is_late


def test_a_letter_that_came_back_waits_to_be_posted_again_and_wakes_no_mail_worker():
    sent = tell(a_party(), channels=("post",)).deliveries.get()
    services.hand_over(sent, by=SYSTEM)
    services.record_bounce(sent, reason="あて所に尋ねあたりません", by=SYSTEM)

    services.hand_over(sent, by=SYSTEM)
    sent.refresh_from_db()
    assert sent.state == State.BOUNCED, "what came back was not given to the post again by saying so"
    services.resend(sent, by=SYSTEM)

    assert queries.to_post().get() == sent
    assert not Job.objects.filter(kind="messaging.deliver").exists()


def test_trying_work_again_is_on_record_and_only_when_it_was_given_up():
    tell(a_party())
    job = Job.objects.get(kind="messaging.deliver")

    assert services.retry_job(job, by=SYSTEM) is False
    Job.objects.filter(pk=job.pk).update(state="failed")
    assert services.retry_job(job, by=SYSTEM) is True

    events = audit.events_about(Ref.to(job))
    assert [(event.verb, event.facts) for event in events] == [("job.retried", {"kind": "messaging.deliver"})]


def test_only_a_delivery_by_post_is_a_posted_letter():
    message = tell(a_party(), channels=("inbox", "post"))
    inbox, post = message.deliveries.order_by("channel")

    assert queries.posted_letter(str(post.pk)) == post
    for wrong in (inbox.pk, "nonsense"):
        with pytest.raises(NotFound):
            queries.posted_letter(wrong)


def test_what_is_over_is_not_sent_any_more_and_what_was_said_stays():
    aoi = a_party(email="aoi@mihon.invalid")
    said = tell(aoi, key="a:1", kind="case.ready", channels=("inbox", "mail", "post"))
    other = tell(aoi, key="b:1", kind="case.received", channels=("post",))

    assert services.take_back(about=CASE, kind="case.ready", by=SYSTEM) == 2
    assert services.take_back(about=CASE, kind="case.ready", by=SYSTEM) == 0

    rows = {row.channel: row.state for row in said.deliveries.all()}
    assert rows == {"inbox": State.HANDED, "mail": State.RECALLED, "post": State.RECALLED}
    assert other.deliveries.get().state == State.QUEUED
    assert sending.deliver_due() == 0
    assert list(audit.events_about(CASE).values_list("verb", flat=True)) == ["delivery.taken_back"]
