"""What comes in at the desk: typed, scanned, opened on record, cut, withheld."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from madoguchi.engines.consultation import sealing
from madoguchi.engines.consultation.models import Comment, Part
from madoguchi.engines.consultation.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.refs import Ref, new_id
from madoguchi.kernel.vault.models import StoredFile

from .conftest import hidden

pytestmark = pytest.mark.django_db

SECRET = "家の前のベンチに人が多い"


def typed(**more):
    return {
        "once": str(new_id()),
        "channel": "fax",
        "writer": "person",
        "received_on": clock.today().isoformat(),
        "text": [SECRET, "呼び出しの字を大きく", ""],
        "unit": ["shirase", "yobidashi", ""],
    } | more


def picture():
    held = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(held, "PNG")
    held.seek(0)
    held.name = "fax.png"
    return held


def reads():
    return Event.objects.filter(verb="read", about__startswith="consultation:comment:")


def test_a_fax_typed_by_staff_has_a_receipt_number_its_day_and_its_parts(planner, call):
    page = planner.post("consultation:receive", call.key, **typed())

    comment = Comment.objects.get()
    assert comment.receipt in page.text
    assert (comment.channel, comment.writer, comment.received_by) == ("fax", "person", planner.actor.account)
    assert [part.unit.key for part in comment.parts.all()] == ["shirase", "yobidashi"]
    assert [sealing.text_of(part) for part in comment.parts.all()] == [SECRET, "呼び出しの字を大きく"]
    assert SECRET not in page.text, "the receipt is handed over: no words stand on it"


def test_the_same_form_pressed_twice_is_received_once(planner, call):
    form = typed()

    first = planner.post("consultation:receive", call.key, **form)
    second = planner.post("consultation:receive", call.key, **form)

    assert Comment.objects.count() == 1
    assert first.redirect_chain == second.redirect_chain


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "web"},
        {"channel": "pigeon"},
        {"writer": "cat"},
        {"received_on": "x"},
        {"received_on": "2999-01-01"},
        {"mail": "no address"},
        {"text": ["", ""], "unit": ["", ""]},
    ],
    ids=str,
)
def test_what_cannot_have_come_in_is_refused_with_what_was_typed(planner, call, wrong):
    page = planner.post("consultation:receive", call.key, **typed(**wrong))

    assert page.status_code == 422
    assert not Comment.objects.exists()
    assert wrong.keys() & {"text"} or SECRET in page.text


def test_what_came_after_the_last_day_is_kept_and_marked(planner, call):
    with clock.frozen(clock.now() + dt.timedelta(days=14)):
        page = planner.post("consultation:receive", call.key, **typed())
        listed = planner.get("consultation:letters", call.key, only="late")

    assert "締め切りのあとに届いたものです" in page.text
    assert Comment.objects.get().receipt in listed.text
    assert "締め切り後" in listed.text


def test_the_scan_stays_with_the_letter_sealed_under_its_key_and_every_look_at_it_is_on_record(planner, call):
    planner.post("consultation:receive", call.key, **typed(text=[""], unit=[""], scan=picture()))

    comment = Comment.objects.get()
    stored = StoredFile.objects.get(about=str(Ref.to(comment)))
    assert stored.key_id == comment.key_id
    page = planner.get("consultation:letter", call.key, comment.pk)
    assert "原本：" in page.text
    assert reads().count() == 1
    scan = planner.get("consultation:scan", call.key, comment.pk, stored.pk)
    assert (scan.status_code, scan.headers["Content-Type"][:6]) == (200, "image/")
    assert reads().filter(what="scan").count() == 1
    assert planner.get("consultation:scan", call.key, comment.pk, new_id()).status_code == 404


def test_a_file_that_is_no_picture_is_said_and_the_words_are_kept(planner, call):
    junk = io.BytesIO(b"MZ not a picture")
    junk.name = "x.exe"

    page = planner.post("consultation:receive", call.key, **typed(scan=junk))

    assert Comment.objects.count() == 1
    assert "原本のファイルは入りませんでした" in page.text


def test_the_list_shows_no_word_and_opening_one_is_recorded_before_it_is_shown(planner, call, stranger):
    comment = make.send(call, SECRET)

    listed = planner.get("consultation:letters", call.key)

    assert comment.receipt in listed.text
    assert SECRET not in listed.text
    assert not reads().exists()
    assert SECRET in planner.get("consultation:letter", call.key, comment.pk).text
    [look] = reads()
    assert (look.about, look.actor_account, look.purpose) == (
        str(Ref.to(comment)),
        planner.actor.account,
        "意見の整理",
    )
    assert stranger.get("consultation:letter", call.key, comment.pk).status_code == 404
    assert reads().count() == 1


def test_when_the_look_cannot_be_recorded_nothing_is_shown(planner, call, monkeypatch):
    comment = make.send(call, SECRET)

    def broken(**_said):
        raise RuntimeError("no record")

    monkeypatch.setattr("madoguchi.engines.consultation.services.record_looks", broken)
    planner.browser.raise_request_exception = False

    page = planner.get("consultation:letter", call.key, comment.pk)

    assert page.status_code == 500
    assert SECRET not in page.text


@pytest.mark.accepts("B-01-T2")
def test_opinions_come_by_web_fax_and_paper_each_with_a_number_and_one_letter_is_cut_by_passage(
    planner, call
):
    once = str(new_id())
    sent = Client().post(
        reverse("portal:opinions:write", args=[call.key]),
        {"text-shirase": "家から待ち人数を見たい", "writer": "person", "once": once, "step": "send"},
    )
    planner.post(
        "consultation:receive", call.key, **typed(text=["ファクスの意見"], unit=[""], scan=picture())
    )
    planner.post(
        "consultation:receive",
        call.key,
        **typed(channel="post", writer="organisation", text=["一つ目のお願い。二つ目のお願い。"], unit=[""]),
    )

    web, fax, letter = Comment.objects.order_by("received_at", "id")
    assert web.receipt in sent.text
    assert [one.channel for one in (web, fax, letter)] == ["web", "fax", "post"]
    assert len({one.receipt for one in (web, fax, letter)}) == 3

    page = planner.get("consultation:letter", call.key, letter.pk)
    cut = planner.post(
        "consultation:split",
        call.key,
        letter.pk,
        seen=hidden(page, "seen"),
        text=["一つ目のお願い。", "二つ目のお願い。", ""],
        unit=["shirase", "yobidashi", ""],
    )

    parts = list(letter.parts.all())
    assert [(sealing.text_of(part), part.unit.key) for part in parts] == [
        ("一つ目のお願い。", "shirase"),
        ("二つ目のお願い。", "yobidashi"),
    ]
    assert "一つ目のお願い。二つ目のお願い。" in cut.text, "the original stands beside, as it came"
    assert sealing.original(letter)["parts"] == [{"text": "一つ目のお願い。二つ目のお願い。", "unit": ""}]


def test_two_who_cut_the_same_letter_do_not_lose_each_others_work(planner, call):
    comment = make.send(call, "一つ。二つ。")
    seen = hidden(planner.get("consultation:letter", call.key, comment.pk), "seen")

    planner.post(
        "consultation:split", call.key, comment.pk, seen=seen, text=["一つ。", "二つ。"], unit=["", ""]
    )
    second = planner.post("consultation:split", call.key, comment.pk, seen=seen, text=["ぜんぶ"], unit=[""])

    assert second.status_code == 409
    assert "ぜんぶ" in second.text, "what was typed is not lost"
    assert comment.parts.count() == 2


def test_a_part_becomes_an_opinion_or_is_counted_in_one_and_comes_out_again(planner, call):
    one, two = (
        make.send(call, "家から見たい").parts.get(),
        make.send(call, "自宅で待ち人数を見たい").parts.get(),
    )

    planner.post("consultation:part", call.key, one.pk, summary="待ち人数を家から見たい", unit="shirase")
    one.refresh_from_db()
    page = planner.get("consultation:part", call.key, two.pk)
    assert "待ち人数を家から見たい" in page.text, "the nearest opinion is offered"
    planner.post("consultation:part", call.key, two.pk, into=one.opinion_id)

    assert one.opinion.parts.count() == 2
    again = planner.post("consultation:part", call.key, two.pk, summary="もう一度")
    assert again.status_code == 409
    planner.post("consultation:let_go", call.key, two.pk)
    two.refresh_from_db()
    assert two.opinion is None
    assert one.opinion.parts.count() == 1


def test_withholding_needs_a_reason_and_words(planner, call):
    part = make.send(call, "中傷").parts.get()

    refused = planner.post("consultation:withhold", call.key, part.pk, reason="abuse", note=" ")
    assert refused.status_code == 422
    planner.post("consultation:withhold", call.key, part.pk, reason="abuse", note="個人への中傷のため")

    part.refresh_from_db()
    assert (part.withheld, part.withheld_note) == ("abuse", "個人への中傷のため")


def test_a_letter_of_another_call_is_not_there(planner, call):
    other = make.opened(planner.actor, key="hoka")
    comment = make.send(other, "よその意見")
    part = comment.parts.get()

    assert planner.get("consultation:letter", call.key, comment.pk).status_code == 404
    assert planner.get("consultation:part", call.key, part.pk).status_code == 404
    assert (
        planner.post("consultation:withhold", call.key, part.pk, reason="abuse", note="x").status_code == 404
    )
    assert Part.objects.get().withheld == ""


def test_the_list_of_letters_asks_as_often_for_many_as_for_one(planner, call, django_assert_max_num_queries):
    for number in range(30):
        make.send(call, f"意見{number}")

    with django_assert_max_num_queries(14):
        page = planner.get("consultation:letters", call.key)

    assert page.text.count("data-row") == 30
