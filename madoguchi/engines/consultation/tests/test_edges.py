"""What nobody does on purpose: going back in the browser, opening late, editing what is approved, pointing at what is gone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.translation import override

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.approvals import services as approving
from madoguchi.engines.approvals.models import Request
from madoguchi.engines.consultation import queries, references, services
from madoguchi.engines.consultation.errors import (
    AlreadyPublished,
    CallKeyTaken,
    CallUnclear,
    NotReadyToPublish,
    TooFewDays,
)
from madoguchi.engines.consultation.models import Answer, Call, Comment, Opinion, Part
from madoguchi.engines.consultation.services import EvidenceIn
from madoguchi.engines.messaging.models import Message
from madoguchi.kernel import clock, search
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Account
from madoguchi.kernel.refs import anonymous

from . import make
from .past_calls import bring_past

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner():
    make.route()
    return make.staff("kikaku", make.PLANNING, "planner")


@pytest.fixture
def clerk(planner):
    return make.staff("tanto", make.ASKED, "clerk")


@pytest.fixture
def call(planner):
    return make.opened(planner)


def _sent(call, planner, clerk, sign="－", **given):
    """An opinion whose answer is on its way to approval."""
    opinion = make.make_opinion(call, make.send(call, "家から", mail="aoi@mihon.invalid"), planner)
    answer = services.give_answer(opinions=[opinion], division=make.ASKED, by=planner)
    services.write_answer(answer=answer, text="進めます。", by=clerk)
    opinion = Opinion.objects.get(pk=opinion.pk)
    services.categorise(opinion=opinion, category=call.categories.get(sign=sign), by=clerk, **given)
    answer = Answer.objects.get(pk=answer.pk)
    services.send_for_approval(answer=answer, by=clerk)
    return answer, Opinion.objects.get(pk=opinion.pk)


def _approved(answer, planner):
    for login, division, role in (
        ("kacho", make.ASKED, "head"),
        ("kikaku2", make.PLANNING, "planner"),
        ("kikakucho", make.PLANNING, "head"),
    ):
        actor = make.staff(login, division, role)
        [request] = approvals.waiting_for(actor)
        approving.approve(request=request, by=actor)
    return Answer.objects.get(pk=answer.pk)


def _after(call):
    return clock.frozen(dt.datetime.combine(call.closes_on + dt.timedelta(days=1), dt.time(9), clock.JST))


def test_other_words_on_a_form_gone_back_to_are_another_letter(call):
    first = make.send(call, "一通め", once="form-1")
    again = make.send(call, "一通め", once="form-1")
    second = make.send(call, "二通め", once="form-1")

    assert first == again
    assert second.receipt != first.receipt
    assert Comment.objects.count() == 2
    assert "一通め" not in first.once


def test_days_before_the_announcement_do_not_count(planner):
    call = make.make_call(opens_in=-30, closes_in=1)

    with pytest.raises(TooFewDays) as refusal:
        services.open_call(call=call, by=planner)

    assert refusal.value.facts["days"] == 2


def test_a_past_call_of_a_pack_is_not_laid_over_a_call_of_the_desk(planner):
    make.make_call(key="joho-r1")

    with pytest.raises(CallKeyTaken):
        bring_past("joho-r1")

    assert Call.objects.get(key="joho-r1").state == Call.State.DRAFT


def test_a_year_no_calendar_has_is_refused(planner):
    far = dt.date(9999, 12, 31)

    with pytest.raises(CallUnclear):
        services.prepare_call(
            division=make.PLANNING, given=services.CallIn("名前", "素案", far, far, {}), by=planner
        )


def test_a_call_in_preparation_is_not_published(planner):
    call = make.make_call()
    make.send(call, "先に届いたはがき", channel="post", by=planner)

    with _after(call):
        assert "募集の期間がまだ終わっていません。" in queries.unready(call)


def test_a_call_nobody_wrote_to_can_say_so(call, planner):
    with _after(call):
        publication = services.publish(call=Call.objects.get(pk=call.pk), by=planner)

    assert publication.content["rows"] == []


@pytest.mark.parametrize(
    "text", ["電話番号03-5984-0000", "受付番号 1 の方", "NO2の濃度", "表No.1-3", "No.1000001", "Piano 1台"]
)
def test_what_is_no_number_of_an_opinion_stays_as_written(call, planner, text):
    opinion = services.write_opinion(call=call, summary="意見", by=planner)
    for number in (1, 3, 2):
        Opinion.objects.filter(pk=opinion.pk).update(number=number)

        assert references.taken_in(call, text) == text


@pytest.mark.parametrize("text", ["No.1", "Ｎｏ．１", "№1", "NO 1", "番号１", "意見番号1", "と番号 1"])
def test_a_number_of_an_opinion_is_kept_as_the_opinion(call, planner, text):
    services.write_opinion(call=call, summary="意見", by=planner)
    services.number_all(call=call, by=planner)

    assert "{{opinion:" in references.taken_in(call, text + "のとおり")


def test_an_answer_that_points_at_a_row_that_is_gone_is_not_published(call, planner, clerk):
    answer, _opinion = _sent(call, planner, clerk)
    empty = services.write_opinion(call=call, summary="まちがい", by=planner)
    services.number_all(call=call, by=planner)
    empty.refresh_from_db()
    services.write_answer(
        answer=Answer.objects.get(pk=answer.pk), text=f"No.{empty.number}に記載のとおり", by=clerk
    )
    services.drop_opinion(opinion=empty, by=planner)

    assert "考え方の中に、なくなった意見の番号（No.―）があります。" in queries.unready(call)


def test_nobody_is_told_what_became_of_words_that_are_not_published(call, planner, clerk):
    _answer, opinion = _sent(call, planner, clerk)
    told = Message.objects.count()

    with pytest.raises(NotFound):
        services.add_outcome(opinion=opinion, state="studying", words="検討中", by=planner)

    assert Message.objects.count() == told


def test_another_day_to_look_again_has_to_be_approved_again(call, planner, clerk):
    day = clock.today() + dt.timedelta(days=30)
    answer, opinion = _sent(call, planner, clerk, sign="△", due_on=day)
    assert _approved(answer, planner).state == Answer.State.APPROVED

    later = day + dt.timedelta(days=3000)
    opinion = Opinion.objects.get(pk=opinion.pk)
    services.plan_follow_up(opinion=opinion, due_on=later, division=None, by=planner)

    assert Answer.objects.get(pk=answer.pk).state == Answer.State.WRITING


def test_approvers_read_what_shows_that_the_class_is_true(call, planner, clerk):
    _sent(call, planner, clerk, sign="□", evidence=[EvidenceIn("elsewhere", words="べつの事業")])

    assert "ほかの計画や事業：べつの事業" in Request.objects.get().summary


def test_who_approves_may_read_the_desk_in_another_language(call, planner, clerk):
    day = clock.today() + dt.timedelta(days=30)
    answer, _opinion = _sent(call, planner, clerk, sign="△", due_on=day)

    with override("en"):
        assert _approved(answer, planner).state == Answer.State.APPROVED


def test_an_answer_nobody_uses_any_more_waits_for_no_approval(call, planner, clerk):
    answer, opinion = _sent(call, planner, clerk)

    services.give_answer(opinions=[opinion], division=make.PLANNING, by=planner)

    assert not Answer.objects.filter(pk=answer.pk).exists()
    assert Request.objects.get().state == Request.State.WITHDRAWN


def test_one_row_out_of_two_leaves_no_answer_without_opinions(call, planner, clerk):
    _answer, opinion = _sent(call, planner, clerk)
    other = make.make_opinion(call, make.send(call, "おなじ"), planner)

    services.merge(into=other, others=[opinion], by=planner)

    assert not Answer.objects.exists()


def test_a_part_somebody_counted_elsewhere_meanwhile_stays_there(call, planner):
    part = make.send(call, "意見").parts.get()
    one = services.write_opinion(call=call, summary="一", parts=[part], by=planner)
    two = services.write_opinion(call=call, summary="二", by=planner)
    as_read = Part.objects.get(pk=part.pk)
    assert as_read.opinion == one
    services.let_go(part=Part.objects.get(pk=part.pk), by=planner)
    services.part_from(part=Part.objects.get(pk=part.pk), opinion=two, by=planner)

    with pytest.raises(SomebodyWasFaster):
        services.let_go(part=as_read, by=planner)

    part.refresh_from_db()
    assert part.opinion == two


def test_what_was_read_before_the_publication_is_not_written_after_it(call, planner, clerk):
    answer, _opinion = _sent(call, planner, clerk)
    _approved(answer, planner)
    services.number_all(call=call, by=planner)
    as_read = Answer.objects.select_related("call").get(pk=answer.pk)
    with _after(call):
        services.publish(call=Call.objects.get(pk=call.pk), by=planner)

        with pytest.raises(AlreadyPublished):
            services.write_answer(answer=as_read, text="決裁していない言葉", by=clerk)


def test_a_call_is_found_from_its_first_day(planner):
    call = make.opened(planner, opens_in=5, closes_in=40)
    search.rebuild("call")
    assert not search.find("窓口の待ち時間", by=anonymous(), limit=5)

    with clock.frozen(dt.datetime.combine(call.opens_on, dt.time(9), clock.JST)):
        search.rebuild("call")
    assert search.find("窓口の待ち時間", by=anonymous(), limit=5)


def test_a_published_result_is_corrected_and_everybody_sees_the_old_one_until_then(call, planner, clerk):
    answer, opinion = _sent(call, planner, clerk)
    _approved(answer, planner)
    services.number_all(call=call, by=planner)
    with _after(call):
        first = services.publish(call=Call.objects.get(pk=call.pk), by=planner)

        services.begin_correction(call=Call.objects.get(pk=call.pk), by=planner)
        services.write_answer(answer=Answer.objects.get(pk=answer.pk), text="正しい考え方。", by=clerk)

        seen = queries.public_result(queries.call(call.key))
        assert seen is not None
        assert seen.as_data() == first.content
        assert queries.place_while_corrected(opinion.pk) == (call.key, 1)
        with pytest.raises(NotReadyToPublish):
            services.publish(call=Call.objects.get(pk=call.pk), why="誤り", by=planner)

        services.send_for_approval(answer=Answer.objects.get(pk=answer.pk), by=clerk)
        for login in ("kacho", "kikaku2", "kikakucho"):
            actor = identity.actor_for(Account.objects.get(login=login))
            [request] = approvals.waiting_for(actor)
            approving.approve(request=request, by=actor)
        with pytest.raises(AlreadyPublished):
            services.publish(call=Call.objects.get(pk=call.pk), by=planner)
        second = services.publish(call=Call.objects.get(pk=call.pk), why="考え方の誤り", by=planner)

    assert (second.number, second.content["rows"][0]["answer"]) == (2, "正しい考え方。")
    first.refresh_from_db()
    assert first.content["rows"][0]["answer"] == "進めます。"
