"""Who carries the plan out, and what the pack says of its yearly reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from madoguchi.kernel.calendar import fiscal_year_start
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor

from .models import Plan

PLANNER = "planner"
# Years a sheet, a report or a frozen year can be of: others are slips of the pen.
FIRST_YEAR, LAST_YEAR = 2000, 2100
WRITING = ("clerk", "head", PLANNER)


@dataclass(frozen=True, slots=True)
class Reporting:
    """`progress.yaml` as it stands: who looks after the plan, when reports are asked for and due, to whom they go."""

    owner: str
    asked_on: tuple[int, int]
    due_on: tuple[int, int]
    remind_after_days: int
    route: str
    bodies: tuple[str, ...]

    def asks_for(self, today: dt.date) -> int | None:
        """The fiscal year whose reports are asked for today: the one that ended, from its day until they are due.

        A day on which nothing ran (a power cut on 1 April) is made good; a city that is installed in autumn does
        not begin with overdue reports.
        """
        begins = self._day(fiscal_year_start(today), self.asked_on)
        if begins <= today <= self.due(begins.year - 1):
            return begins.year - 1
        return None

    def due(self, fiscal_year: int) -> dt.date:
        """The day the reports of a fiscal year are due: in the year after it."""
        return self._day(dt.date(fiscal_year + 1, 4, 1), self.due_on)

    @staticmethod
    def _day(start: dt.date, day: tuple[int, int]) -> dt.date:
        month, number = day
        return dt.date(start.year + (month < start.month), month, number)


def reporting(plan: Plan | None) -> Reporting | None:
    """The rules of the plan in force; None where the pack has none: nobody is asked for anything."""
    told: dict[str, Any] | None = plan.facts.get("reporting") if plan else None
    if not told:
        return None
    return Reporting(
        owner=told["owner"],
        asked_on=_month_and_day(told["asked_on"]),
        due_on=_month_and_day(told["due_on"]),
        remind_after_days=told["remind_after_days"],
        route=told["route"],
        bodies=tuple(told["bodies"]),
    )


def _month_and_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def current() -> Reporting | None:
    return reporting(Plan.objects.order_by("-changed_at").first())


def looks_after(actor: Actor) -> bool:
    """情報政策課: planners of the division that looks after the plan."""
    rules = current()
    return actor.is_staff and rules is not None and actor.has_role(PLANNER, in_=rules.owner)


def check_looks_after(actor: Actor) -> None:
    if not looks_after(actor):
        raise NotAllowed


def writes_for(actor: Actor, division: str) -> bool:
    """Whoever works in the division, and who looks after the plan."""
    return actor.is_staff and (division in actor.divisions_as(*WRITING) or looks_after(actor))


def check_writes_for(actor: Actor, division: str) -> None:
    if not writes_for(actor, division):
        raise NotAllowed
