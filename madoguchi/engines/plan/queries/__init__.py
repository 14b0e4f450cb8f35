"""Every question about the plan. Answers are plain dataclasses, ready for a page, JSON or print."""

from ..labels import when
from .annex import (
    IndicatorView,
    PublishedSeries,
    SeriesPoint,
    chronology,
    former_plan,
    grades,
    indicators,
    is_former_item,
    series_notes,
    time_series,
)
from .figures import figure_count, figures, first_figures, measured
from .heads import has_plan
from .items import item, item_titles, items_json, service_addresses
from .measuring import (
    IndicatorNow,
    indicator,
    indicator_now,
    indicators_now,
    measurement,
)
from .reporting import (
    asked_counts,
    asked_reports,
    item_of_report,
    lights,
    looks_after,
    progress,
    promises,
    report_page,
    request_of,
    sheet_page,
    to_report,
    years_asked,
)
from .tiles import overview, states
from .years import frozen_year, frozen_years

__all__ = [
    "IndicatorNow",
    "IndicatorView",
    "PublishedSeries",
    "SeriesPoint",
    "asked_counts",
    "asked_reports",
    "chronology",
    "figure_count",
    "figures",
    "first_figures",
    "former_plan",
    "frozen_year",
    "frozen_years",
    "grades",
    "has_plan",
    "indicator",
    "indicator_now",
    "indicators",
    "indicators_now",
    "is_former_item",
    "item",
    "item_of_report",
    "item_titles",
    "items_json",
    "lights",
    "looks_after",
    "measured",
    "measurement",
    "overview",
    "progress",
    "promises",
    "report_page",
    "request_of",
    "series_notes",
    "service_addresses",
    "sheet_page",
    "states",
    "time_series",
    "to_report",
    "when",
    "years_asked",
]
