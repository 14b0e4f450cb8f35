"""From sections' drafts through the check of 企画 and approval to a published result, and what becomes of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.engines.approvals.models import Request
from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.models import (
    Answer,
    Call,
    FollowUp,
    Opinion,
    Outcome,
    Publication,
    Question,
)
from madoguchi.engines.consultation.tests import make
from madoguchi.engines.plan.models import Promise
from madoguchi.kernel import clock

from .conftest import Staff, hidden
from .test_answers import classify, give, opinion_of, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def signers(planner):
    """The three posts of the route, in its order."""
    return [
        Staff(make.staff("kacho", make.ASKED, "head")),
        Staff(make.staff("kikaku2", make.PLANNING, "planner")),
        Staff(make.staff("kikakucho", make.PLANNING, "head")),
    ]


def approve(request, signers):
    for signer in signers:
        request.refresh_from_db()
        signer.post("approvals:approve", request.pk, seen=request.version)


@pytest.fixture
def ready(planner, clerk, call, signers):
    """Everything is done but the last day has not come."""
    one = opinion_of(planner, call, "家から見たい")
    planner.post("consultation:number", call.key)
    answer = give(planner, call, [one])
    write(clerk, answer, "進めます。")
    classify(clerk, one, "△", due_on=(clock.today() + dt.timedelta(days=60)).isoformat())
    clerk.post("consultation:send", answer.pk)
    approve(Request.objects.get(), signers)
    return one


def after_the_end():
    return clock.frozen(clock.now() + dt.timedelta(days=13))


@pytest.mark.accepts("B-02-T3")
def test_a_section_drafts_planning_checks_it_is_approved_and_published(planner, clerk, signers, call):
    one = opinion_of(planner, call, "家から見たい")
    planner.post("consultation:number", call.key)
    answer = give(planner, call, [one])
    assert clerk.post("consultation:send", answer.pk).status_code == 422, "nothing is written yet"
    write(clerk, answer, "進めます。")
    classify(clerk, one, "－")
    sent = clerk.post("consultation:send", answer.pk)
    assert "決裁に出しました" in sent.text

    head, checker, boss = signers
    request = Request.objects.get()
    assert boss.post("approvals:approve", request.pk, seen=request.version).status_code != 200, (
        "not yet their turn"
    )
    with after_the_end():
        early = planner.post("consultation:publish", call.key)
        assert early.status_code == 422
        assert "決裁の終わっていない" in early.text or "決裁が終わっていない" in early.text
        approve(request, [head, checker, boss])
        answer.refresh_from_db()
        assert answer.state == Answer.State.APPROVED
        page = planner.get("consultation:publish", call.key)
        assert "そろっています" in page.text

        planner.post("consultation:publish", call.key, seen=hidden(page, "seen"))

    call.refresh_from_db()
    assert call.state == Call.State.PUBLISHED
    assert [row["opinion"] for row in Publication.objects.get().content["rows"]] == ["家から見たい"]


def test_totals_of_the_paper_that_differ_stop_the_publication(planner, call, ready):
    with after_the_end():
        refused = planner.post("consultation:publish", call.key, **{"total-0": "2"})
        odd = planner.post("consultation:publish", call.key, **{"total-0": "二"})
        assert (refused.status_code, odd.status_code) == (422, 422)
        assert "入力2、計算1" in refused.text
        assert not Publication.objects.exists()

        planner.post("consultation:publish", call.key, **{"total-0": "1"})

    assert Publication.objects.count() == 1


def test_pressed_twice_it_is_published_once_and_a_correction_says_why(planner, call, ready):
    with after_the_end():
        planner.post("consultation:publish", call.key)
        again = planner.post("consultation:publish", call.key)
        assert again.status_code == 409
        planner.post("consultation:publish", call.key, why="人数の誤り")

    assert list(Publication.objects.order_by("number").values_list("number", "why")) == [
        (1, ""),
        (2, "人数の誤り"),
    ]


def test_a_row_nobody_said_stops_the_publication(planner, call, ready):
    planner.post("consultation:let_go", call.key, ready.parts.get().pk)

    with after_the_end():
        page = planner.post("consultation:publish", call.key)

    assert page.status_code == 422
    assert "だれの意見も入っていない行が1件" in page.text


@pytest.mark.accepts("B-01-T3")
def test_who_wrote_is_counted_and_stands_with_no_opinion(planner, clerk, call, signers):
    person = make.send(call, "名もない意見", writer="person", mail="hito@mihon.invalid", name="見本花子")
    group = make.send(call, "団体の意見", writer="organisation", channel="fax")
    rows = []
    for comment in (person, group):
        part = comment.parts.get()
        planner.post("consultation:part", call.key, part.pk, summary=f"要旨{len(rows)}", unit="shirase")
        rows.append(Opinion.objects.get(parts=part))
    planner.post("consultation:number", call.key)
    answer = give(planner, call, rows)
    write(clerk, answer, "進めます。")
    for row in rows:
        classify(clerk, row, "－")
    clerk.post("consultation:send", answer.pk)
    approve(Request.objects.get(), signers)
    with after_the_end():
        planner.post("consultation:publish", call.key, **{"total-0": "2"})

        content = Publication.objects.get().content
        public = Client().get(reverse("portal:opinions:call", args=[call.key])).text

    assert (content["persons"], content["organisations"]) == (1, 1)
    for secret in ("見本花子", "hito@mihon.invalid", person.receipt, group.receipt):
        assert secret not in public
        assert secret not in str(content)
    assert not {"writer", "person", "organisation"} & set(content["rows"][0])
    approver = Request.objects.get()
    assert "見本花子" not in approver.summary


@pytest.mark.accepts("B-02-T2")
def test_a_promise_stands_in_the_plan_until_what_became_of_it_is_added(planner, clerk, stranger, call, ready):
    with after_the_end():
        planner.post("consultation:publish", call.key)
        task = Promise.objects.get(about=str(ready.ref))
        assert (task.due_on, task.division_id, task.settled_at) == (
            ready.follow_up.due_on,
            make.ASKED,
            None,
        )
        assert "期限切れ" not in clerk.get("consultation:index").text
    with clock.frozen(clock.now() + dt.timedelta(days=70)):
        assert "期限切れ 1件" in clerk.get("consultation:index").text
        page = clerk.get("consultation:following")
        assert "10日超過" in page.text
        done = {"state": "done", "words": "家から見られるようになった", "item": "2-3", "source": ""}
        assert clerk.post("consultation:outcome", ready.pk, **done).status_code == 422
        assert stranger.post("consultation:outcome", ready.pk, **done).status_code == 404
        clerk.post("consultation:outcome", ready.pk, **done | {"source": "令和8年度 進捗報告書"})
        after = clerk.post("consultation:outcome", ready.pk, **done | {"source": "令和8年度 進捗報告書"})

    assert after.status_code == 404, "it has ended: the second press finds nothing to end"
    assert [one.state for one in Outcome.objects.order_by("at", "id")] == ["not_yet", "done"]
    assert FollowUp.objects.get().closed_at is not None
    assert Promise.objects.get(about=str(ready.ref)).settled_at is not None


def test_a_question_is_answered_or_not_shown_with_a_reason(planner, call):
    for words in ("いつから始めますか", "あなたの名前は"):
        services.ask_question(call=call, words=words, by=planner.actor)
    one, two = Question.objects.order_by("asked_at", "id")

    assert (
        planner.post(
            "consultation:questions", call.key, question=one.pk, words=" ", then="answer"
        ).status_code
        == 422
    )
    planner.post("consultation:questions", call.key, question=one.pk, words="来年度からです。", then="answer")
    planner.post(
        "consultation:questions", call.key, question=two.pk, words="素案の質問でないため", then="refuse"
    )
    foreign = planner.post("consultation:questions", call.key, question="x", words="x", then="answer")

    one.refresh_from_db(), two.refresh_from_db()
    assert (one.state, one.answer) == ("shown", "来年度からです。")
    assert (two.state, two.why_not) == ("refused", "素案の質問でないため")
    assert foreign.status_code == 404


def test_a_correction_opens_the_rows_again_and_the_page_asks_why_it_is_published(planner, clerk, call, ready):
    with after_the_end():
        planner.post("consultation:publish", call.key)
        page = planner.get("consultation:publish", call.key)
        begun = planner.post("consultation:publish", call.key, then="correct", seen=hidden(page, "seen"))
        answer = Answer.objects.get()
        saved = write(clerk, answer, "正しい考え方。")

    assert "訂正を始めました" in begun.text
    assert 'name="why"' in begun.text
    assert "正しい考え方。" in saved.text
    answer.refresh_from_db()
    assert answer.state == Answer.State.WRITING
