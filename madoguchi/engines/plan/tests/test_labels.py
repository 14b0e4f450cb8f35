"""How printed dates and numbers are said."""

from __future__ import annotations

import pytest

from madoguchi.engines.plan import labels


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("H30", "平成30年度"),
        ("R1", "令和元年度"),
        ("R2-03", "令和2年3月"),
        ("H28-04..R2-01", "平成28年4月～令和2年1月"),
        ("H31-01..03", "平成31年1月～平成31年3月"),
        ("H28-", "平成28年度～"),
        ("H25決算", "平成25年度決算"),
        ("H30,R1", "平成30年度、令和元年度"),
        ("毎年度", "毎年度"),
        (None, ""),
    ],
)
def test_when_says_the_printed_date_in_words(printed, said):
    assert labels.when(printed) == said


def test_span_names_the_era_once():
    assert labels.span("R2", "R6") == "令和2～6年度"
    assert labels.span("H28", "R1") == "平成28年度～令和元年度"


def test_number_keeps_decimals_as_printed():
    assert labels.number(219229) == "219,229"
    assert labels.number(90.0) == "90.0"
    assert labels.number(None) == ""
