"""Every question about the plan. Answers are plain dataclasses, ready for a page, JSON or print."""

from .annex import (
    PublishedSeries,
    SeriesPoint,
    chronology,
    former_plan,
    grades,
    indicators,
    series_notes,
    time_series,
)
from .figures import figure_count, figures, first_figures, measured
from .heads import has_plan
from .items import item, items_json
from .tiles import overview, states

__all__ = [
    "PublishedSeries",
    "SeriesPoint",
    "chronology",
    "figure_count",
    "figures",
    "first_figures",
    "former_plan",
    "grades",
    "has_plan",
    "indicators",
    "item",
    "items_json",
    "measured",
    "overview",
    "series_notes",
    "states",
    "time_series",
]
