"""The plan's pages, as a resident opens them."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from madoguchi.engines.plan.tests.make import bring, nerima, small_plan
from madoguchi.kernel import packs

pytestmark = pytest.mark.django_db


def open_page(client, route: str, *args: str) -> str:
    response = client.get(reverse(f"portal:plan:{route}", args=args), headers={"Accept-Language": "ja"})
    assert response.status_code == 200
    return response.text


@pytest.mark.accepts("P5-2-T1")
@pytest.mark.slow  # brings the whole plan
def test_overview_shows_every_goal_measure_and_item(client):
    bring()

    text = open_page(client, "overview")

    assert "4目標・19施策・<wbr>37項目" in text
    assert "年度ごとの予定は45行、担当として名前が出てくる部署は前の計画とあわせて47です。" in text
    assert re.findall(r'<h2 id="(G\d)"', text) == ["G1", "G2", "G3", "G4"]
    assert text.count('class="measure-row"') == 19
    assert text.count('class="tile"') == 37
    for entry in nerima().entries():
        assert reverse("portal:plan:item", args=[entry.item]) in text
        assert entry.title in text


@pytest.mark.accepts("P5-2-T1")
@pytest.mark.slow  # brings the whole plan
def test_each_item_shows_its_five_years_and_what_is_planned_in_them(client):
    bring()
    lines = 0

    for entry in nerima().entries():
        text = open_page(client, "item", entry.item)
        heads = re.findall(r"<abbr title=\"[^\"]+\">(R\d)</abbr><br>(\d{4})", text)
        assert heads == [("R2", "2020"), ("R3", "2021"), ("R4", "2022"), ("R5", "2023"), ("R6", "2024")]
        rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text.split("</table>")[0])
        cells = [re.findall(r"<td>(.*?)</td>", row) for row in rows]
        planned = [[line.years[key] for key in ("R2", "R3", "R4", "R5", "R6")] for line in entry.schedule]
        empty = '<span class="sr">記載なし</span>'
        assert cells == [[text or empty for text in line] for line in planned], entry.item
        lines += len(rows)

    assert lines == 45


@pytest.mark.slow  # brings the whole plan
def test_item_says_that_an_empty_year_is_not_none_planned(client):
    bring()

    assert "「予定がない」という意味ではありません。" in open_page(client, "item", "P1-4-1")
    assert "「予定がない」という意味ではありません。" not in open_page(client, "item", "P1-1-1")


@pytest.mark.slow  # brings the whole plan
def test_pages_say_the_period_and_that_the_schedule_is_of_its_day(client):
    bring()

    said = "計画期間は令和2～6年度。予定は令和2年3月時点のものです。"

    assert said in open_page(client, "overview")
    assert said in open_page(client, "item", "P4-7")


@pytest.mark.slow  # brings the whole plan
def test_item_leads_to_the_service_that_runs_and_names_those_that_do_not(client):
    bring()
    packs.publish(kind="procedure", key="jido_teate.nintei", version=1, logic={"channels": {}}, texts={})

    text = open_page(client, "item", "P1-1-1")

    assert f'href="{reverse("portal:procedures:procedure", args=["jido_teate.nintei"])}"' in text
    assert text.count("動いている。ここからためせます") == 1
    assert text.count('<span class="row__note">まだない</span>') == 8


@pytest.mark.slow  # brings the whole plan
def test_item_without_services_says_so(client):
    bring()

    assert "この項目のサービスは、この見本にはまだありません。" in open_page(client, "item", "P4-7")


@pytest.mark.slow  # brings the whole plan
def test_item_shows_the_published_series_as_drawing_and_as_table(client):
    bring()

    text = open_page(client, "item", "P1-1-1")

    assert 'role="img" aria-label="ワンストップサービスで出せる手続きの数"' in text
    assert "平成29年11月は1手続、令和2年3月は8手続。" in text
    assert '<th scope="row">平成30年7月</th><td>保育園現況届</td><td class="n">4</td>' in text


@pytest.mark.slow  # brings the whole plan
def test_pages_hold_no_inline_style_or_script(client):
    bring()

    for route, *args in (("overview",), ("item", "P1-1-1"), ("figures",), ("former",), ("series",)):
        text = open_page(client, route, *args)
        assert " style=" not in text
        assert "<style" not in text
        assert not re.search(r"<script(?![^>]* src=)", text)


@pytest.mark.slow  # brings the whole plan
def test_figures_stand_in_two_columns_and_what_is_not_measured_says_so(client):
    bring()

    text = open_page(client, "figures")

    assert text.count('class="pair__said"') == text.count('class="pair__seen"') == 35
    approvals = text[text.index('id="D-02"') : text.index('id="D-03"')]
    assert "このデモではまだ測っていません。" in approvals
    assert "出典：計画 第2章3" in approvals


@pytest.mark.slow  # brings the whole plan
def test_figure_that_is_measured_shows_when_and_of_how_many(client):
    bring()

    text = open_page(client, "item", "P1-1-1")

    share = text[text.index('id="D-01"') :]
    said, seen = share.split('class="pair__seen"')[:2]
    assert "<small>約</small>12<small>%</small>" in said
    assert "平成30年度" in said
    assert "のうち" in seen or "まだ測っていません" in seen


@pytest.mark.accepts("P5-2-T3")
@pytest.mark.slow  # brings the whole plan
def test_former_plan_prints_the_table_of_the_annex(client):
    bring()

    text = open_page(client, "former")

    assert "<small>A</small> 30" in text
    assert "<small>B</small> 1" in text
    assert text.count('class="annex__grade"><b>A</b>') == 30
    assert text.count('class="annex__grade"><b>B</b>') == 1
    assert "指標6本のうち3本は未達" in text
    assert text.count("<b>未達</b>") == 3


@pytest.mark.slow  # brings the whole plan
def test_overview_shows_the_grade_beside_the_indicators(client):
    bring()

    text = open_page(client, "overview")

    assert "6<small>本のうち</small>3<small>本は未達</small>" in text
    assert text.index("<small>A</small> 30") < text.index("本は未達")


@pytest.mark.slow  # brings the whole plan
def test_unknown_item_is_a_page_that_says_what_to_do(client):
    bring()

    response = client.get("/plan/items/P9-9/", headers={"Accept-Language": "ja"})

    assert response.status_code == 404
    assert "計画の一覧から選び直してください。" in response.text


def test_overview_asks_the_database_as_often_for_one_item_as_for_many(
    client, django_assert_max_num_queries, django_assert_num_queries
):
    service = {"services": {"procedures:a.b": "甲"}}
    bring(small_plan(service))
    with django_assert_max_num_queries(14) as first:
        client.get("/plan/")
    bring(small_plan(*[service] * 20))

    with django_assert_num_queries(len(first)):
        client.get("/plan/")


def test_item_asks_the_database_as_often_for_one_line_as_for_many(
    client, django_assert_max_num_queries, django_assert_num_queries
):
    line = {"label": "取組", "years": {"R2": "検討", "R3": None}, "divisions": ["みどり課"]}
    services = {f"procedures:a.b{number}": "甲" for number in range(9)}
    bring(small_plan({"services": {"procedures:a.b": "甲"}}, {"schedule": [line] * 9, "services": services}))
    with django_assert_max_num_queries(15) as first:
        client.get("/plan/items/P1-1/")

    with django_assert_num_queries(len(first)):
        client.get("/plan/items/P1-2/")
