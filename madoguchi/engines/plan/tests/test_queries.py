"""What the plan answers."""

from __future__ import annotations

import pytest

from madoguchi.engines.plan import queries
from madoguchi.engines.plan.errors import ItemNotFound, PlanNotLoaded
from madoguchi.engines.plan.running import State
from madoguchi.kernel import clock, metrics, packs

from .make import bring, small_plan

pytestmark = pytest.mark.django_db


def publish(key: str) -> None:
    packs.publish(kind="procedure", key=key, version=1, logic={"channels": {"web": {}}}, texts={})


def test_item_runs_when_all_its_services_are_published():
    bring(small_plan({"services": {"procedures:a.b": "甲", "procedures:c.d": "乙"}}))
    publish("a.b")
    publish("c.d")

    assert queries.item("P1-1").state == State.RUNNING


def test_item_runs_partly_when_one_of_its_services_is_published():
    bring(small_plan({"services": {"procedures:a.b": "甲", "procedures:c.d": "乙"}}))
    publish("a.b")

    found = queries.item("P1-1")

    assert found.state == State.PARTLY
    assert [(service.title, service.runs) for service in found.services] == [("甲", True), ("乙", False)]


def test_item_is_not_there_yet_when_nothing_of_it_is_published():
    bring(small_plan({"services": {"procedures:a.b": "甲"}}))

    assert queries.item("P1-1").state == State.NOT_YET


def test_item_that_names_no_service_is_not_there_yet():
    bring(small_plan({}))

    assert queries.item("P1-1").state == State.NOT_YET


def test_service_of_an_engine_nobody_built_does_not_run():
    bring(small_plan({"services": {"guide:errand": "案内"}}))

    assert queries.item("P1-1").state == State.NOT_YET


def test_page_runs_where_this_installation_shows_it(settings):
    settings.PAGES = {"plan": "portal:plan:overview", "kiosk": "kiosk:nowhere"}
    bring(small_plan({"services": {"page:plan": "計画", "page:kiosk": "端末", "page:unknown": "なし"}}))

    assert [service.runs for service in queries.item("P1-1").services] == [True, False, False]


def test_item_shows_every_year_and_leaves_no_entry_empty():
    bring(small_plan({}))

    found = queries.item("P1-1")

    assert [(year.key, year.western) for year in found.years] == [("R2", 2020), ("R3", 2021)]
    assert found.lines[0].texts == ["検討", ""]
    assert found.has_empty_cells


def test_item_that_is_not_in_the_plan_is_refused():
    bring(small_plan({}))

    with pytest.raises(ItemNotFound):
        queries.item("P9-9")


def test_overview_without_a_plan_is_refused():
    with pytest.raises(PlanNotLoaded):
        queries.overview()


def test_withdrawn_item_is_not_on_the_overview_but_its_page_answers():
    bring(small_plan({}, {}))
    bring(small_plan({}))

    tiles = [tile.code for tile in queries.overview().goals[0].measures[0].items]

    assert tiles == ["P1-1"]
    assert queries.item("P1-2").is_withdrawn


@pytest.mark.slow  # brings the whole plan
def test_former_plan_counts_thirty_a_and_one_b():
    bring()

    former = queries.former_plan()

    assert former.grades == {"A": 30, "B": 1}
    rows = [row for group in former.groups for row in group.rows]
    assert [row.mark for row in rows if row.result == "B"] == ["㉛"]
    assert len(rows) == 31


@pytest.mark.slow  # brings the whole plan
def test_indicators_say_that_three_of_six_lines_were_missed_and_never_round_up():
    bring()

    found = queries.indicators()

    assert found.missed == 3
    assert len(found.lines) == 6
    platform = found.lines[3]
    assert platform.actual == "約19.0%、約3億3千万円（平成30年度決算）"
    assert (platform.recomputed, platform.met) == ("18.98%", False)


@pytest.mark.slow  # brings the whole plan
def test_four_parts_of_the_running_cost_add_up_to_the_printed_total_every_year():
    bring()
    groups = {group.code: group for group in queries.time_series()}

    total = groups["cost"].series[0]

    for place, point in enumerate(total.points):
        parts = [one.points[place].value or 0 for one in groups["cost_parts"].series]
        assert sum(parts) == point.value, point.label


@pytest.mark.slow  # brings the whole plan
def test_figures_keep_what_was_published_apart_from_what_is_measured():
    bring()

    found = {figure.code: figure for figure in queries.figures()}

    assert list(found) == [f"D-{number:02d}" for number in range(1, 36)]
    share = found["D-01"].said[0]
    assert (share.is_approximate, share.value, share.unit, share.as_of) == (True, "12", "%", "平成30年度")
    assert found["D-02"].seen is None
    assert found["D-10"].said[0].value == "219,229"
    assert found["D-10"].said[0].as_of == "平成28年4月～令和2年1月"


@pytest.mark.parametrize("only", [None, ["D-01"]])
@pytest.mark.slow  # brings the whole plan
def test_figures_answer_for_all_or_for_some(only):
    bring()

    assert len(queries.figures(only=only)) == (1 if only else 35)


@pytest.fixture
def measured(monkeypatch):
    """Lets a test say what the metric of D-01 measures."""

    def say(found: metrics.Measured) -> None:
        metric = metrics.Metric("procedures.online_share", "%", "対応率", "説明", lambda on: found)
        monkeypatch.setitem(metrics._metrics, metric.key, metric)

    return say


def test_measured_says_of_how_many_and_keeps_the_municipalitys_own_dates_out(measured):
    parts = (
        metrics.Part("子育て支援課", 3, 8, group="division"),
        metrics.Part("2026", 3, 8, group="year"),
        metrics.Part("2017", 1, 8, group="ward_year"),
    )
    measured(metrics.Measured(37.5, clock.now(), n=3, of=8, parts=parts))

    seen = queries.measured("procedures.online_share")

    assert (seen.value, seen.unit, seen.n, seen.of) == ("37.5", "%", "3", "8")
    assert [(share.name, share.percent) for share in seen.by_division] == [("子育て支援課", "37.5%")]
    assert [share.name for share in seen.by_year] == ["令和8年度"]


def test_measured_is_none_while_there_is_nothing_to_count(measured):
    measured(metrics.Measured(None, clock.now()))

    assert queries.measured("procedures.online_share") is None


def test_measured_is_none_for_a_metric_nobody_offers():
    assert queries.measured("nobody.measures_this") is None
    assert queries.measured("") is None
