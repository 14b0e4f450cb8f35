"""Importing result documents on the desk: brought, reviewed beside the source, laid over a call or made one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madoguchi.engines.consultation.models import Call, Doubt, Opinion, ReadDocument
from madoguchi.engines.consultation.tests.make_documents import pdf_of_pictures
from madoguchi.engines.consultation.tests.past_calls import bring_past
from madoguchi.engines.consultation.tests.results import document
from madoguchi.kernel.audit.models import Event

pytestmark = pytest.mark.django_db

WRONG = {"○": 2, "△": 1}  # the rows have 1 and 2


def bring(staff: Any, data: bytes, name: str = "kekka.txt", **kwargs: Any) -> Any:
    address = reverse("desk:consultation:documents")
    return staff.browser.post(address, {"file": SimpleUploadedFile(name, data)}, follow=True, **kwargs)


def doubt(field: str, number: str = "") -> Doubt:
    return Doubt.objects.get(field=field, number=number)


def settle(staff: Any, one: Doubt, act: str = "decide", **posted: str) -> Any:
    return staff.post("consultation:document_settle", one.document_id, one.pk, act=act, **posted)


def test_a_document_with_nothing_unsure_goes_straight_to_being_taken_over(planner):
    response = bring(planner, document())

    assert response.status_code == 200
    assert "3件を読みました。たしかでないところは残っていません" in response.text
    [read] = ReadDocument.objects.all()
    assert (read.name, read.kind, read.state) == ("kekka.txt", "text", "read")
    assert read.file.sha256 == read.sha256
    assert reverse("desk:consultation:document_take", args=[read.pk]) in response.text


def test_the_review_shows_legend_counted_difference_and_what_a_total_cannot_find(planner):
    response = bring(planner, document(legend=WRONG))

    table = re.search(r'<table class="sums">.*?</table>', response.text, re.DOTALL)[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table, re.DOTALL)
    assert [re.sub(r"<.*?>", "", cell) for cell in cells] == ["2", "1", "3", "1", "2", "3", "-1", "+1", "0"]
    assert "計は3で合っています。" in response.text
    assert "計だけでは見つかりません" in response.text
    assert Doubt.objects.filter(field__startswith="check:category").count() == 2


def test_taking_over_is_refused_while_a_total_does_not_hold_and_nobody_looked(planner):
    bring(planner, document(legend=WRONG))
    read = ReadDocument.objects.get()

    response = planner.post("consultation:document_take", read.pk, key="mihon-r3")

    assert response.status_code == 422
    assert "たしかでないところが2件残っています" in response.text
    assert not Call.objects.exists()


def test_a_person_decides_each_doubt_and_the_document_becomes_a_call(planner, client):
    bring(planner, document(legend=WRONG))
    read = ReadDocument.objects.get()
    for one in list(Doubt.objects.all()):
        settle(planner, one)

    response = planner.post(
        "consultation:document_take", read.pk, key="mihon-r3", **{"meaning-0": "in_draft", "meaning-1": "consider"}
    )  # fmt: skip

    assert "に取り込みました" in response.text
    call = Call.objects.get(key="mihon-r3")
    assert (call.origin, call.state, call.persons) == ("document", "published", 3)
    assert [(one.sign, one.meaning) for one in call.categories.all()] == [
        ("○", "in_draft"),
        ("△", "consider"),
    ]
    rows = [(one.number, one.text, one.category.sign, one.answer.text) for one in call.opinions.all()]
    assert rows[1] == (2, "案内板の文字が小さく読みにくい。", "△", "大きさを検討します。")
    page = client.get(reverse("portal:opinions:call", args=["mihon-r3"]), headers={"Accept-Language": "ja"})
    assert "夜も電話で聞けるようにしてほしい。" in page.text
    assert "公表された原資料の文のままです" in page.text


def test_an_empty_answer_cell_is_a_question_that_can_be_decided_left_unknown_and_taken_back(planner):
    bring(planner, shared())
    one = doubt("answer_shared_from", "2")
    page = planner.get("consultation:document", one.document_id)
    assert "どの意見と同じ考え方か" in page.text

    settle(planner, one, "unknown")
    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("unknown", planner.actor.account)
    planner.post("consultation:document_undo", one.document_id)
    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("open", None)
    settle(planner, one, value="1")

    planner.post("consultation:document_take", one.document_id, key="mihon-r3")
    first, second, _third = Opinion.objects.order_by("number")
    assert first.answer_id == second.answer_id


def shared() -> bytes:
    return document(
        ("窓口で書く紙が多いので減らしてほしい。", "電子申請とあわせて見直します。", "○"),
        ("紙を減らしてほしい。", "", "△"),
        ("夜も電話で聞けるようにしてほしい。", "時間を延長します。あわせて、No.1の様式も見直します。", "△"),
    )


def test_what_is_left_unknown_stays_missing_in_the_call(planner):
    bring(planner, shared())
    one = doubt("answer_shared_from", "2")

    settle(planner, one, "unknown")
    planner.post("consultation:document_take", one.document_id, key="mihon-r3")

    first, second, third = Opinion.objects.order_by("number")
    assert second.answer is None
    assert third.answer.text == f"時間を延長します。あわせて、{{{{opinion:{first.pk}}}}}の様式も見直します。"


def test_a_decision_that_does_not_fit_its_field_comes_back_with_the_reason(planner):
    bring(planner, shared())
    one = doubt("answer_shared_from", "2")

    response = settle(planner, one, value="おなじ")

    assert response.status_code == 422
    assert "数字で書いてください" in response.text
    assert 'value="おなじ"' in response.text
    one.refresh_from_db()
    assert one.state == "open"


def test_the_source_stands_beside_the_row_with_opinion_and_answer_marked(planner):
    bring(planner, shared())
    one = doubt("answer_shared_from", "2")

    page = planner.get("consultation:document", one.document_id, doubt=str(one.pk))

    assert '<span class="hit">紙を減らしてほしい。</span>' in page.text
    assert '<span class="ours">電子申請とあわせて見直します。</span>' in page.text
    assert f'<span class="at num">{one.line}</span>' in page.text
    assert "空欄を" in page.text


def test_the_same_file_again_opens_the_same_document(planner):
    first = bring(planner, document())
    again = bring(planner, document(), "copy.txt")

    assert again.redirect_chain == first.redirect_chain
    assert ReadDocument.objects.count() == 1
    assert Event.objects.filter(verb="consultation.document_read").count() == 1


def test_two_files_of_one_document_are_put_together_with_a_report(planner):
    bring(planner, document(), "a.txt")
    other = document(
        ("窓口で書く紙が多いので減らしてほしい。", "電子申請とあわせて見直します。", "○"),
        ("案内板の文字が小さく読みにくい。", "大きさを検討しまス。", "△"),
        ("夜も電話で聞けるようにしてほしい。", "時間の延長を検討します。", ""),
    )
    bring(planner, other, "b.txt")

    twin = ReadDocument.objects.get(name="b.txt")
    assert (twin.state, twin.same_as.name) == ("merged", "a.txt")
    page = planner.get("consultation:document", twin.pk)
    assert "文字の違い 1か所" in page.text
    assert "す" in page.text
    assert "ス" in page.text
    refused = planner.post("consultation:document_take", twin.pk, key="x")
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("a.txt", b"", 422, "中身が空です"),
        ("a.txt", "献立表\n月曜日　カレー\n".encode(), 422, "並びを見つけられませんでした"),
        ("a.bin", b"\x7fELF\x02\x01\x01" + b"\0\1" * 400, 415, "この種類のファイルは読み取れません"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_document_is_refused_in_words(planner, name, data, status, said):
    response = bring(planner, data, name)

    assert response.status_code == status
    assert said in response.text
    assert not ReadDocument.objects.exists()


def test_a_pdf_of_pictures_is_refused_in_words(planner):
    response = bring(planner, pdf_of_pictures(), "scan.pdf")

    assert response.status_code == 422
    assert "このPDFには文字がありません" in response.text


def test_no_file_and_too_large_a_file_are_refused_in_words(planner, monkeypatch):
    assert planner.post("consultation:documents").status_code == 422
    monkeypatch.setattr("madoguchi.faces.desk.consultation.importing.LARGEST", 10)

    response = bring(planner, document())

    assert response.status_code == 422
    assert "20MBまで" in response.text


def test_only_planners_come_in(clerk, planner):
    bring(planner, document(legend=WRONG))
    one = Doubt.objects.first()

    assert clerk.get("consultation:documents").status_code == 403
    assert clerk.get("consultation:document", one.document_id).status_code == 403
    assert settle(clerk, one).status_code == 403


@pytest.mark.parametrize("query", [{"doubt": "x"}, {"row": "99"}, {"row": "-1"}, {"all": "1"}])
def test_an_odd_address_shows_the_review_all_the_same(planner, query):
    bring(planner, document(legend=WRONG))

    assert planner.get("consultation:document", ReadDocument.objects.get().pk, **query).status_code == 200


def test_a_wrong_file_goes_from_the_list_and_comes_back_when_brought_again(planner):
    bring(planner, document(legend=WRONG))
    read = ReadDocument.objects.get()

    gone = planner.post("consultation:document_drop", read.pk)

    assert "kekka.txt" not in gone.text.partition("<table")[2]
    bring(planner, document(legend=WRONG))
    read.refresh_from_db()
    assert read.state == "read"
    assert read.doubts.count() == 2


def test_the_list_and_the_review_ask_as_often_for_many_as_for_few(planner):
    bring(planner, document(legend=WRONG))
    small = ReadDocument.objects.get()
    few = asked(planner, "documents"), asked(planner, "document", small.pk)
    rows = [(f"意見その{n}です。紙を減らして。", f"考え方その{n}です。", "○") for n in range(40)]
    for n in range(3):
        period = f"令和3年8月{n + 1}日から令和3年9月1日まで"
        title = f"計画{n}に寄せられた意見と区の考え方"
        bring(planner, document(*rows[n:], title=title, legend={"○": 1}, period=period), f"{n}.txt")
    assert ReadDocument.objects.count() == 4
    large = ReadDocument.objects.order_by("-read_at").first()

    assert (asked(planner, "documents"), asked(planner, "document", large.pk)) == few


def asked(staff: Any, route: str, *args: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert staff.get(f"consultation:{route}", *args).status_code == 200
    return len(queries)


def test_the_original_is_handed_over_as_it_came(planner):
    bring(planner, document())

    response = planner.get("consultation:document_file", ReadDocument.objects.get().pk)

    assert response.content == document()
    assert response["Content-Type"].startswith("text/plain")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_pages_script_in_a_document_is_shown_as_text(planner):
    rows = [
        ("<script>alert(1)</script>を減らしてほしい。", "{{ 7 }}とします。", "○"),
        ("もう一つです。", "", "△"),
    ]

    response = bring(planner, document(*rows))

    assert "<script>alert" not in response.text


def test_summaries_come_back_when_the_overlay_is_taken_away(planner, client):
    call = bring_past("joho-r1")
    opinion = call.opinions.get(number=1)
    Opinion.objects.filter(pk=opinion.pk).update(text="原文です。")

    planner.post("consultation:summaries", call.key)

    opinion.refresh_from_db()
    assert (opinion.text, bool(opinion.summary)) == ("", True)


def test_loading_is_offered_only_where_the_operator_named_a_folder(planner, settings, tmp_path):
    settings.SEEDS = ""
    assert "原資料を読み込む" not in planner.get("consultation:index").text
    settings.SEEDS = str(tmp_path / "none")
    assert "原資料を読み込む" not in planner.get("consultation:documents").text
    (tmp_path / "a.txt").write_bytes(document())
    (tmp_path / "menu.txt").write_text("献立表\n月曜日　カレー\n", encoding="utf-8")
    settings.SEEDS = str(tmp_path)
    assert "原資料を読み込む" in planner.get("consultation:index").text

    response = planner.post("consultation:load_seeds")

    assert "0件の募集に原文を重ねました" in response.text
    assert [(one.name, one.state) for one in ReadDocument.objects.all()] == [("a.txt", "read")]
