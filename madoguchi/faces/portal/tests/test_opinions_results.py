"""Results as the public sees them: totals, permanent addresses, the same data on every paper, what became of each."""

from __future__ import annotations

import csv
import io
import json

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madoguchi.engines.consultation.models import Call, Opinion, Outcome
from madoguchi.engines.consultation.services.bringing import bring_call
from madoguchi.engines.consultation.shape import CallFile, OpinionRow, RulesFile
from madoguchi.engines.consultation.tests import make
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db

CALL = {
    "call": "mukashi",
    "title": "見本計画（素案）への意見",
    "document": "見本計画（素案）",
    "opens_on": "2016-07-01",
    "closes_on": "2016-07-25",
    "source": "見本の資料",
    "persons": 3,
    "opinions": 3,
    "categories": [
        {"sign": "○", "label": "素案に掲載", "meaning": "in_draft", "printed": 1},
        {"sign": "△", "label": "実施の際に検討", "meaning": "consider", "printed": 2},
    ],
    "sections": [{"title": "第1章", "printed": 3}],
}
ROWS = [
    {"no": 1, "section": "第1章", "category": "○", "opinion": "wifiを増やして", "answer": "増やしています"},
    {"no": 2, "section": "第1章", "category": "△", "opinion": "区独自のものを", "answer_with": 1},
    {
        "no": 3,
        "section": "第1章",
        "category": "△",
        "opinion": "=放送を文字でも",
        "answer": "No.2のとおり検討します",
        "refers_to": "2",
        "outcome": "not_yet",
        "outcome_on": "R2",
        "outcome_words": "計画に予定が書かれた",
        "outcome_source": "見本計画",
    },
]


@pytest.fixture
def past():
    bring_call(
        call=CallFile.model_validate(CALL),
        rows=[OpinionRow.model_validate(row) for row in ROWS],
        rules=RulesFile(),
        by=SYSTEM,
    )
    return Call.objects.get(key="mukashi")


def _get(client, name, *args):
    return client.get(reverse(f"portal:opinions:{name}", args=args))


@pytest.mark.accepts("B-03-T1")
def test_page_pdf_text_csv_json_and_api_say_the_same(client, past):
    page = _get(client, "call", past.key).text
    paper = _get(client, "pdf", past.key).content
    text = _get(client, "text", past.key).content.decode()
    rows = list(csv.reader(io.StringIO(_get(client, "csv", past.key).content.decode("utf-8-sig"))))
    data = json.loads(_get(client, "json", past.key).content)["result"]
    api = client.get(f"/api/v1/calls/{past.key}").json()["result"]

    assert [row["number"] for row in data["rows"]] == [1, 2, 3]
    assert data == api
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    drawn = "".join("".join(one.extract_text().split()) for one in pypdf.PdfReader(io.BytesIO(paper)).pages)
    for said in ("wifiを増やして", "区独自のものを", "増やしています"):
        assert said in page and said in text and said in drawn
    assert {one["sign"]: one["n"] for one in data["categories"]} == {"○": 1, "△": 2}
    assert "△　実施の際に検討：2件" in text


def test_a_cell_that_begins_like_a_formula_is_words_in_the_csv(client, past):
    sheet = _get(client, "csv", past.key).content.decode("utf-8-sig")

    assert "'=放送を文字でも" in sheet


@pytest.mark.accepts("B-03-T2")
def test_every_opinion_has_an_address_of_its_own_with_the_wording_of_its_call(client, past):
    page = _get(client, "opinion", past.key, 2).text

    assert "区独自のものを" in page
    assert "実施の際に検討" in page
    assert "No.1とまとめて答えています" in page
    assert "増やしています" in page
    assert _get(client, "opinion", past.key, 4).status_code == 404


def test_a_cross_reference_is_the_number_the_opinion_has_now(client, past):
    Opinion.objects.filter(call=past, number=2).update(number=7)

    assert "No.7のとおり検討します" in _get(client, "opinion", past.key, 3).text


