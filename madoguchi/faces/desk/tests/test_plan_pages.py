"""計画 on the desk: a division writes its report, 情報政策課 asks, reminds, verifies, measures and freezes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from madoguchi.engines.councils.models import AgendaPoint
from madoguchi.engines.plan import jobs, services
from madoguchi.engines.plan.models import (
    Indicator,
    Item,
    Measurement,
    Report,
    ReportRequest,
    Sheet,
    YearReport,
)
from madoguchi.engines.plan.tests.make_carrying import (
    MIDORI,
    asked,
    handed_in,
    kato,
    mori,
    plan_with_reports,
    staff,
    verify,
    yamada,
)
from madoguchi.kernel import clock

from .conftest import Desk

pytestmark = pytest.mark.django_db

SURVEY = {"indicator": "manzoku", "title": "満足度", "unit": "%", "source": "survey"}
TYPED = {
    "done": "講座を3回ひらいた。",
    "light": "on_track",
    "reason": "予定どおり進んだ。",
    "actual": "3回",
    "source": "講座の記録",
}


def href(route: str, *args: object, **kwargs: object) -> str:
    return reverse(f"desk:plan:{route}", args=args, kwargs=kwargs or None)


def read(desk: Desk, address: str) -> str:
    response = desk.browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.accepts("P5-2-T2")
def test_reports_are_asked_for_reminded_listed_as_missing_and_corrected_beside_the_old_sheet():
    plan_with_reports({}, {})
    clerk, head, planner = Desk(yamada()), Desk(kato()), Desk(mori())

    # On 1 April every division finds what it is asked for.
    with clock.frozen(dt.datetime(2021, 4, 1, 0, 30, tzinfo=clock.JST)):
        jobs.tend_reports()
    first = ReportRequest.objects.order_by("item__order").first()
    assert "P1-1 項目1" in read(clerk, href("list"))

    # One is handed in; the other is overdue, reminded, and stands in the missing list of 情報政策課.
    sent = clerk.browser.post(href("hand_in", first.pk), TYPED)
    assert sent.status_code == 302
    with clock.frozen(dt.datetime(2021, 6, 2, 9, 0, tzinfo=clock.JST)):
        jobs.tend_reports()
    missing = read(planner, href("list") + "?only=missing")
    assert "P1-2 項目2" in missing and "P1-1 項目1" not in missing
    assert "催促" in missing
    late = read(clerk, href("list") + "?only=late")
    assert "過ぎました" in late and "催促" in late

    # A correction of the sheet keeps the old one.
    sheet = href("sheet", "P1-1")
    told = {"year": "2020", "division": MIDORI}
    clerk.browser.post(sheet, told | {"planned": "講座を3回ひらく。"})
    refused = clerk.browser.post(sheet, told | {"planned": "講座を2回ひらく。"})
    assert refused.status_code == 422
    assert "講座を2回ひらく。" in refused.content.decode()
    clerk.browser.post(sheet, told | {"planned": "講座を2回ひらく。", "why": "会場がとれない。"})
    shown = read(clerk, f"{sheet}?year=2020&division={MIDORI}")
    assert "講座を3回ひらく。" in shown and "会場がとれない。" in shown
    assert list(Sheet.objects.values_list("number", flat=True)) == [1, 2]
    assert head.browser.get(href("report", first.pk)).status_code == 200


@pytest.mark.accepts("P5-1-T2")
def test_report_verified_on_the_desk_stands_on_the_agenda_of_both_bodies():
    plan_with_reports()
    row = asked()
    Desk(yamada()).browser.post(href("hand_in", row.pk), TYPED)
    head, planner = Desk(kato()), Desk(mori())
    assert AgendaPoint.objects.count() == 0

    assert "確認する" in read(head, href("report", row.pk))
    head.browser.post(href("verify", row.pk))
    planner.browser.post(href("verify", row.pk))

    row.refresh_from_db()
    assert row.state == ReportRequest.State.VERIFIED
    handed = reverse("desk:plan:handed", args=[row.verified_id])
    assert planner.browser.get(handed).url == href("report", row.pk)
    points = AgendaPoint.objects.order_by("meeting__council__order")
    assert [(point.meeting.council.name, point.about) for point in points] == [
        ("IT推進本部", str(row.verified.ref)),
        ("情報化運営委員会", str(row.verified.ref)),
    ]


def test_today_tells_a_division_what_it_has_not_handed_in():
    plan_with_reports({}, {})
    clerk, other = Desk(yamada()), Desk(staff("abe", "別の課", "clerk"))
    assert "進捗報告書" not in read(clerk, reverse("desk:home"))
    asked(due_on=dt.date(2021, 5, 31))

    text = read(clerk, reverse("desk:home"))

    assert '進捗報告書 <span class="count">2</span>' in text and "期限を過ぎたもの 2件" in text
    assert "進捗報告書" not in read(other, reverse("desk:home"))


def test_incomplete_report_comes_back_with_what_was_typed_and_why():
    plan_with_reports()
    row, clerk = asked(), Desk(yamada())

    refused = clerk.browser.post(href("hand_in", row.pk), TYPED | {"source": " "})

    assert refused.status_code == 422
    text = refused.content.decode()
    assert "もとになる資料" in text and "講座を3回ひらいた。" in text
    assert Report.objects.count() == 0


def test_whoever_wrote_the_report_is_not_offered_to_verify_it():
    plan_with_reports()
    row = asked()
    writer = Desk(kato())
    writer.browser.post(href("hand_in", row.pk), TYPED)

    assert "/verify/" not in read(writer, href("report", row.pk))
    assert writer.browser.post(href("verify", row.pk)).status_code == 403


def test_sent_back_report_says_why_and_can_be_handed_in_again():
    plan_with_reports()
    row, clerk = asked(), Desk(yamada())
    clerk.browser.post(href("hand_in", row.pk), TYPED)
    head = Desk(kato())
    assert head.browser.post(href("remand", row.pk), {"note": " "}).status_code == 422

    head.browser.post(href("remand", row.pk), {"note": "回数をたしかめてください。"})

    text = read(clerk, href("report", row.pk))
    assert "差し戻し" in text and "回数をたしかめてください。" in text
    assert clerk.browser.post(href("hand_in", row.pk), TYPED | {"done": "2回。"}).status_code == 302
    assert Report.objects.count() == 2


@pytest.mark.parametrize("year", ["5", "999999999", "きのう", "-1"])
def test_a_year_that_is_none_is_passed_over(year):
    plan_with_reports()
    clerk = Desk(yamada())

    assert clerk.browser.get(href("sheet", "P1-1"), {"year": year}).status_code == 200
    assert clerk.browser.get(href("list"), {"year": year, "only": year}).status_code == 200


def test_report_of_another_division_is_not_there():
    plan_with_reports()
    row = asked()
    stranger = Desk(staff("abe", "別の課", "clerk", "head"))

    assert stranger.browser.get(href("report", row.pk)).status_code == 404
    assert stranger.browser.post(href("hand_in", row.pk), TYPED).status_code == 404
    assert "P1-1" not in read(stranger, href("list"))
    assert stranger.browser.get(href("sheet", "P1-1")).status_code == 404


def test_value_of_a_survey_is_typed_with_method_and_sample_and_corrected_with_a_reason():
    plan_with_reports(indicators=[SURVEY])
    planner = Desk(mori())
    told = {"on": "2021-01-10", "value": "61.5", "evidence": "集計表", "method": "郵送", "sample": "400人"}
    address = href("measure", "manzoku")

    refused = planner.browser.post(address, told | {"sample": ""})
    assert refused.status_code == 422
    assert 'value="61.5"' in refused.content.decode()
    for wrong in ({"value": "いっぱい"}, {"value": "nan"}, {"on": "きのう"}):
        assert planner.browser.post(address, told | wrong).status_code == 422
    assert Measurement.objects.count() == 0

    planner.browser.post(address, told | {"value": "16.5"})
    wrong = Measurement.objects.get()
    planner.browser.post(address, told | {"corrects": str(wrong.pk), "why": "打ちまちがい。"})

    again = planner.browser.post(address, told | {"corrects": str(wrong.pk), "why": "もう一度。"})
    assert again.status_code == 409
    assert planner.browser.post(address, told | {"corrects": "x", "why": "もう一度。"}).status_code == 404

    text = read(planner, address)
    assert "<del>" in text and "打ちまちがい。" in text
    assert "61.5%" in read(planner, href("indicators"))


def test_value_a_service_counts_has_no_form_and_refuses_a_typed_one():
    live = {"indicator": "ugoki", "title": "動き", "source": "metric", "metric": "plan.items_running"}
    plan_with_reports(indicators=[live])
    planner = Desk(mori())
    address = href("measure", "ugoki")

    assert 'name="value"' not in read(planner, address)
    assert planner.browser.post(address, {"on": "2021-01-10", "value": "99"}).status_code == 409
    assert Indicator.objects.get().measurements.count() == 0


def test_year_is_frozen_once_and_again_only_with_a_reason():
    plan_with_reports()
    planner = Desk(mori())

    assert planner.browser.post(href("freeze"), {"year": "2026"}).status_code == 422  # not over yet
    assert planner.browser.post(href("freeze"), {"year": "2026", "sure": "yes"}).status_code == 302
    assert planner.browser.post(href("freeze"), {"year": "2026", "sure": "yes"}).status_code == 422
    assert planner.browser.post(href("freeze"), {"year": "zzz"}).status_code == 422
    planner.browser.post(href("freeze"), {"year": "2026", "sure": "yes", "why": "報告が遅れて届いた。"})

    assert list(YearReport.objects.values_list("number", flat=True)) == [2, 1]
    assert "第2版" in read(planner, href("years"))


def test_asking_and_reminding_is_for_who_looks_after_the_plan():
    plan_with_reports()
    clerk, planner = Desk(yamada()), Desk(mori())
    other = Desk(staff("hara", "企画課", "planner"))

    assert clerk.browser.post(href("ask"), {"year": "2025"}).status_code == 403
    assert other.browser.post(href("ask"), {"year": "2025"}).status_code == 403
    assert planner.browser.post(href("ask"), {"year": "zzz"}).status_code == 422
    assert planner.browser.post(href("ask"), {"year": "2025"}).status_code == 302
    assert ReportRequest.objects.count() == 1
    ReportRequest.objects.update(due_on=dt.date(2020, 1, 1))
    assert planner.browser.post(href("remind")).status_code == 302
    assert ReportRequest.objects.get().reminded_at is not None


def test_list_asks_the_database_as_often_for_one_report_as_for_many(django_assert_max_num_queries):
    plan_with_reports(*[{}] * 8)
    planner = Desk(mori())
    services.ask_for_reports(fiscal_year=2020, items=["P1-1"], by=planner.actor)
    planner.browser.get(href("list"))
    with django_assert_max_num_queries(40) as few:
        planner.browser.get(href("list"))
    services.ask_for_reports(fiscal_year=2020, by=planner.actor)
    assert ReportRequest.objects.count() == 8

    with django_assert_max_num_queries(len(few)):
        planner.browser.get(href("list"))


def test_page_of_a_verified_report_asks_as_often_with_many_corrections(django_assert_max_num_queries):
    plan_with_reports()
    clerk, head, planner = yamada(), kato(), mori()
    row = verify(handed_in(asked(), by=clerk), head, planner)
    desk = Desk(planner)
    desk.browser.get(href("report", row.pk))
    with django_assert_max_num_queries(40) as few:
        desk.browser.get(href("report", row.pk))
    for _turn in range(3):
        row = verify(handed_in(row, by=clerk, why="直した。"), head, planner)
    assert Item.objects.count() == 1

    with django_assert_max_num_queries(len(few)):
        desk.browser.get(href("report", row.pk))
