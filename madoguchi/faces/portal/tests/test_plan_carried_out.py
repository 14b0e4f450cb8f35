"""How the plan goes, as a resident reads it: lights with a source, indicators, frozen years, promises."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re

import pytest
from django.urls import reverse

from madoguchi.engines.plan import services
from madoguchi.engines.plan.models import Indicator, Item, YearReport
from madoguchi.engines.plan.services import ReportIn
from madoguchi.engines.plan.tests.make import bring
from madoguchi.engines.plan.tests.make_carrying import (
    MIDORI,
    asked,
    handed_in,
    kato,
    mori,
    plan_with_reports,
    verify,
    yamada,
)
from madoguchi.kernel import clock
from madoguchi.kernel.refs import SYSTEM, Ref

pytestmark = pytest.mark.django_db

SURVEY = {
    "indicator": "manzoku",
    "title": "満足度",
    "item": "P1-1",
    "unit": "%",
    "source": "survey",
    "targets": {"R2": 60, "R3": 70},
    "target_source": "見本の計画",
}


def read(client, route: str, *args: object, query: str = "") -> str:
    address = reverse(f"portal:plan:{route}", args=args) + query
    response = client.get(address, headers={"Accept-Language": "ja"})
    assert response.status_code == 200
    return response.content.decode()


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def measure(value: float, day: dt.date, by: object) -> None:
    services.record_measurement(
        indicator=Indicator.objects.get(key="manzoku"),
        on=day,
        value=value,
        evidence="集計表",
        method="郵送の調査",
        sample="住民400人",
        by=by,
    )


def test_item_nobody_reported_on_shows_no_light(client):
    plan_with_reports()

    text = read(client, "item", "P1-1")

    assert "data-light" not in text
    assert "推進計画書と進捗報告書は、まだありません" in text


def test_item_shows_the_light_only_of_what_was_verified_with_its_source(client):
    plan_with_reports()
    row = handed_in(asked(), by=yamada())
    assert "data-light" not in read(client, "item", "P1-1")

    verify(row, kato(), mori())

    text = read(client, "item", "P1-1")
    assert 'data-light="on_track">順調' in text
    assert "令和2年度の進捗報告書（みどり課）。資料：講座の記録" in text


def test_item_keeps_the_report_and_the_sheet_from_before_the_correction(client):
    plan_with_reports()
    clerk, head, planner = yamada(), kato(), mori()
    sheet = {"item": Item.objects.get(), "fiscal_year": 2020, "division": MIDORI, "by": clerk}
    services.write_sheet(planned="講座を3回ひらく。", **sheet)
    services.write_sheet(planned="講座を2回ひらく。", why="会場がとれない。", **sheet)
    row = verify(handed_in(asked(), by=clerk), head, planner)
    late = ReportIn(done="2回ひらいた。", light="late", reason="1回中止した。", source="講座の記録")
    verify(handed_in(row, by=clerk, report=late, why="数えまちがい。"), head, planner)

    text = read(client, "item", "P1-1")

    assert "講座を3回ひらく。" in text
    assert "推進計画書を第2版に直した理由：会場がとれない。" in text
    assert "進捗報告書を直した理由：数えまちがい。" in text
    assert text.index('data-light="late"') < text.index("直す前のもの")


def test_address_of_a_report_leads_to_its_item_once_it_is_verified(client):
    plan_with_reports()
    row = handed_in(asked(), by=yamada())
    address = reverse("portal:plan:report", args=[row.reports.get().pk])
    assert client.get(address).status_code == 404

    verify(row, kato(), mori())

    assert client.get(address).url == "/plan/items/P1-1/#progress"


def test_item_can_be_taken_home_as_csv(client):
    plan_with_reports()
    verify(handed_in(asked(), by=yamada()), kato(), mori())

    found = rows_of(read(client, "item_csv", "P1-1"))

    assert found[1:] == [
        ["令和2年度", "計画の予定", "項目1", "検討", "", "", "見本の計画、令和2年3月"],
        ["令和2年度", "進捗報告書", "みどり課", "順調：予定どおり進んだ。", "", "3回", "講座の記録"],
    ]


@pytest.mark.slow  # brings the whole plan
@pytest.mark.accepts("X-39-T2")
def test_indicator_page_shows_six_lines_of_which_three_were_met(client):
    bring()

    text = read(client, "indicators")

    assert "前の計画の指標6本。達成3本、未達3本" in text
    table = text.split('<table class="table small annex">')[1].split("</table>")[0]
    rows = [re.sub(r"<[^>]+>", " ", row) for row in table.split("<tr>")[2:]]
    assert ["未達" in row for row in rows] == [True, False, False, True, True, False]
    for row, value in zip(rows, ("67.3%", "73.9%", "91.3%", "19.0%", "19.3%", "0.6%"), strict=True):
        assert value in row
    # Computed from the yearly costs, never rounded up, and beside what was printed.
    computed = re.findall(r"経費の表から計算すると([\d.]+)%（公表値と合う）", " ".join(rows))
    assert computed == ["18.98", "19.26", "0.57"]
    # F.13: the two years are two surveys.
    assert "そのまま比べることはできません" in text


def test_indicator_shows_target_and_actual_by_year_as_drawing_and_table(client):
    plan_with_reports(indicators=[SURVEY])
    planner = mori()
    with clock.frozen(dt.datetime(2022, 3, 20, 9, tzinfo=clock.JST)):
        measure(61.5, dt.date(2021, 1, 10), planner)
        measure(66, dt.date(2022, 1, 10), planner)

    for text in (read(client, "indicators"), read(client, "item", "P1-1")):
        assert text.count("plot__mark") == 2
        assert text.count("plot__target") == 2
        told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
        assert "令和2年度 60.0% 61.5% 達成 令和3年度 70.0% 66.0% 未達" in told
        assert "方法：郵送の調査 対象：住民400人 資料：集計表" in told


def test_indicator_of_a_running_service_shows_what_it_counts_now(client):
    live = {
        "indicator": "ugoki",
        "title": "動いている項目",
        "unit": "%",
        "source": "metric",
        "metric": "plan.items_running",
    }
    plan_with_reports({"services": {"page:plan": "計画"}}, {}, indicators=[live])

    text = read(client, "indicators")

    assert "50.0<small>%</small>" in text
    assert "2のうち1" in text


def test_frozen_year_shows_its_digest_and_anybody_can_compute_it_again(client):
    plan_with_reports({}, {})
    verify(handed_in(asked(), by=yamada()), kato(), planner := mori())
    services.promise(
        about=Ref("consultation", "opinion", "x"),
        words="案内を見直す。",
        due_on=dt.date(2021, 9, 30),
        by=SYSTEM,
    )
    services.freeze_year(fiscal_year=2020, by=planner)

    text = read(client, "year", 2020)

    row = YearReport.objects.get()
    assert row.digest in text
    assert "いま計算し直しても、同じです。" in text
    assert "確定のときに報告がなかった課：みどり課" in text
    assert "案内を見直す。" in text
    told = json.loads(read(client, "year_json", 2020))
    canonical = json.dumps(told["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == told["digest"] == row.digest
    kinds = [line[1] for line in rows_of(read(client, "year_csv", 2020))[1:]]
    assert kinds == ["進捗報告書", "報告なし", "約束"]


def test_year_frozen_before_its_end_says_so(client):
    plan_with_reports()
    planner = mori()
    with clock.frozen(dt.datetime(2021, 3, 31, 9, tzinfo=clock.JST)):
        services.freeze_year(fiscal_year=2020, by=planner)
    assert "年度が終わる前に確定したものです" in read(client, "year", 2020)

    with clock.frozen(dt.datetime(2021, 4, 1, 9, tzinfo=clock.JST)):
        services.freeze_year(fiscal_year=2020, why="年度が終わった。", by=planner)
    assert "年度が終わる前に確定したものです" not in read(client, "year", 2020)


def test_corrected_year_says_why_and_the_first_version_can_still_be_read(client):
    plan_with_reports()
    planner = mori()
    services.freeze_year(fiscal_year=2020, by=planner)
    services.freeze_year(fiscal_year=2020, why="報告が1つ遅れて届いた。", by=planner)

    newest, first = read(client, "year", 2020), read(client, "year", 2020, query="?number=1")

    assert "直した理由：報告が1つ遅れて届いた。" in newest
    assert "このあとに、直した版があります。" in first
    assert client.get(reverse("portal:plan:year", args=[2020]) + "?number=9").status_code == 404
    assert client.get(reverse("portal:plan:year", args=[2019])).status_code == 404


def test_promise_stands_on_the_page_until_it_is_settled(client):
    plan_with_reports()
    about = Ref("consultation", "opinion", "x")
    services.promise(about=about, words="案内を見直す。", item="P1-1", due_on=dt.date(2021, 9, 30), by=SYSTEM)

    assert "案内を見直す。" in read(client, "years")
    assert "案内を見直す。" in read(client, "item", "P1-1")

    services.settle_promise(about=about, words="見直した。", by=SYSTEM)

    assert "案内を見直す。" not in read(client, "years")
    assert "案内を見直す。" not in read(client, "item", "P1-1")


@pytest.mark.accepts("N-27")
def test_progress_indicators_and_years_are_public_without_signing_in(client):
    plan_with_reports({}, {}, indicators=[SURVEY])
    verify(handed_in(asked(), by=yamada()), kato(), planner := mori())
    services.freeze_year(fiscal_year=2020, by=planner)

    assert "順調" in read(client, "item", "P1-1")
    assert "年度ごとの進みぐあい" in read(client, "item", "P1-2")
    assert "満足度" in read(client, "indicators")
    assert "/plan/years/2020/" in read(client, "years")
    for route in ("indicators", "years"):
        assert reverse(f"portal:plan:{route}") in read(client, "overview")
    assert "sessionid" not in client.cookies


def test_new_pages_hold_no_inline_style_or_script(client):
    plan_with_reports(indicators=[SURVEY])
    verify(handed_in(asked(), by=yamada()), kato(), planner := mori())
    services.freeze_year(fiscal_year=2020, by=planner)

    for route, args in (("indicators", ()), ("years", ()), ("year", (2020,)), ("item", ("P1-1",))):
        text = read(client, route, *args)
        assert not re.search(r"<[^>]+\sstyle=|<script(?![^>]*\ssrc=)", text), route


def test_item_asks_the_database_as_often_for_one_report_as_for_many(client, django_assert_max_num_queries):
    plan_with_reports({}, {})
    clerk, head, planner = yamada(), kato(), mori()
    verify(handed_in(asked(), by=clerk), head, planner)
    with django_assert_max_num_queries(40) as few:
        client.get("/plan/items/P1-1/")
    for year in (2021, 2022, 2023):
        verify(handed_in(asked(year=year), by=clerk), head, planner)

    with django_assert_max_num_queries(len(few)):
        client.get("/plan/items/P1-1/")