def test_bringing_the_same_again_changes_nothing_and_another_outcome_is_added(past):
    rows = [OpinionRow.model_validate(row) for row in ROWS]

    assert bring_call(call=CallFile.model_validate(CALL), rows=rows, rules=RulesFile(), by=SYSTEM) is None
    rows[2] = rows[2].model_copy(update={"outcome": "done", "outcome_words": "始まった"})
    bring_call(call=CallFile.model_validate(CALL), rows=rows, rules=RulesFile(), by=SYSTEM)

    assert [row.state for row in Outcome.objects.order_by("at", "id")] == ["not_yet", "done"]


def test_the_list_narrows_by_class_and_by_what_became_of_it(client, past):
    address = reverse("portal:opinions:index")

    assert "放送を文字でも" in client.get(address, {"outcome": "not_yet"}).text
    narrowed = client.get(address, {"meaning": "in_draft"}).text
    assert "wifiを増やして" in narrowed
    assert "区独自のものを" not in narrowed
    assert "あてはまる意見はありません" in client.get(address, {"item": "P9-9-9"}).text
    assert client.get(address, {"page": "99999999999"}).status_code == 200


@pytest.mark.accepts("N-27")
def test_results_are_public_without_sign_in_and_the_open_call_stands_first(client, past):
    make.route()
    make.opened(make.staff("kikaku", make.PLANNING, "planner"))

    page = client.get(reverse("portal:opinions:index")).text

    assert page.index("意見を書く（ログイン不要）") < page.index("これまでの募集") < page.index("3の意見")


def test_the_list_asks_a_fixed_number_of_questions(client, past, django_assert_max_num_queries):
    client.get(reverse("portal:opinions:index"))
    with django_assert_max_num_queries(32):
        client.get(reverse("portal:opinions:index"))


def test_a_result_of_many_opinions_asks_no_more_than_one_of_few(client, past):
    rows = [
        OpinionRow.model_validate({"no": n, "category": "△", "opinion": f"意見{n}", "answer": f"答え{n}"})
        for n in range(1, 61)
    ]
    call = CallFile.model_validate(
        {**CALL, "call": "ooi", "opinions": 60, "sections": [], "categories": CALL["categories"]}
    )
    bring_call(call=call, rows=rows, rules=RulesFile(), by=SYSTEM)
    few, many = (
        reverse("portal:opinions:call", args=["mukashi"]),
        reverse("portal:opinions:call", args=["ooi"]),
    )
    client.get(few)
    with CaptureQueriesContext(connection) as small:
        client.get(few)
    with CaptureQueriesContext(connection) as large:
        client.get(many)

    assert len(large) <= len(small)


def test_a_result_of_hundreds_stands_on_pages_and_whole_in_what_one_takes_home(client):
    rows = [
        OpinionRow.model_validate({"no": n, "category": "△", "opinion": f"意見その{n}番", **answer})
        for n in range(1, 402)
        for answer in [{"answer": f"答え{n}"} if n != 250 else {"answer_with": 3}]
    ]
    call = CallFile.model_validate({**CALL, "call": "ooi", "opinions": 401, "sections": []})
    bring_call(call=call, rows=rows, rules=RulesFile(), by=SYSTEM)

    first = _get(client, "call", "ooi").content.decode()
    address = reverse("portal:opinions:call", args=["ooi"])
    second = client.get(address, {"page": "2"}).content.decode()
    last = client.get(address, {"page": "9999"}).content.decode()

    # Two hundred each, and the way to the others; an answer that stands on another page is reached by its address.
    assert ("意見その200番" in first, "意見その201番" in first) == (True, False)
    assert ("意見その201番" in second, "意見その401番" in second) == (True, False)
    assert "意見その401番" in last
    assert 'href="?page=3#s4"' in first
    assert f'href="{address}3/"' in second
    assert "意見その401番" in _get(client, "csv", "ooi").content.decode()
