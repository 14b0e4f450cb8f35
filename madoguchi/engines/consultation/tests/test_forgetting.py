"""What is not kept for ever: words go, what was published and how many wrote stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from madoguchi.engines.consultation import queries, sealing, services
from madoguchi.engines.consultation.errors import CommentUnsettled
from madoguchi.engines.consultation.mail_in.heard import hear
from madoguchi.engines.consultation.mail_in.rounds import receive_mail
from madoguchi.engines.consultation.models import Arrival, Original, Unsent
from madoguchi.engines.consultation.services import forgetting, sorting
from madoguchi.kernel import clock
from madoguchi.kernel.refs import Ref, anonymous
from madoguchi.kernel.vault import retention
from madoguchi.kernel.vault.errors import UnderHold

from . import make, make_mails

pytestmark = pytest.mark.django_db
CLASSES = [{"id": "3年", "title": "3年", "years": 3, "counted_from": "end_of_fiscal_year", "basis": "規程"}]


@pytest.fixture
def planner():
    make.route()
    retention.RetentionPlan.objects.create(
        content={
            "classes": CLASSES,
            "drafts": {"warn_after_days": 60, "throw_away_after_days": 90},
            "others": {"opinions": "3年"},
        },
        applied_at=clock.now(),
    )
    return make.staff("kikaku", make.PLANNING, "planner")


@pytest.fixture
def written(planner):
    """(the call, a comment in a published row)."""
    call = make.opened(planner)
    comment = make.send(call, "家から見たい", writer="person", mail="aoi@mihon.invalid")
    make.make_opinion(call, comment, planner)
    return call, comment


def publish(call) -> None:
    call.state, call.published_at = "published", clock.now()
    call.save()


def test_a_writer_who_asks_is_forgotten_and_the_row_and_the_count_stay(planner, written):
    call, comment = written
    before = queries.result(call)

    forgetting.forget_writer(comment=comment, by=planner)

    comment.refresh_from_db()
    after = queries.result(call)
    assert (
        (after.persons, [row.same for row in after.rows])
        == (1, [1])
        == (
            before.persons,
            [row.same for row in before.rows],
        )
    )
    assert list(call.opinions.values_list("summary", flat=True)) == ["家から見たい"]
    assert (sealing.original(comment), sealing.text_of(comment.parts.get())) == ({"parts": []}, "")
    assert comment.party_id is None
    assert {one.kind for one in retention.Erasure.objects.filter(done_at__isnull=False)} == {
        "comment",
        "party",
    }


def test_words_nobody_has_settled_are_not_forgotten_and_a_hold_keeps_them(planner, written):
    call, comment = written
    loose = make.send(call, "まだ整理していない")
    with pytest.raises(CommentUnsettled):
        forgetting.forget_writer(comment=loose, by=planner)
    records = make.staff("bunsho", "総務課", "records")
    retention.hold(about=Ref.to(comment), kind="lawsuit", why="訴え", by=records)

    with pytest.raises(UnderHold):
        forgetting.forget_writer(comment=comment, by=planner)

    assert sealing.text_of(comment.parts.get()) == "家から見たい"


def test_comments_go_when_the_years_after_publication_are_over_and_not_a_day_before(planner, written):
    call, comment = written
    with clock.frozen(dt.datetime(2027, 2, 1, 12, tzinfo=clock.JST)):
        publish(call)
    with clock.frozen(dt.datetime(2030, 3, 31, 23, tzinfo=clock.JST)):
        assert forgetting.tend()["comments"] == 0
    with clock.frozen(dt.datetime(2030, 4, 1, 1, tzinfo=clock.JST)):
        assert forgetting.tend()["comments"] == 1
        assert forgetting.tend()["comments"] == 0

    comment.refresh_from_db()
    assert sealing.text_of(comment.parts.get()) == ""


def test_what_was_never_sent_goes_a_month_after_the_call_has_closed(planner):
    call = make.opened(planner)
    services.keep_unsent(call=call, content={"text": "書きかけ"}, by=anonymous())

    with clock.frozen(clock.now() + dt.timedelta(days=12 + 30)):
        assert forgetting.tend()["unsent"] == 0
    with clock.frozen(clock.now() + dt.timedelta(days=12 + 31)):
        assert forgetting.tend()["unsent"] == 1

    assert not Unsent.objects.exists()


def test_what_was_set_aside_goes_a_month_later_and_its_row_stays_so_that_it_never_comes_again(planner):
    raw = make_mails.automatic()
    arrival = receive_mail(raw=raw, mail=hear(raw), at=clock.now())
    sorting.set_aside(arrival=arrival, by=planner)

    with clock.frozen(clock.now() + dt.timedelta(days=31)):
        assert forgetting.tend()["aside"] == 1
        assert receive_mail(raw=raw, mail=hear(raw), at=clock.now()).pk == arrival.pk

    arrival = Arrival.objects.get()
    arrival.raw.refresh_from_db()
    assert (bytes(arrival.sealed), arrival.raw.state) == (b"", "erased")


def test_the_database_lets_an_original_go_only_once_its_key_is_destroyed(planner, written):
    _call, comment = written
    for change in ({"sealed": b""}, {"digest": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Original.objects.filter(comment=comment).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Original.objects.filter(comment=comment).delete()

    forgetting.forget_writer(comment=comment, by=planner)

    with pytest.raises(DatabaseError), transaction.atomic():
        Original.objects.filter(comment=comment).update(sealed=b"other words")
    with pytest.raises(DatabaseError), transaction.atomic():
        Original.objects.filter(comment=comment).delete()
