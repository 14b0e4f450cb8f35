"""Closing a day: its tickets become sums by the hour in which people came, and how far off the estimates were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from madoguchi.kernel import clock
from madoguchi.kernel.db import writes

from .. import estimating
from ..models import Hour, Line, Ticket, TicketState

# What a counter did while it was cut off may arrive days later: these days are summed again.
AGAIN = dt.timedelta(days=3)
MOST_RATIOS = 60
ENDED_AT_A_DESK = (TicketState.DONE, TicketState.TRANSFERRED, TicketState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Visit:
    """One number, as a day is summed: also what a CSV of another system says of one."""

    issued_at: dt.datetime
    called_at: dt.datetime | None
    ended_at: dt.datetime | None
    came: bool = True  # False: called, and nobody came
    began_at: dt.datetime | None = None  # when it was not at the call


def hours_of(visits: Iterable[Visit]) -> dict[tuple[dt.date, int], Hour]:
    """The sums of these visits by day and hour (in the city) of coming; each still without its line."""
    found: dict[tuple[dt.date, int], Hour] = {}
    for visit in visits:
        came = clock.in_city(visit.issued_at)
        place = came.date(), came.hour
        hour = found.get(place)
        if hour is None:
            hour = found[place] = Hour(on=place[0], hour=place[1])
        hour.issued += 1
        if visit.called_at is None:
            continue
        if not visit.came or visit.ended_at is None:
            hour.no_shows += 1
            continue
        hour.served += 1
        hour.wait_seconds += round((visit.called_at - visit.issued_at).total_seconds())
        began = visit.began_at or visit.called_at
        hour.serve_seconds += max(round((visit.ended_at - began).total_seconds()), 0)
    return found


def close_days() -> int:
    """Close every day of the last two weeks that was not, and once more the last ones; returns how many."""
    today = clock.today()
    recent = Ticket.objects.filter(on__lt=today, on__gte=today - dt.timedelta(days=14))
    there = set(recent.order_by().values_list("line", "on").distinct())
    summed = set(
        Hour.objects.filter(on__gte=today - dt.timedelta(days=14)).values_list("line", "on").distinct()
    )
    due = [place for place in there if place not in summed or place[1] >= today - AGAIN]
    lines = Line.objects.in_bulk({line for line, _on in due})
    for line, on in sorted(due, key=lambda place: (place[1], str(place[0]))):
        close_day(line=lines[line], on=on)
    return len(due)


@writes
def close_day(*, line: Line, on: dt.date) -> int:
    """Sum a day of a line anew from its tickets; returns its hours. What it came to before is replaced."""
    Line.objects.filter(pk=line.pk).update(ratios=_ratios(line, on))
    tickets = Ticket.objects.filter(line=line, on=on)
    hours = [hour for (day, _hour), hour in hours_of(map(_visit, tickets)).items() if day == on]
    for hour in hours:
        hour.line, hour.origin = line, "tickets"
    Hour.objects.filter(line=line, on=on).delete()
    Hour.objects.bulk_create(hours)
    return len(hours)


def _visit(ticket: Ticket) -> Visit:
    """Who left, or whose end nobody wrote down that day, was not served; who was put aside was served from coming back on."""
    ended = ticket.ended_at and clock.in_city(ticket.ended_at).date()
    if ticket.state not in ENDED_AT_A_DESK or ended != ticket.on:
        return Visit(ticket.issued_at, None, None)
    came = ticket.state != TicketState.NO_SHOW
    began = ticket.started_at if ticket.times_called > 1 else None
    return Visit(ticket.issued_at, ticket.called_at, ticket.ended_at, came=came, began_at=began)


def _ratios(line: Line, on: dt.date) -> list[float]:
    """How far off the last estimates up to that day were, oldest first."""
    days = Ticket.objects.filter(line=line, on__lte=on, on__gte=on - dt.timedelta(days=14))
    rows = days.filter(said_seconds__isnull=False, called_at__isnull=False).order_by("-called_at")
    newest = list(rows.values_list("said_seconds", "issued_at", "called_at")[:MOST_RATIOS])
    return [
        round(estimating.ratio(seconds, (called - issued).total_seconds()), 3)
        for seconds, issued, called in reversed(newest)
        if seconds is not None and called is not None
    ]
