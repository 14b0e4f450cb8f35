"""Counts by channel as a table and as bars: geometry only, in whole numbers, for `shared/_channels.html` to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from madoguchi.kernel.calendar import fiscal_label

from .numbers import number

LEFT, LONGEST, ROW = 88, 220, 36


@dataclass(frozen=True, slots=True)
class Bar:
    """One channel: its label, its number (None is not told), and where its bar lies."""

    label: str
    n: int | None
    y: int
    width: int
    share: int | None  # per cent of what is told

    @property
    def text_y(self) -> int:
        return self.y + 17

    @property
    def text_x(self) -> int:
        return LEFT + self.width + 8


def asked_year(request: HttpRequest) -> int | None:
    """The fiscal year in the address; None where it is none: the engine takes this one."""
    typed = request.GET.get("year", "")
    return number(typed) if len(typed) == 4 else None


def channel_table(counts: Any) -> dict[str, Any]:
    """What the template of the table and its chart needs."""
    told = [n for _label, n in counts.sums if n is not None]
    most, whole = max(told, default=0), sum(told)
    bars = [
        Bar(
            label=label,
            n=n,
            y=8 + number * ROW,
            width=round(LONGEST * n / most) if n and most else 0,
            share=round(100 * n / whole) if n is not None and whole and not counts.is_masked else None,
        )
        for number, (label, n) in enumerate(counts.sums)
    ]
    return {
        "counts": counts,
        "bars": bars,
        "left": LEFT,
        "height": 16 + ROW * len(bars),
        "year_label": fiscal_label(counts.year),
        "years": [(year, fiscal_label(year)) for year in reversed(counts.years)],
    }
