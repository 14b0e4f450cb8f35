"""Two people at once over one document. Real threads, real transactions, both databases."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError

from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.models import Call, Doubt, ReadDocument, Rules
from madoguchi.engines.procedures.tests.test_races import at_once
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster

from . import make
from .results import document

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
WRONG = {"○": 2, "△": 1}


@pytest.fixture
def planners():
    return make.staff("kikaku", make.PLANNING, "planner"), make.staff("kikaku2", make.PLANNING, "planner")


def take(planner, data=None, name="a.txt"):
    return services.take_document(name=name, data=data or document(legend=WRONG), by=planner)


def test_the_same_file_brought_by_six_at_once_is_one_document(planners):
    results = at_once(*[lambda: take(planners[0])] * 6)

    assert [type(one).__name__ for one in results] == ["ReadDocument"] * 6
    assert len({one.pk for one in results}) == 1
    assert Doubt.objects.count() == 2
    assert Event.objects.filter(verb="consultation.document_read").count() == 1


def test_without_looking_inside_the_gate_the_second_is_only_stopped_by_the_table(planners):
    """The teeth: both look before either writes, and both write; what is left is the constraint."""
    both_looked = threading.Barrier(2, timeout=30)
    as_read = take(planners[0])
    ReadDocument.objects.all().delete()

    def careless_take():
        is_new = not ReadDocument.objects.filter(sha256=as_read.sha256).exists()
        both_looked.wait()
        assert is_new
        with writes():
            ReadDocument.objects.create(
                sha256=as_read.sha256, name="a.txt", kind="text", reading={}, read_at=as_read.read_at
            )
        return "mine"

    results = at_once(careless_take, careless_take)

    assert sorted(type(one) for one in results if one != "mine") == [IntegrityError]


def test_a_document_taken_over_by_two_at_once_becomes_one_call(planners):
    taken = take(planners[0], document())
    keys = ("mihon-a", "mihon-b")

    results = at_once(
        *[
            lambda key=key, planner=planner: services.take_over(
                document=ReadDocument.objects.get(pk=taken.pk), facts=services.Facts(key=key), by=planner
            )
            for key, planner in zip(keys, planners, strict=True)
        ]
    )

    assert sorted(isinstance(one, Refusal) for one in results) == [False, True]
    assert Call.objects.count() == 1
    assert ReadDocument.objects.get().call == Call.objects.get()


def test_without_the_version_both_would_make_a_call(planners):
    """The teeth: read the state, then write without the condition."""
    taken = take(planners[0], document())
    both_read = threading.Barrier(2, timeout=30)

    def careless(key):
        is_free = ReadDocument.objects.get(pk=taken.pk).state == "read"
        both_read.wait()
        assert is_free
        with writes():
            call = make.make_call(key=key)
            ReadDocument.objects.filter(pk=taken.pk).update(state="taken", call=call)
        return key

    assert at_once(lambda: careless("a"), lambda: careless("b")) == ["a", "b"]
    assert Call.objects.count() == 2


def test_of_two_decisions_on_one_doubt_one_stands_and_the_other_is_told(planners):
    taken = take(planners[0])
    doubt = taken.doubts.first()
    # Both opened the page before either decided.
    seen = [Doubt.objects.select_related("document").get(pk=doubt.pk) for _planner in planners]

    results = at_once(
        lambda: services.decide(doubt=seen[0], value="", by=planners[0]),
        lambda: services.leave_unknown(doubt=seen[1], by=planners[1]),
    )

    assert sorted(type(one).__name__ for one in results) == ["Doubt", "SomebodyWasFaster"]
    won = next(one for one in results if not isinstance(one, SomebodyWasFaster))
    doubt.refresh_from_db()
    assert doubt.state == won.state


def test_a_doubt_settled_while_the_document_is_taken_over_is_never_lost(planners):
    """Whoever was second is refused: the call holds what was decided, or the decision comes back."""
    taken = take(planners[0])
    for one in taken.doubts.all():
        services.decide(doubt=one, value="", by=planners[0])
    doubt = Doubt.objects.select_related("document").first()
    fresh = ReadDocument.objects.get(pk=taken.pk)

    results = at_once(
        lambda: services.undo(doubt=doubt, by=planners[0]),
        lambda: services.take_over(document=fresh, facts=services.Facts(key="mihon"), by=planners[1]),
    )

    undone, made = (not isinstance(one, Refusal) for one in results)
    assert (undone, made) in {(True, False), (False, True)}


def test_two_files_of_one_document_brought_at_once_are_put_together(planners):
    make.route()
    Rules.objects.create(pk=1)
    other = document(
        ("窓口で書く紙が多いので減らしてほしい。", "電子申請とあわせて見直します。", "○"),
        ("案内板の文字が小さく読みにくい。", "大きさを検討しまス。", "△"),
        ("夜も電話で聞けるようにしてほしい。", "時間の延長を検討します。", "△"),
    )

    at_once(lambda: take(planners[0], document()), lambda: take(planners[1], other, "b.txt"))

    assert sorted(ReadDocument.objects.values_list("state", flat=True)) == ["merged", "read"]
