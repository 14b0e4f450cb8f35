"""The list of cases, as きょう and 案件 both show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from madoguchi.engines.procedures import queries
from madoguchi.faces.shared.numbers import number
from madoguchi.kernel.refs import Actor

from ..words import filter_name

MOST_PAGES = 10_000
# The tabs of the list say these already.
TABBED = {"", "mine", "unassigned"}


@dataclass(slots=True)
class Filter:
    only: str
    name: Any
    count: int | None
    is_current: bool


@dataclass(slots=True)
class Tab:
    whose: str
    name: str
    count: int
    is_current: bool


def narrowed(request: HttpRequest) -> queries.Narrowed:
    """What was chosen in the address; what nobody could choose narrows nothing."""
    asked = {key: value[:120] for key, value in request.GET.items()}
    only, whose = asked.get("only", ""), asked.get("whose", "")
    return queries.Narrowed(
        only=only if only in queries.FILTERS else "",
        whose=whose if whose in queries.WHOSE else "",
        procedure=asked.get("procedure", "").replace("\x00", ""),
        state=asked.get("state", "").replace("\x00", ""),
        channel=asked.get("channel", "").replace("\x00", ""),
        gaps=asked.get("gaps", "") == "1",
    )


def asked_page(request: HttpRequest) -> int:
    """Which leaf of a list the address asks for; the first where it asks for none."""
    return min(number(request.GET.get("page", "")) or 1, MOST_PAGES)


def listing(request: HttpRequest, size: int) -> dict[str, Any]:
    """One leaf of the list, with what its template needs."""
    wanted = narrowed(request)
    leaf = asked_page(request)
    rows, total = queries.cases(request.actor, wanted, page=leaf, size=size)
    shown_until = (leaf - 1) * size + len(rows)
    return {
        "rows": rows,
        "total": total,
        "only": wanted.only,
        "wanted": wanted,
        "only_name": filter_name(wanted.only),
        "kept": _kept(wanted),
        "page_number": leaf,
        "before": leaf - 1 if leaf > 1 else None,
        "after": leaf + 1 if shown_until < total else None,
        "following": min(size, max(total - shown_until, 0)),
    }


def _kept(wanted: queries.Narrowed) -> str:
    """What was chosen, for the addresses of the next leaf."""
    chosen = {
        "only": wanted.only,
        "whose": wanted.whose,
        "procedure": wanted.procedure,
        "state": wanted.state,
        "channel": wanted.channel,
        "gaps": "1" if wanted.gaps else "",
    }
    return urlencode({key: value for key, value in chosen.items() if value})


def filters(
    actor: Actor, tally: Any, wanted: Iterable[str], only: str, *, counted: bool = True
) -> list[Filter]:
    """The row of filters with their counts, which are those of the whole division; only heads decide."""
    return [
        Filter(
            name, filter_name(name), getattr(tally, name or "all", None) if counted else None, name == only
        )
        for name in wanted
        if name != "to_decide" or actor.has_role("head")
    ]


def tabs(tally: Any, wanted: queries.Narrowed) -> list[Tab]:
    """わたしの, だれも見ていない, 課全体."""
    return [
        Tab("mine", _("わたしの"), tally.mine, wanted.whose == "mine"),
        Tab("nobody", _("だれも見ていない"), tally.unassigned, wanted.whose == "nobody"),
        Tab("", _("課全体"), tally.all, wanted.whose == ""),
    ]
