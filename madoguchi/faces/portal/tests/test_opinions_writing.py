"""An open call as the public sees it: read, written about without sign-in, kept half-written, sent once."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from madoguchi.engines.consultation.models import Comment, Original, Unsent
from madoguchi.engines.consultation.sealing import original
from madoguchi.engines.consultation.tests import make
from madoguchi.engines.messaging.models import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    make.route()
    return make.opened(make.staff("kikaku", make.PLANNING, "planner"))


def _post(client, call, step, **fields):
    return client.post(reverse("portal:opinions:write", args=[call.key]), {"step": step, **fields})


@pytest.mark.accepts("B-01-T4")
def test_one_public_page_has_draft_summary_places_and_the_days_that_are_left(client, call):
    call.notices = [{"kind": "place", "text": "図書館", "except": "見本分室を除く"}]
    call.save()

    text = client.get(reverse("portal:opinions:call", args=[call.key])).text

    assert "待つ人数と時間を、どこで知らせるとよいか。" in text
    assert "図書館（見本分室を除く）" in text
    assert "のこり12日" in text
    draft = client.get(reverse("portal:opinions:draft", args=[call.key])).text
    assert "① 待ち人数を家から見る" in draft


@pytest.mark.accepts("B-01-T4")
def test_a_half_written_opinion_is_kept_under_an_address_only_its_writer_knows(client, call):
    kept = _post(client, call, "keep", **{"text-shirase": "まだ途中の意見", "mail": "aoi@mihon.invalid"})

    [path] = re.findall(rf'href="({reverse("portal:opinions:write", args=[call.key])}[^"]+)"', kept.text)[:1]
    again = client.get(path).text
    assert "まだ途中の意見" in again
    assert "aoi@mihon.invalid" in again
    assert Comment.objects.count() == 0
    assert client.get(path[:-4] + "xxx/").status_code == 404

    client.post(path, {"step": "send", "text-shirase": "できた意見"})
    assert Unsent.objects.count() == 0
    assert client.get(path).status_code == 404


@pytest.mark.accepts("B-01-T2")
def test_several_opinions_go_in_one_time_without_sign_in_and_get_one_receipt_number(client, call):
    fields = {"text-shirase": "家から見たい", "text-whole": "文字も大きく", "writer": "person"}
    check = _post(client, call, "check", **fields)
    once = re.search(r'name="once" value="([^"]+)"', check.text)[1]
    assert Comment.objects.count() == 0

    first = _post(client, call, "send", once=once, **fields)
    second = _post(client, call, "send", once=once, **fields)

    comment = Comment.objects.get()
    assert comment.receipt in first.text and comment.receipt in second.text
    assert [part.unit.key if part.unit else "" for part in comment.parts.all()] == ["shirase", ""]
    assert original(comment)["parts"] == [
        {"text": "家から見たい", "unit": "shirase"},
        {"text": "文字も大きく", "unit": ""},
    ]
    assert "家から見たい".encode() not in bytes(Original.objects.get().sealed)


def test_who_leaves_an_address_gets_the_receipt_number_by_mail(client, call):
    _post(client, call, "send", **{"text-whole": "意見", "mail": "aoi@mihon.invalid"})

    delivery = Delivery.objects.get()
    assert Comment.objects.get().receipt in delivery.message.subject
    assert "意見" not in delivery.message.body.replace("ご意見", "")
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "意見がまだ書かれていません"),
        ({"text-whole": "あ" * 4001}, "4000字まで"),
        ({"text-whole": "意見", "mail": "でたらめ"}, "メールアドレスの形"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_the_last_press_and_stays_on_the_page(
    client, call, fields, said
):
    answer = _post(client, call, "check", **fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert fields.get("text-whole", "")[:100] in answer.text


def test_after_the_last_day_nothing_is_taken_and_what_was_kept_can_still_be_read(client, call):
    kept = _post(client, call, "keep", **{"text-whole": "間に合わなかった意見"})
    [path] = re.findall(rf'href="({reverse("portal:opinions:write", args=[call.key])}[^"]+)"', kept.text)[:1]
    call.closes_on = call.opens_on
    call.save()

    assert _post(client, call, "send", **{"text-whole": "遅れた"}).status_code == 409
    assert "間に合わなかった意見" in client.get(path).text
    assert Comment.objects.count() == 0


def test_a_question_is_seen_only_after_staff_let_it_through(client, call):
    client.post(reverse("portal:opinions:ask", args=[call.key]), {"words": "いつから始まりますか"})

    assert "いつから始まりますか" not in client.get(reverse("portal:opinions:call", args=[call.key])).text


def test_a_call_in_preparation_is_not_there(client):
    make.route()
    call = make.make_call(key="mada")

    assert client.get(reverse("portal:opinions:call", args=[call.key])).status_code == 404
    assert client.get(reverse("portal:opinions:write", args=[call.key])).status_code == 404
