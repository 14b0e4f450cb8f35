"""推進計画書 and 進捗報告書: asked for on 1 April, reminded, handed in, verified, corrected."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from madoguchi.engines.approvals import services as approving
from madoguchi.engines.councils.models import AgendaPoint
from madoguchi.engines.plan import jobs, queries, services
from madoguchi.engines.plan.errors import CorrectionNeedsReason, ReportIncomplete, ReportOnItsWay
from madoguchi.engines.plan.models import Item, Report, ReportRequest, Sheet
from madoguchi.engines.plan.services import ReportIn
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.identity import services as people

from .make_carrying import (
    GONE_WELL,
    MIDORI,
    asked,
    handed_in,
    kato,
    mori,
    on_its_way,
    plan_with_reports,
    staff,
    verify,
    yamada,
)

pytestmark = pytest.mark.django_db


def at(*day: int) -> dt.datetime:
    return dt.datetime(*day, 9, 0, tzinfo=clock.JST)


def test_reports_are_asked_for_on_the_first_of_april_and_not_the_day_before():
    plan_with_reports({}, {})

    with clock.frozen(at(2021, 3, 31)):
        jobs.tend_reports()
    assert ReportRequest.objects.count() == 0

    with clock.frozen(at(2021, 4, 1)):
        jobs.tend_reports()
        jobs.tend_reports()

    rows = ReportRequest.objects.values_list("item__code", "division", "fiscal_year", "due_on", "state")
    due = dt.date(2021, 5, 31)
    assert list(rows) == [("P1-1", MIDORI, 2020, due, "asked"), ("P1-2", MIDORI, 2020, due, "asked")]


def test_a_first_of_april_without_power_is_made_good_but_not_after_the_day_they_are_due():
    plan_with_reports()

    with clock.frozen(at(2021, 6, 1)):
        jobs.tend_reports()
    assert ReportRequest.objects.count() == 0

    with clock.frozen(at(2021, 5, 20)):
        jobs.tend_reports()
    assert ReportRequest.objects.count() == 1


def test_nobody_is_asked_for_a_year_the_plan_does_not_have():
    plan_with_reports()

    with clock.frozen(at(2023, 4, 1)):
        jobs.tend_reports()

    assert ReportRequest.objects.count() == 0


def test_a_division_that_was_renamed_is_asked_under_its_name_of_today():
    plan_with_reports()
    people.keep_division(key="緑化課", name="緑化課")
    people.keep_division(key=MIDORI, name=MIDORI, valid_until=dt.date(2021, 3, 31), passes_to="緑化課")

    with clock.frozen(at(2021, 4, 1)):
        jobs.tend_reports()

    assert ReportRequest.objects.get().division_id == "緑化課"


def test_what_is_overdue_is_reminded_and_again_only_after_a_week():
    plan_with_reports()
    with clock.frozen(at(2021, 4, 1)):
        jobs.tend_reports()
    row = ReportRequest.objects.get()

    with clock.frozen(at(2021, 5, 31)):
        jobs.tend_reports()
    row.refresh_from_db()
    assert row.reminded_at is None

    with clock.frozen(at(2021, 6, 1)):
        jobs.tend_reports()
    row.refresh_from_db()
    assert row.reminded_at == at(2021, 6, 1)

    with clock.frozen(at(2021, 6, 5)):
        jobs.tend_reports()
    row.refresh_from_db()
    assert row.reminded_at == at(2021, 6, 1)

    with clock.frozen(at(2021, 6, 8)):
        jobs.tend_reports()
    row.refresh_from_db()
    assert row.reminded_at == at(2021, 6, 8)


def test_a_light_without_reason_or_source_is_refused():
    plan_with_reports()
    row = asked()

    with pytest.raises(ReportIncomplete) as refused:
        services.hand_in(
            request=row, report=ReportIn(done="した。", light="green", reason=" ", source=""), by=yamada()
        )

    assert refused.value.facts["missing"] == "進みぐあい、そう考える理由、もとになる資料"
    assert Report.objects.count() == 0


def test_another_division_does_not_write_the_report():
    plan_with_reports()

    with pytest.raises(NotAllowed):
        services.hand_in(request=asked(), report=GONE_WELL, by=staff("abe", "別の課", "clerk", "head"))


def test_report_is_shown_once_the_head_and_joho_seisakuka_have_said_yes():
    plan_with_reports()
    row = handed_in(asked(), by=yamada())
    item = Item.objects.get()
    assert queries.progress(item) == []

    verify(row, kato())
    assert queries.progress(item) == []

    verify(row, mori())
    [shown] = queries.progress(item)
    assert (shown.report.light, shown.report.source) == ("on_track", "講座の記録")
    assert row.state == ReportRequest.State.VERIFIED


def test_report_on_its_way_is_not_written_over():
    plan_with_reports()
    clerk = yamada()
    row = handed_in(asked(), by=clerk)

    with pytest.raises(ReportOnItsWay):
        handed_in(row, by=clerk)


def test_report_that_was_sent_back_is_never_shown_and_its_second_writing_is():
    plan_with_reports()
    clerk, head, planner = yamada(), kato(), mori()
    row = handed_in(asked(), by=clerk)
    approving.remand(request=on_its_way(row), by=head, note="回数をたしかめてください。")
    row.refresh_from_db()
    assert row.state == ReportRequest.State.REMANDED

    again = ReportIn(done="講座を2回ひらいた。", light="late", reason="1回中止した。", source="講座の記録")
    verify(handed_in(row, by=clerk, report=again), head, planner)

    [shown] = queries.progress(Item.objects.get())
    assert [one.number for one in shown.reports] == [2]
    assert shown.report.light_label == "遅れ"


def test_correction_of_a_verified_report_says_why_and_the_old_one_stays():
    plan_with_reports()
    clerk, head, planner = yamada(), kato(), mori()
    row = verify(handed_in(asked(), by=clerk), head, planner)
    with pytest.raises(CorrectionNeedsReason):
        handed_in(row, by=clerk)

    late = ReportIn(done="講座を2回ひらいた。", light="late", reason="1回中止した。", source="講座の記録")
    handed_in(row, by=clerk, report=late, why="回数を数えまちがえていた。")
    [shown] = queries.progress(Item.objects.get())
    assert shown.report.light == "on_track"

    verify(row, head, planner)
    [shown] = queries.progress(Item.objects.get())
    assert [(one.light, one.why) for one in shown.reports] == [
        ("on_track", ""),
        ("late", "回数を数えまちがえていた。"),
    ]


def test_correction_of_a_sheet_keeps_the_old_sheet():
    plan_with_reports()
    item, clerk = Item.objects.get(), yamada()
    write = {"item": item, "fiscal_year": 2020, "division": MIDORI, "by": clerk}
    services.write_sheet(planned="講座を3回ひらく。", **write)
    with pytest.raises(CorrectionNeedsReason):
        services.write_sheet(planned="講座を2回ひらく。", **write)

    services.write_sheet(planned="講座を2回ひらく。", why="会場がとれない。", **write)

    assert list(Sheet.objects.values_list("number", "planned", "why")) == [
        (1, "講座を3回ひらく。", ""),
        (2, "講座を2回ひらく。", "会場がとれない。"),
    ]


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["sheet", "report"])
def test_no_sheet_and_no_report_is_ever_changed_or_taken_away(name):
    plan_with_reports()
    clerk = yamada()
    handed_in(asked(), by=clerk)
    services.write_sheet(
        item=Item.objects.get(), fiscal_year=2020, division=MIDORI, planned="講座を3回ひらく。", by=clerk
    )
    rows = {"sheet": Sheet.objects, "report": Report.objects}[name]

    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(why="こっそり")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.all()._raw_delete("default")

    assert rows.get().why == ""


@pytest.mark.accepts("P5-1-T2")
def test_verified_report_stands_on_the_agenda_of_both_bodies_once():
    plan_with_reports()
    row = verify(handed_in(asked(), by=yamada()), kato(), mori())

    points = AgendaPoint.objects.order_by("meeting__council__order")
    assert list(points.values_list("meeting__council__name", "about", "title")) == [
        (name, str(row.reports.get().ref), "進捗報告書：P1-1 項目1（令和2年度、みどり課）")
        for name in ("IT推進本部", "情報化運営委員会")
    ]


def test_report_that_is_only_handed_in_stands_on_no_agenda():
    plan_with_reports()
    handed_in(asked(), by=yamada())

    assert AgendaPoint.objects.count() == 0
