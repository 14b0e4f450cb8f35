import datetime as dt
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel import calendar
from madoguchi.kernel.calendar import Deadline, holiday_name, parse_date, said_holiday

days = st.dates(date(1873, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "令和8年11月22日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1873, 1, 1), "明治6年1月1日"),
        (date(1872, 12, 31), "1872年12月31日"),
    ],
)
def test_wareki_changes_on_the_first_day_of_an_era(day, words):
    assert calendar.wareki(day) == words


def test_a_year_is_named_by_the_era_it_ended_in():
    assert [calendar.wareki_year(year) for year in (2019, 2020, 1989, 2018)] == [
        "令和元年",
        "令和2年",
        "平成元年",
        "平成30年",
    ]


@given(days)
def test_what_wareki_writes_parse_date_reads(day):
    words = calendar.wareki(day)
    year, rest = words.split("年")
    month, rest = rest.split("月")

    assert parse_date(year, month, rest.removesuffix("日")) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        (("2026", "11", "22"), date(2026, 11, 22)),
        (("２０２６年", "１１月", "２２日"), date(2026, 11, 22)),
        (("令和8", "1", "2"), date(2026, 1, 2)),
        (("r8", "1", "2"), date(2026, 1, 2)),
        ((8, 1, 2, "令和"), date(2026, 1, 2)),
        (("元", "5", "1", "R"), date(2019, 5, 1)),
        (("2024", "2", "29"), date(2024, 2, 29)),
    ],
)
def test_a_typed_date_is_read(typed, day):
    assert parse_date(*typed) == day


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("", "1", "1"), "すべて"),
        (("2026", "13", "1"), "1から12"),
        (("2026", "2", "29"), "2月29日"),
        (("26", "1", "1"), "西暦4けた"),
        (("平成31", "5", "1"), "令和元年"),
        (("昭和64", "1", "8"), "平成元年"),
        (("平成0", "5", "1"), "年を"),
        (("大化", "1", "1"), "数字"),
        (("二千", "1", "1"), "数字"),
        (("2026", "1", "三"), "数字"),
        (("8", "1", "1", "慶応"), "元号"),
        (("9" * 500, "1", "1"), "数字"),
        (("9999", "1", "1", "R"), "年を"),
    ],
)
def test_a_wrong_date_is_refused_with_a_sentence(typed, words):
    with pytest.raises(ValueError, match=words):
        parse_date(*typed)


@pytest.mark.parametrize(
    ("typed", "year"),
    [("2026", 2026), ("令和8", 2026), ("r8", 2026), ("Ｈ３１年", 2019), ("平成元", 1989), ("R.2", 2020)],
)
def test_a_typed_year_is_read(typed, year):
    assert calendar.read_year(typed) == year


@pytest.mark.parametrize("typed", ["", "26", "令和", "R0", "20２６a", "元", "二千"])
def test_a_wrong_year_is_refused(typed):
    with pytest.raises(ValueError, match=r"。$"):
        calendar.read_year(typed)


def test_the_fiscal_year_begins_in_april_and_is_named_by_it():
    assert calendar.fiscal_year(date(2021, 1, 31)) == 2020
    assert calendar.fiscal_label(calendar.fiscal_year(date(2021, 1, 31))) == "令和2年度"
    assert calendar.fiscal_label(2019) == "令和元年度"
    assert calendar.fiscal_year_start(date(2026, 3, 31)) == date(2025, 4, 1)
    assert calendar.fiscal_year_end(date(2026, 4, 1)) == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("key", "year"), [("R2", 2020), ("R1", 2019), ("H30", 2018), ("h31", 2019), ("S64", 1989)]
)
def test_a_fiscal_key_is_read(key, year):
    assert calendar.fiscal_key(key) == year


@pytest.mark.parametrize("key", ["", "R", "2020", "R0", "X2", "R2年度", "R²"])
def test_what_is_no_fiscal_key_is_refused(key):
    with pytest.raises(ValueError, match=r"fiscal year|era"):
        calendar.fiscal_key(key)


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(2020, 4, 1), date(2026, 3, 30), 5),
        (date(2020, 4, 1), date(2026, 3, 31), 6),
        (date(2020, 4, 2), date(2026, 3, 31), 5),
        (date(2004, 2, 29), date(2022, 2, 27), 17),
        (date(2004, 2, 29), date(2022, 2, 28), 18),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
        (date(2026, 11, 22), date(2026, 11, 1), -1),
        (date(9998, 12, 31), date.max, 1),
    ],
)
def test_age_grows_on_the_day_before_the_birthday(birth, on, age):
    assert calendar.age_on(birth, on) == age


