"""Every public text in every language, and in the shape each language is read in."""

from __future__ import annotations

import datetime as dt
import gettext as python_gettext
import re

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext, trans_real

from madoguchi.faces.cli import translations
from madoguchi.kernel import calendar

DAY = dt.date(2026, 11, 20)
KANJI = re.compile(r"[㐀-鿿々]")
# 受付番号(うけつけばんごう): what やさしい日本語 puts after a kanji.
WITH_READING = re.compile(r"[㐀-鿿々]+\([ぁ-ゖー]+\)")


@pytest.fixture(scope="module", autouse=True)
def spoken():
    """The .po files as they stand, compiled; what was read before is forgotten."""
    translations.compile_all()
    python_gettext._translations.clear()  # type: ignore[attr-defined]
    trans_real._translations.clear()


def entries(code):
    return [entry for entry in translations.read_po(code) if not entry.obsolete and entry.translated()]


def test_no_public_text_lacks_a_language():
    assert translations.problems() == []


@pytest.mark.parametrize("code", translations.LANGUAGES)
def test_nothing_is_left_fuzzy(code):
    assert [entry.msgid for entry in translations.read_po(code) if entry.fuzzy] == []


def test_every_kanji_of_easy_japanese_has_its_reading():
    """But for dates and eras, which stand as they are printed on every paper."""
    bare = {
        entry.msgstr
        for entry in entries("ja-easy")
        if (entry.msgctxt or "").partition(" ")[2] != "format"
        and KANJI.search(WITH_READING.sub("", entry.msgstr.replace("日という", "")))
    }
    assert bare <= {"日"}


@pytest.mark.parametrize("code", ["en", "ko"])
def test_no_japanese_sign_is_left_in_other_scripts(code):
    left = [entry.msgstr for entry in entries(code) if re.search("[、。「」（）：]", entry.msgstr)]
    assert left == []


@pytest.mark.parametrize(
    ("code", "day", "with_year", "time"),
    [
        ("ja", "11月20日", "2026年11月20日（令和8年）", "9時05分"),
        ("ja-easy", "11月20日", "2026年11月20日", "9時05分"),
        ("en", "20 November", "20 November 2026", "9:05"),
        ("zh-hans", "11月20日", "2026年11月20日", "9:05"),
        ("ko", "11월 20일", "2026년 11월 20일", "9시 05분"),
    ],
)
def test_dates_are_said_as_each_language_says_them(code, day, with_year, time):
    with override(code):
        assert calendar.said_day(DAY) == day
        assert calendar.said_in_eras(DAY) == with_year
        assert calendar.said_time(dt.time(9, 5)) == time


@pytest.mark.parametrize(
    ("code", "noun", "asked", "where", "more"),
    [
        ("en", "child", "Please enter the child’s name", "child no. 2", "Is there another child?"),
        ("zh-hans", "孩子", "请填写孩子的姓名", "第2个孩子", "还有其他孩子吗"),
        ("ko", "자녀", "자녀의 성명을 적어 주십시오", "2번째 자녀", "다른 자녀도 있습니까"),
        (
            "ja-easy",
            "子(こ)ども",
            "子(こ)どもの 名前(なまえ)を 書(か)いて ください",
            "2ばんめの 子(こ)ども",
            "ほかに 子(こ)どもは いますか",
        ),
    ],
)
def test_the_nouns_of_packs_fit_the_sentences_they_stand_in(code, noun, asked, where, more):
    with override(code):
        whose = pgettext("whose: one of a list", "%(noun)s") % {"noun": noun}
        assert _("%(whose)sの名前を書いてください") % {"whose": whose} == asked
        assert _("%(place)s人めの%(noun)s") % {"place": 2, "noun": noun} == where
        assert _("ほかに%(noun)sはいますか") % {"noun": noun} == more


def test_english_counts_one_and_many():
    with override("en"):
        said = [ngettext("%(n)sつ直してください", "%(n)sつ直してください", n) % {"n": n} for n in (1, 2)]
    assert said == ["Please correct 1 thing", "Please correct 2 things"]
