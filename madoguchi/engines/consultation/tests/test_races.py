"""Two people at once. Real threads, real transactions, both databases."""

from __future__ import annotations

import pytest

from madoguchi.engines.approvals import services as approving
from madoguchi.engines.approvals.models import Request, Step
from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.models import Answer, Comment, Opinion, Part
from madoguchi.engines.consultation.services import PartIn, splitting
from madoguchi.engines.consultation.services.answering import EvidenceIn
from madoguchi.engines.procedures.tests.test_races import at_once
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster

from . import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def planner():
    make.route()
    return make.staff("kikaku", make.PLANNING, "planner")


@pytest.fixture
def second(planner):
    return make.staff("kikaku2", make.PLANNING, "planner")


@pytest.fixture
def call(planner):
    return make.opened(planner)


def refusals(results):
    return sorted(result.code for result in results if isinstance(result, Refusal))


def others(results):
    return [result for result in results if isinstance(result, Exception) and not isinstance(result, Refusal)]


def test_the_same_form_pressed_eight_times_at_once_is_one_letter(planner, call):
    results = at_once(*[lambda: make.send(call, "一つの意見", channel="fax", once="desk:1", by=planner)] * 8)

    assert not others(results)
    assert len({result.pk for result in results}) == 1
    assert Comment.objects.count() == Part.objects.count() == 1


def test_two_who_cut_one_letter_at_once_leave_one_cutting(planner, second, call):
    comment = make.send(call, "一つ。二つ。三つ。")

    results = at_once(
        lambda: services.split(
            comment=Comment.objects.get(pk=comment.pk),
            parts=[PartIn("一つ。"), PartIn("二つ。三つ。")],
            by=planner,
        ),
        lambda: services.split(
            comment=_as_read(comment), parts=[PartIn("一つ。"), PartIn("二つ。"), PartIn("三つ。")], by=second
        ),
    )

    assert not others(results)
    assert comment.parts.count() in {2, 3}
    assert [part.order for part in comment.parts.all()] == list(range(1, comment.parts.count() + 1))


def _as_read(comment):
    """The row as a form read it some time ago."""
    row = Comment.objects.get(pk=comment.pk)
    row.version = comment.version
    return row


def test_cutting_from_the_same_page_only_one_of_two_is_let_through(planner, second, call):
    comment = make.send(call, "一つ。二つ。")

    results = at_once(
        *[
            lambda by=by: services.split(
                comment=_as_read(comment), parts=[PartIn("一つ。"), PartIn("二つ。")], by=by
            )
            for by in (planner, second)
        ]
    )

    assert not others(results)
    assert refusals(results) == ["somebody_was_faster"]
    assert comment.parts.count() == 2


def test_without_compare_and_set_both_cut_the_letter_and_one_cutting_is_lost(
    planner, second, call, monkeypatch
):
    def blind(row, **fields):
        type(row).objects.filter(pk=row.pk).update(**fields)

    monkeypatch.setattr(splitting, "change", blind)
    comment = make.send(call, "一つ。二つ。")

    results = at_once(
        *[
            lambda by=by: services.split(
                comment=_as_read(comment), parts=[PartIn("一つ。"), PartIn("二つ。")], by=by
            )
            for by in (planner, second)
        ]
    )

    assert refusals(results) == [], "the teeth: nobody is told that the other was there"


def test_one_part_is_counted_in_one_of_two_opinions(planner, second, call):
    part = make.send(call, "家から見たい").parts.get()

    results = at_once(
        *[
            lambda by=by: services.write_opinion(
                call=call, summary=by.name, parts=[Part.objects.get(pk=part.pk)], by=by
            )
            for by in (planner, second)
        ]
    )

    assert not others(results)
    assert refusals(results) == ["consultation_part_settled"]
    assert Opinion.objects.count() == 1, "and the other row is not left behind empty"
    part.refresh_from_db()
    assert part.opinion is not None


def test_without_its_guard_a_part_is_counted_in_the_later_opinion_and_the_earlier_stays_empty(
    planner, second, call, monkeypatch
):
    from madoguchi.engines.consultation.services import answering

    @writes
    def blind(*, part, opinion, by):
        Part.objects.filter(pk=part.pk).update(opinion=opinion)
        return part

    monkeypatch.setattr(answering, "part_from", blind)
    part = make.send(call, "家から見たい").parts.get()

    at_once(
        *[
            lambda by=by: services.write_opinion(
                call=call, summary=by.name, parts=[Part.objects.get(pk=part.pk)], by=by
            )
            for by in (planner, second)
        ]
    )

    assert Opinion.objects.filter(parts=None).count() == 1


