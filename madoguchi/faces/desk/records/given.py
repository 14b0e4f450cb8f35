"""What forms of the registers send."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest

from madoguchi.kernel import clock

OTHER = "other"
NAME_PARTS = ("family", "given", "family_kana", "given_kana")


def day(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None


def day_or_later(typed: str) -> dt.date:
    """A day that is none is read as one that is refused: tomorrow has no interview yet."""
    return day(typed) or clock.today() + dt.timedelta(days=1)


def number(typed: str) -> int | None:
    """A version or a number of days as a form sends it; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 9 else None


def purpose(request: HttpRequest) -> str:
    """The reason that was chosen, or written."""
    chosen = request.POST.get("reason", "")
    return request.POST.get("other", "")[:200] if chosen == OTHER else chosen[:60]


def person(request: HttpRequest, before: str = "") -> dict[str, Any]:
    """A name as a form sends it, its parts under `before`."""
    said = {part: request.POST.get(f"{before}{part}", "").strip()[:60] for part in NAME_PARTS}
    return {part: name for part, name in said.items() if name}
