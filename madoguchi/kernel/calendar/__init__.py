"""Dates as a Japanese city hall counts them: eras, fiscal years, ages, business days, pausing deadlines."""

from .ages import age_on, plus_months, plus_years
from .days import (
    add_business_days,
    business_days_between,
    holiday_name,
    is_business_day,
    is_holiday,
    next_business_day,
)
from .deadlines import Deadline
from .eras import ERAS, Era, era_named, era_of, wareki, wareki_year
from .fiscal import fiscal_key, fiscal_label, fiscal_year, fiscal_year_end, fiscal_year_start
from .said import in_eras, said_date, said_day, said_holiday, said_in_eras, said_time, said_weekday
from .typed import month_name, parse_date, read_year, split_date

__all__ = [
    "ERAS",
    "Deadline",
    "Era",
    "add_business_days",
    "age_on",
    "business_days_between",
    "era_named",
    "era_of",
    "fiscal_key",
    "fiscal_label",
    "fiscal_year",
    "fiscal_year_end",
    "fiscal_year_start",
    "holiday_name",
    "in_eras",
    "is_business_day",
    "is_holiday",
    "month_name",
    "next_business_day",
    "parse_date",
    "plus_months",
    "plus_years",
    "read_year",
    "said_date",
    "said_day",
    "said_holiday",
    "said_in_eras",
    "said_time",
    "said_weekday",
    "split_date",
    "wareki",
    "wareki_year",
]
