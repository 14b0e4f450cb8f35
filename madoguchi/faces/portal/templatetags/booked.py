"""How booking pages print days and hours: `{% load booked %}`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template

from madoguchi.faces.portal.booking import words
from madoguchi.kernel import calendar

register = template.Library()


@register.filter
def weekday(value: Any) -> str:
    """11月24日（火）, of a day or a moment."""
    return words.day_said(value) if isinstance(value, dt.date) else ""


@register.filter
def weekday_only(value: Any) -> str:
    """火."""
    return calendar.said_weekday(value) if isinstance(value, dt.date) else ""


@register.filter
def address(value: Any) -> str:
    """20261124T0900: how a moment stands in an address."""
    return words.in_address(value) if isinstance(value, dt.datetime) else ""


@register.filter
def span(thing: Any) -> str:
    """9:00～12:00, of anything that begins and ends."""
    return words.span_said(thing.starts_at, thing.ends_at)


@register.filter
def when(thing: Any) -> str:
    """11月24日（火）9:00～12:00."""
    return f"{words.day_said(thing.starts_at)} {words.span_said(thing.starts_at, thing.ends_at)}"


@register.filter
def at_moment(value: Any) -> str:
    """11月24日（火）9:00, of a moment."""
    return words.at_said(value) if isinstance(value, dt.datetime) else ""


@register.filter
def hour(value: Any) -> str:
    """9:00."""
    return words.clock_said(value) if isinstance(value, dt.datetime) else ""


@register.filter
def yen(value: Any) -> str:
    """1,500円; 無料 for nothing."""
    return words.yen_said(value)