def test_a_month_without_that_day_ends_on_its_last():
    assert calendar.plus_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert calendar.plus_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert calendar.plus_years(date(2024, 2, 29), 1) == date(2025, 2, 28)


@pytest.mark.parametrize(
    "closed",
    [
        date(2026, 11, 22),  # Sunday
        date(2026, 11, 23),  # 勤労感謝の日
        date(2026, 9, 22),  # 国民の休日, between two holidays
        date(2026, 5, 6),  # 振替休日
        date(2026, 12, 29),
        date(2027, 1, 2),
    ],
)
def test_counters_are_closed_on_days_off(closed):
    assert not calendar.is_business_day(closed)


def test_business_days_are_counted_over_the_new_year():
    assert calendar.is_business_day(date(2026, 12, 28))
    assert calendar.add_business_days(date(2026, 12, 28), 1) == date(2027, 1, 4)
    assert calendar.add_business_days(date(2027, 1, 4), -1) == date(2026, 12, 28)
    assert calendar.next_business_day(date(2026, 11, 21)) == date(2026, 11, 24)
    assert calendar.business_days_between(date(2026, 12, 25), date(2027, 1, 5)) == 3


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 60))
def test_adding_business_days_and_counting_them_agree(day, number):
    assert calendar.business_days_between(day, calendar.add_business_days(day, number)) == number


def test_a_deadline_counts_from_the_day_after_it_began():
    deadline = Deadline(30, "calendar", date(2026, 11, 22))

    assert deadline.due_on() == date(2026, 12, 22)
    assert deadline.remaining(date(2026, 11, 22)) == 30
    assert deadline.remaining(date(2026, 12, 22)) == 0
    assert deadline.is_late(date(2026, 12, 23))


def test_a_deadline_stands_still_while_the_resident_corrects():
    paused = Deadline(10, "calendar", date(2026, 11, 1), [(date(2026, 11, 4), None)])
    again = Deadline(10, "calendar", date(2026, 11, 1), [(date(2026, 11, 4), date(2026, 11, 9))])

    assert paused.is_paused
    assert paused.due_on() is None
    assert paused.remaining(date(2026, 11, 30)) == 7
    assert again.due_on() == date(2026, 11, 16)
    assert again.remaining(date(2026, 11, 9)) == 7


def test_pauses_that_overlap_are_counted_once():
    first, second = (date(2026, 11, 4), date(2026, 11, 9)), (date(2026, 11, 6), date(2026, 11, 11))

    both = Deadline(10, "calendar", date(2026, 11, 1), [second, first])

    assert both.due_on() == Deadline(10, "calendar", date(2026, 11, 1), [(first[0], second[1])]).due_on()


dates_2026 = st.dates(date(2026, 1, 1), date(2026, 6, 30))


@given(
    st.integers(1, 40),
    st.sampled_from(["calendar", "business"]),
    st.lists(st.tuples(dates_2026, st.integers(0, 20)), max_size=3),
)
def test_a_deadline_has_nothing_left_on_its_last_day_and_something_the_day_before(number, count, pauses):
    spans = [(since, since + dt.timedelta(days=length)) for since, length in pauses]
    deadline = Deadline(number, count, date(2026, 1, 5), spans)

    due = deadline.due_on()

    assert deadline.remaining(due) == 0
    assert deadline.remaining(due - dt.timedelta(days=1)) == 1
    assert all(deadline.remaining(due + dt.timedelta(days=later)) <= 0 for later in (1, 30))


def test_a_holiday_has_the_name_the_law_gives_it_whatever_the_machine_speaks():
    assert holiday_name(dt.date(2026, 11, 23)) == "勤労感謝の日"
    assert holiday_name(dt.date(2026, 5, 6)) == "振替休日"
    assert (holiday_name(dt.date(2026, 11, 24)), said_holiday(dt.date(2026, 12, 29))) == ("", "")
    assert said_holiday(dt.date(2019, 5, 1)) == holiday_name(dt.date(2019, 5, 1)) != ""
