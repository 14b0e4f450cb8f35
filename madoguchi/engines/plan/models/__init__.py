"""Tables of the plan: what it says as published, and how it is carried out."""

from .carrying import Indicator, Light, Measurement, Promise, Report, ReportRequest, Sheet, YearReport
from .published import (
    Figure,
    FormerItem,
    Goal,
    IndicatorLine,
    Item,
    ItemChange,
    ItemQuerySet,
    Measure,
    Plan,
    Row,
    ScheduleLine,
    Series,
    Service,
)

__all__ = [
    "Figure",
    "FormerItem",
    "Goal",
    "Indicator",
    "IndicatorLine",
    "Item",
    "ItemChange",
    "ItemQuerySet",
    "Light",
    "Measure",
    "Measurement",
    "Plan",
    "Promise",
    "Report",
    "ReportRequest",
    "Row",
    "ScheduleLine",
    "Series",
    "Service",
    "Sheet",
    "YearReport",
]
