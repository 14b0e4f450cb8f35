"""What the city's own documents write: eras, fiscal years, weekdays, widths, circled numbers, external characters.

The strings are those of the published plans and of the opinions on them. Where the folder with the whole texts
stands beside the checkout they are read from end to end too; elsewhere that test says so and is skipped.
"""

import datetime as dt
import re
import unicodedata
from pathlib import Path

import pytest

from madoguchi.kernel import calendar, text

SEEDS = sorted((Path(__file__).parents[5] / "shared" / "seeds").glob("*.txt"))
needs_seeds = pytest.mark.skipif(
    not SEEDS, reason="the texts of the published plans (../shared/seeds) are not here"
)
CIRCLED = [chr(code) for code in [*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0)]]
WHOLE = re.compile(
    r"((?:令和|平成)(?:元|[0-9０-９]{1,2})年[0-9０-９]{1,2}月[0-9０-９]{1,2}日)[（(]([月火水木金土日])[)）]"
)
YEAR_IN_BOTH = re.compile(r"(令和|平成)(元|\d{1,2})年度?[（(](\d{4})年度?[)）]")


def whole_text():
    return "\n".join(path.read_text(encoding="utf-8") for path in SEEDS)


@pytest.mark.accepts("N-25")
@pytest.mark.parametrize(
    ("written", "day", "weekday"),
    [
        ("令和元年12月11日（水）", dt.date(2019, 12, 11), "水"),
        ("令和2年1月17日（金）", dt.date(2020, 1, 17), "金"),
        ("令和4年12月11日(日)", dt.date(2022, 12, 11), "日"),
        ("令和5年1月13日(金)", dt.date(2023, 1, 13), "金"),
        ("平成28年7月1日", dt.date(2016, 7, 1), "金"),
        ("平成28年7月25日", dt.date(2016, 7, 25), "月"),
        ("令和８年１１月２日", dt.date(2026, 11, 2), "月"),
        ("R8.11.2", dt.date(2026, 11, 2), "月"),
        ("H31/4/30", dt.date(2019, 4, 30), "火"),
        ("2026/11/2", dt.date(2026, 11, 2), "月"),
        ("2026-11-02", dt.date(2026, 11, 2), "月"),
        ("２０２６年１１月２日", dt.date(2026, 11, 2), "月"),
    ],
)
def test_date_is_read_in_whichever_way_a_document_writes_it(written, day, weekday):
    parts = calendar.split_date(written)

    assert parts is not None
    assert calendar.parse_date(*parts) == day
    assert calendar.said_weekday(day) == weekday


@pytest.mark.accepts("N-25")
@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2021, 1, 15), "令和2年度"),  # 令和3年1月 is fiscal R2
        (dt.date(2020, 3, 31), "令和元年度"),  # 令和2年(2020年)3月, when the plan was published
        (dt.date(2020, 4, 1), "令和2年度"),
        (dt.date(2019, 4, 30), "令和元年度"),
        (dt.date(2016, 7, 1), "平成28年度"),
        (dt.date(2018, 3, 31), "平成29年度"),
    ],
)
def test_fiscal_year_is_that_of_its_april(day, said):
    assert calendar.fiscal_label(calendar.fiscal_year(day)) == said


@pytest.mark.accepts("N-25")
def test_circled_numbers_up_to_fifty_are_numbers_to_the_search_and_stay_as_written():
    assert [text.fold(circled) for circled in CIRCLED] == [str(number) for number in range(1, 51)]
    assert text.normal("取組項目① 無料公衆無線LANの整備") == "取組項目① 無料公衆無線LANの整備"
    assert text.fold("取組項目①　無料公衆無線ＬＡＮの整備") == text.fold("取組項目1 無料公衆無線LANの整備")


@pytest.mark.accepts("N-25")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第４章　取組項目", "第4章 取組項目"),
        ("ICTやマイナンバー制度", "ＩＣＴやﾏｲﾅﾝﾊﾞｰ制度"),
        ("(仮称) 取組強化プラン", "（仮称）取組強化プラン"),
        ("5G", "５Ｇ"),
        ("葛\U000e0100城", "葛城"),
        ("葛󠄀飾", "葛飾"),
    ],
)
def test_widths_and_variants_make_no_difference_to_what_is_found(one, other):
    assert text.fold(one) == text.fold(other)


@pytest.mark.accepts("N-25")
@pytest.mark.parametrize(
    "name", ["葛\U000e0100城", "辻\U000e0101", "髙橋", "﨑山", "神\ufe00", "𠮷野家", "渡邉", "邊"]
)
def test_external_characters_are_kept_as_they_were_typed(name):
    assert text.normal(name) == name


@needs_seeds
def test_every_date_with_a_weekday_in_the_plans_is_read_and_its_weekday_is_right():
    # Figures of a PDF may stand in full width or with spaces between.
    found = WHOLE.findall(unicodedata.normalize("NFKC", whole_text()))

    assert len(found) >= 4
    for written, weekday in found:
        day = calendar.parse_date(*calendar.split_date(written))
        assert (written, calendar.said_weekday(day)) == (written, weekday)


@needs_seeds
def test_every_year_written_in_both_counts_in_the_plans_is_the_same_year():
    found = YEAR_IN_BOTH.findall(unicodedata.normalize("NFKC", whole_text()))

    assert len(found) >= 8
    for era, number, western in found:
        assert calendar.read_year(f"{era}{number}") == int(western)
        assert calendar.wareki_year(int(western)) == f"{era}{number}年"


@needs_seeds
def test_nothing_of_the_plans_is_lost_by_what_may_be_stored():
    for line in whole_text().splitlines():
        clean = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", line)
        assert text.normal(clean) == unicodedata.normalize("NFC", clean) or text.normal(clean) == clean
