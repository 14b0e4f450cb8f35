"""Indicators: what a service counts is never typed, what is typed says how and of whom; years and promises."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from madoguchi.engines.plan import queries, services
from madoguchi.engines.plan.errors import (
    CorrectionNeedsReason,
    MeasuredByItself,
    MeasurementIncomplete,
    YearUnknown,
)
from madoguchi.engines.plan.models import Indicator, Measurement, Promise, Series, YearReport
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.text import digest_of

from .make import bring
from .make_carrying import asked, handed_in, kato, mori, plan_with_reports, verify, yamada

pytestmark = pytest.mark.django_db

SURVEY = {"indicator": "manzoku", "title": "満足度", "unit": "%", "source": "survey"}
LIVE = {
    "indicator": "ugoki",
    "title": "動いている項目",
    "unit": "%",
    "source": "metric",
    "metric": "plan.items_running",
}
TOLD = {"evidence": "集計表", "method": "郵送の調査", "sample": "住民400人"}
ABOUT = Ref("consultation", "opinion", "x")


def measure(key: str = "manzoku", **told):
    fields = {"on": dt.date(2021, 1, 10), "value": 61.5} | TOLD | told
    return services.record_measurement(indicator=Indicator.objects.get(key=key), **fields)


def test_what_a_running_service_counts_cannot_be_typed():
    plan_with_reports(indicators=[LIVE])

    with pytest.raises(MeasuredByItself):
        measure("ugoki", by=mori())

    assert Measurement.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"method": " "}, "方法"),
        ({"sample": ""}, "だれを・何を、いくつ調べたか"),
        ({"evidence": ""}, "もとになる資料"),
        ({"value": float("nan")}, "値（数字）"),
        ({"on": dt.date(2999, 1, 1)}, "いつの値か（きょうまでの日付）"),
    ],
)
def test_value_without_what_it_stands_on_is_refused(wrong, said):
    plan_with_reports(indicators=[SURVEY])

    with pytest.raises(MeasurementIncomplete) as refused:
        measure(by=mori(), **wrong)

    assert refused.value.facts["missing"] == said


def test_only_who_looks_after_the_plan_types_values():
    plan_with_reports(indicators=[SURVEY])

    with pytest.raises(NotAllowed):
        measure(by=kato())


def test_corrected_value_stays_and_the_correction_counts():
    plan_with_reports(indicators=[SURVEY])
    planner = mori()
    wrong = measure(value=16.5, by=planner)
    with pytest.raises(CorrectionNeedsReason):
        measure(corrects=wrong, by=planner)

    measure(corrects=wrong, why="数字の打ちまちがい。", by=planner)

    [shown] = queries.indicators_now()
    assert [(one.value, one.is_corrected) for one in shown.values] == [("16.5", True), ("61.5", False)]
    assert [(row.label, row.actual) for row in shown.years] == [("令和2年度", "61.5")]


def test_indicator_that_left_the_pack_keeps_its_values_and_comes_back():
    plan_with_reports(indicators=[SURVEY])
    measure(by=mori())

    plan_with_reports(indicators=[LIVE])
    assert [one.key for one in queries.indicators_now()] == ["ugoki"]

    plan_with_reports(indicators=[SURVEY])
    assert [(one.key, len(one.values)) for one in queries.indicators_now()] == [("manzoku", 1)]


@pytest.mark.slow  # brings the whole plan
def test_rates_are_computed_from_the_yearly_costs_and_compared_with_the_printed_ones():
    bring()
    lines = [line for line in queries.indicators().lines if line.rate is not None]
    assert [(line.rate, line.agrees) for line in lines] == [(18.98, True), (19.26, True), (0.57, True)]

    row = Series.objects.get(code="cost_cloud")
    row.points["H30"] = 700_000
    row.save()

    lines = [line for line in queries.indicators().lines if line.rate is not None]
    assert (lines[1].rate, lines[1].agrees) == (27.76, False)


def test_frozen_year_stays_as_it_was_when_a_report_comes_later():
    plan_with_reports(indicators=[SURVEY])
    clerk, head, planner = yamada(), kato(), mori()
    row = handed_in(asked(), by=clerk)
    first = services.freeze_year(fiscal_year=2020, by=planner)

    verify(row, head, planner)
    measure(by=planner)
    with pytest.raises(CorrectionNeedsReason):
        services.freeze_year(fiscal_year=2020, by=planner)
    second = services.freeze_year(fiscal_year=2020, why="報告が遅れて届いた。", by=planner)

    first.refresh_from_db()
    assert first.content["items"][0]["reports"] == []
    assert first.content["items"][0]["missing"] == ["みどり課"]
    assert first.content["indicators"][0]["value"] is None
    assert second.number == 2
    assert second.content["items"][0]["reports"][0]["light"] == "on_track"
    assert second.content["indicators"][0]["value"] == 61.5
    assert second.content["indicators"][0]["sample"] == "住民400人"
    for row in (first, second):
        assert row.digest == digest_of(row.content)


def test_what_can_only_be_told_of_now_is_not_frozen_as_of_the_end_of_the_year():
    counted = {
        "indicator": "kessai",
        "title": "決裁",
        "source": "metric",
        "metric": "approvals.electronic_share",
    }
    plan_with_reports(indicators=[LIVE, counted])
    planner = mori()

    with clock.frozen(dt.datetime(2021, 7, 1, 9, tzinfo=clock.JST)):
        row = services.freeze_year(fiscal_year=2020, by=planner)

    assert [one["as_of"] for one in row.content["indicators"]] == ["2021-07-01", "2021-03-31"]


@pytest.mark.both_databases
def test_frozen_year_and_measurement_are_never_changed_or_taken_away():
    plan_with_reports(indicators=[SURVEY])
    planner = mori()
    measure(by=planner)
    services.freeze_year(fiscal_year=2020, by=planner)

    for rows in (YearReport.objects, Measurement.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(why="こっそり")
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all()._raw_delete("default")
        assert rows.get().why == ""


def test_year_is_frozen_by_who_looks_after_the_plan_and_only_a_real_year():
    plan_with_reports()
    with pytest.raises(NotAllowed):
        services.freeze_year(fiscal_year=2020, by=kato())
    with pytest.raises(YearUnknown):
        services.freeze_year(fiscal_year=0, by=mori())

    assert YearReport.objects.count() == 0


def test_promise_is_open_until_it_is_settled_and_open_again_when_promised_again():
    plan_with_reports()
    told = {"about": ABOUT, "words": "見直す。", "by": SYSTEM}
    services.promise(due_on=dt.date(2021, 9, 30), **told)
    services.promise(due_on=dt.date(2021, 10, 31), **told)
    assert [one.due_on for one in queries.promises()] == [dt.date(2021, 10, 31)]

    services.settle_promise(about=ABOUT, words="見直した。", by=SYSTEM)
    services.settle_promise(about=ABOUT, words="もう一度。", by=SYSTEM)
    assert queries.promises() == []
    assert Promise.objects.get().settled_words == "見直した。"

    services.promise(due_on=dt.date(2022, 3, 31), **told)
    assert len(queries.promises()) == 1


def test_promise_that_is_late_says_so():
    plan_with_reports()
    services.promise(about=ABOUT, words="見直す。", due_on=dt.date(2021, 9, 30), by=SYSTEM)

    with clock.frozen(dt.datetime(2021, 9, 30, 9, tzinfo=clock.JST)):
        assert not queries.promises()[0].is_late
    with clock.frozen(dt.datetime(2021, 10, 1, 9, tzinfo=clock.JST)):
        assert queries.promises()[0].is_late
