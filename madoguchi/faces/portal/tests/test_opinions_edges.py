"""Words that could get lost or be seen too early on the public pages of a call."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from madoguchi.engines.consultation import queries, services
from madoguchi.engines.consultation.models import Call, Comment, Opinion, Publication
from madoguchi.engines.consultation.tests import make
from madoguchi.faces.shared.pace import kinds_of
from madoguchi.kernel import clock
from madoguchi.kernel.refs import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner():
    make.route()
    return make.staff("kikaku", make.PLANNING, "planner")


@pytest.fixture
def call(planner):
    return make.opened(planner)


def _post(client, call, step, **fields):
    return client.post(reverse("portal:opinions:write", args=[call.key]), {"step": step, **fields})


def test_who_goes_back_and_writes_more_has_sent_both(client, call):
    once = str(new_id())

    first = _post(client, call, "send", once=once, **{"text-whole": "はじめの意見"})
    second = _post(client, call, "send", once=once, **{"text-whole": "つぎの意見"})

    one, two = Comment.objects.order_by("pk")
    assert one.receipt in first.text and two.receipt in second.text


def test_words_on_a_passage_a_correction_dropped_are_shown_again_and_sent(client, call, planner):
    services.lay_draft(
        call=Call.objects.get(pk=call.pk),
        kind="draft",
        title="訂正",
        on=clock.today(),
        text="■① 待ち人数を家から見る {shirase}\n本文。",
        by=planner,
    )

    check = _post(client, call, "check", **{"text-yobidashi": "文字でも呼んでほしい"})

    assert '<textarea hidden name="text-yobidashi">文字でも呼んでほしい</textarea>' in check.text


def test_the_plan_as_decided_is_not_shown_before_the_result(client, call):
    make.final_version(call)

    draft = client.get(reverse("portal:opinions:draft", args=[call.key])).text

    assert "本文。" in draft
    assert "変えた。" not in draft


def test_how_many_rows_staff_work_on_is_nobodys_before_the_result(client, call, planner):
    make.make_opinion(call, make.send(call, "家から"), planner)

    assert [one["opinions"] for one in client.get("/api/v1/calls").json()] == [0]


def test_a_page_with_somebodys_words_is_kept_by_no_browser(client, call):
    check = _post(client, call, "check", **{"text-whole": "わたしの意見"})

    assert "no-store" in check.headers["Cache-Control"]
    assert "no-store" not in client.get(reverse("portal:opinions:write", args=[call.key])).headers.get(
        "Cache-Control", ""
    )


def test_papers_and_letters_are_counted_as_costly(client, call):
    pdf = client.get(reverse("portal:opinions:pdf", args=[call.key])).wsgi_request
    sent = _post(client, call, "send", **{"text-whole": "意見"}).wsgi_request

    assert kinds_of(pdf) == ["costly"]
    assert kinds_of(sent) == ["change", "costly"]


def test_while_a_result_is_corrected_its_pages_and_papers_show_what_was_published(client, call, planner):
    opinion = make.make_opinion(call, make.send(call, "家から"), planner, summary="公表した要旨")
    services.number_all(call=call, by=planner)
    Call.objects.filter(pk=call.pk).update(closes_on=clock.today() - dt.timedelta(days=1))
    call.refresh_from_db()
    content = queries.result(call).as_data()
    Publication.objects.create(
        call=call, number=1, at=clock.now(), by=planner.account, content=content, digest="0" * 64
    )
    services.write_opinion(call=call, opinion=_again(opinion), summary="まだ決裁していない要旨", by=planner)

    result = client.get(reverse("portal:opinions:call", args=[call.key])).text
    assert "公表した要旨" in result and "まだ決裁していない要旨" not in result
    for paper in ("text", "csv", "json"):
        taken = client.get(reverse(f"portal:opinions:{paper}", args=[call.key])).content.decode()
        assert "公表した要旨" in taken and "まだ決裁していない要旨" not in taken
    at_its_place = reverse("portal:opinions:call", args=[call.key]) + "#no1"
    assert client.get(reverse("portal:opinions:opinion", args=[call.key, 1])).url == at_its_place
    assert client.get(reverse("portal:opinions:permanent", args=[opinion.pk])).url == at_its_place
    assert client.get(reverse("portal:opinions:opinion", args=[call.key, 2])).status_code == 404


def _again(opinion):
    return Opinion.objects.get(pk=opinion.pk)
