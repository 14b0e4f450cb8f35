"""Opinions by the plan's items, and the newest state of each: where the loop closes."""

from __future__ import annotations

from ..models import Call, Opinion
from .results import Row, laid_out, rows_of


def of_item(code: str) -> list[tuple[Call, tuple[Row, ...]]]:
    """Opinions about one item of the plan, by call, newest call first."""
    opinions = rows_of(Opinion.objects.filter(items__code=code, call__state=Call.State.PUBLISHED)).order_by(
        "-call__opens_on", "number"
    )
    by_call: dict[Call, list[Opinion]] = {}
    for opinion in opinions:
        by_call.setdefault(opinion.call, []).append(opinion)
    return [(call, laid_out(call, found)) for call, found in by_call.items()]


def by_printed_item() -> dict[tuple[str, str], list[tuple[str, int]]]:
    """{(number, title) of an item as a past result prints it: [(call, No.)]}: what a former plan's page leads back to."""
    printed = (
        Opinion.objects.filter(call__state=Call.State.PUBLISHED)
        .exclude(item_number="")
        .exclude(number=None)
        .order_by("call__opens_on", "number")
    )
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for mark, title, key, number in printed.values_list("item_number", "item_title", "call__key", "number"):
        found.setdefault((mark, title), []).append((key, number or 0))
    return found


def printed_item(opinion_id: str) -> tuple[str, str]:
    """(number, title) of the item one opinion stands under, as printed."""
    return Opinion.objects.values_list("item_number", "item_title").get(pk=opinion_id)