def test_a_part_counted_while_its_letter_is_cut_anew_is_never_lost(planner, second, call):
    """Whoever is second is refused; the words end in one place."""
    for round_ in range(4):
        comment = make.send(call, f"意見{round_}")
        part = comment.parts.get()

        results = at_once(
            lambda comment=comment: services.split(
                comment=_as_read(comment), parts=[PartIn("新しく")], by=planner
            ),
            lambda part=part: services.write_opinion(
                call=call, summary="要旨", parts=[Part.objects.get(pk=part.pk)], by=second
            ),
        )

        lost = [
            result
            for result in others(results)
            if not isinstance(result, Part.DoesNotExist)  # read after the cutting: the page says it is gone
        ]
        assert lost == []
        assert comment.parts.count() == 1
        assert Opinion.objects.filter(parts=None).count() == 0


def test_two_who_approve_one_step_at_once_take_it_once(planner, call):
    clerk, _head = make.staff("tanto", make.ASKED, "clerk"), make.staff("kacho", make.ASKED, "head")
    heads = [make.staff(name, make.ASKED, "head") for name in ("kacho2", "kacho3")]
    answer = _written(call, planner, clerk)
    services.send_for_approval(answer=answer, by=clerk)
    request = Request.objects.get()

    results = at_once(
        *[lambda by=by: approving.approve(request=_request_as_read(request), by=by) for by in heads]
    )

    assert not others(results)
    assert refusals(results) == ["somebody_was_faster"]
    assert Step.objects.filter(request=request, state=Step.State.APPROVED).count() == 1


def _request_as_read(request):
    row = Request.objects.get(pk=request.pk)
    row.version = request.version
    return row


def _written(call, planner, clerk):
    opinion = make.make_opinion(call, make.send(call, "家から見たい"), planner)
    answer = services.give_answer(opinions=[opinion], division=make.ASKED, by=planner)
    services.write_answer(answer=answer, text="進めます。", by=clerk)
    opinion.refresh_from_db()
    services.categorise(opinion=opinion, category=call.categories.get(sign="－"), by=clerk)
    return Answer.objects.get(pk=answer.pk)


def test_a_class_changed_while_the_answer_is_approved_leaves_no_unapproved_class_approved(
    planner, second, call
):
    """The last approval and a change of class at once: one of them is refused, or the answer is open again."""
    clerk = make.staff("tanto", make.ASKED, "clerk")
    head, boss = make.staff("kacho", make.ASKED, "head"), make.staff("kikakucho", make.PLANNING, "head")
    answer = _written(call, planner, clerk)
    services.send_for_approval(answer=answer, by=clerk)
    for by in (head, second):
        approving.approve(request=Request.objects.get(), by=by)
    opinion = Opinion.objects.select_related("answer").get()
    other = call.categories.get(sign="□")

    results = at_once(
        lambda: approving.approve(request=Request.objects.get(), by=boss),
        lambda: services.categorise(
            opinion=opinion, category=other, evidence=[EvidenceIn("elsewhere", words="ほかの事業")], by=clerk
        ),
    )

    assert not others(results)
    opinion = Opinion.objects.select_related("answer", "category").get()
    if opinion.category.sign == "□":
        assert opinion.answer.state == Answer.State.WRITING
    else:
        assert opinion.answer.state == Answer.State.APPROVED
        assert any(isinstance(result, SomebodyWasFaster) for result in results)


def test_without_its_token_the_same_form_pressed_twice_is_two_letters(planner, call):
    at_once(*[lambda: make.send(call, "一つの意見", channel="fax", by=planner)] * 2)

    assert Comment.objects.count() == 2, "the teeth: it is the token that makes them one"


def test_without_the_claim_nobody_is_told_that_another_approved_first(planner, call, monkeypatch):
    monkeypatch.setattr(approving, "_claim", lambda request: None)
    clerk = make.staff("tanto", make.ASKED, "clerk")
    heads = [make.staff(name, make.ASKED, "head") for name in ("kacho2", "kacho3")]
    services.send_for_approval(answer=_written(call, planner, clerk), by=clerk)
    request = Request.objects.get()

    results = at_once(
        *[lambda by=by: approving.approve(request=_request_as_read(request), by=by) for by in heads]
    )

    assert "somebody_was_faster" not in refusals(results)
