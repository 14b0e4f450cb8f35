"""Published series as drawings."""

from __future__ import annotations

from itertools import pairwise

from madoguchi.engines.plan.queries import PublishedSeries, SeriesPoint
from madoguchi.faces.portal.plan.charts import BOTTOM, TOP, chart_of


def series(*values: float | None, kind: str = "line") -> PublishedSeries:
    points = [
        SeriesPoint(
            f"{2010 + place}年度", f"H{22 + place}", value, "" if value is None else str(value), "", place
        )
        for place, value in enumerate(values)
    ]
    return PublishedSeries("s", "端末", "台", "計画", kind, points)


def test_chart_begins_at_zero_and_reaches_its_highest_value():
    chart = chart_of(series(200, 506, 352), "c")

    assert [tick.text for tick in chart.grid] == ["0", "200", "400", "600"]
    assert [tick.y - 5 for tick in chart.grid] == [BOTTOM, 139, 89, TOP]


def test_chart_leaves_out_years_that_were_not_printed():
    chart = chart_of(series(None, 10, 20), "c")

    assert len(chart.marks) == 2
    assert chart.years[-1].text == "H24"


def test_chart_of_steps_holds_a_number_until_the_next_date():
    chart = chart_of(series(1, 8, kind="step"), "c")

    (x1, y1), (x2, y2) = chart.marks
    assert chart.path == f"M{x1} {y1} H{x2} V{y2} H352"


def test_chart_says_in_words_what_it_draws():
    assert chart_of(series(1, 8), "c").description == "2010年度は1台、2011年度は8台。"
    assert "いちばん多いのは2011年度の8台。" in chart_of(series(1, 8, 2), "c").description


def test_chart_labels_do_not_touch():
    chart = chart_of(series(*range(1, 31)), "c")

    places = sorted(label.x for label in chart.years)
    assert all(right - left >= 30 for left, right in pairwise(places))
