"""The list of cases, as きょう and 案件 both show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from madoguchi.engines.procedures import queries
from madoguchi.kernel.refs import Actor

from ..words import filter_name

MOST_PAGES = 10_000


@dataclass(slots=True)
class Filter:
    only: str
    name: Any
    count: int | None
    is_current: bool


def listing(request: HttpRequest, size: int) -> dict[str, Any]:
    """One leaf of the list, with what its template needs."""
    only = request.GET.get("only", "")
    only = only if only in queries.FILTERS else ""
    typed = request.GET.get("page", "")
    number = min(int(typed), MOST_PAGES) if typed.isascii() and typed.isdigit() and typed != "0" else 1
    rows, total = queries.cases(request.actor, only, page=number, size=size)
    shown_until = (number - 1) * size + len(rows)
    return {
        "rows": rows,
        "total": total,
        "only": only,
        "only_name": filter_name(only),
        "page_number": number,
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if shown_until < total else None,
        "following": min(size, max(total - shown_until, 0)),
    }


def filters(actor: Actor, tally: Any, wanted: Iterable[str], only: str) -> list[Filter]:
    """The row of filters with their counts; what looks back is not counted, and only heads decide."""
    return [
        Filter(name, filter_name(name), getattr(tally, name or "all", None), name == only)
        for name in wanted
        if name != "to_decide" or actor.has_role("head")
    ]
