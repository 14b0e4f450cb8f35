"""All published opinions in one list: filtered by item, class and what became of them, the traceable ones first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext as _

from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import is_id

from ..models import Call, Category, Opinion, Outcome
from .results import Row, laid_out, public_result, rows_of

A_PAGE = 20
NO_CATEGORY = "none"  # the document prints none (001)
NONE_YET = "none"


@dataclass(frozen=True, slots=True)
class Voice:
    """One opinion with the call it belongs to."""

    call: Call
    row: Row


@dataclass(frozen=True, slots=True)
class Voices:
    voices: tuple[Voice, ...]
    total: int
    page: int
    pages: int
    traceable: int


def _published() -> Any:
    """Published opinions with what became of each (`outcome_now`); annotations a type checker cannot follow."""
    newest = Outcome.objects.filter(opinion=OuterRef("pk")).order_by("-at", "-id")
    return (
        Opinion.objects.filter(call__state=Call.State.PUBLISHED)
        .annotate(
            outcome_now=Subquery(newest.values("state")[:1], output_field=CharField()),
            shows_in=Subquery(newest.values("item")[:1], output_field=CharField()),
        )
        .annotate(
            # From opinion to plan or service: these are what a reader can follow to the end.
            is_traceable=Case(
                When(outcome_now=None, then=Value(0)),
                When(outcome_now=Outcome.State.NO_SOURCE, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
        )
    )


def voices(*, item: str = "", meaning: str = "", outcome: str = "", call: str = "", page: int = 1) -> Voices:
    """A page of `A_PAGE` opinions; filters that nobody knows find nothing. `meaning` is a Category.Meaning."""
    found = _published()
    if item:
        found = found.filter(items__code=item)
    if meaning:
        found = (
            found.filter(category=None) if meaning == NO_CATEGORY else found.filter(category__meaning=meaning)
        )
    if outcome:
        found = found.filter(outcome_now=None) if outcome == NONE_YET else found.filter(outcome_now=outcome)
    if call:
        found = found.filter(call__key=call)
    counts = found.aggregate(total=Count("pk", distinct=True))
    traceable = found.filter(is_traceable=1).count()
    pages = max(-(-counts["total"] // A_PAGE), 1)
    page = min(max(page, 1), pages)
    start = (page - 1) * A_PAGE
    chosen = rows_of(found).order_by(
        "-is_traceable", "-call__opens_on", F("number").asc(nulls_last=True), "id"
    )
    rows = _with_calls(list(chosen[start : start + A_PAGE]))
    return Voices(rows, counts["total"], page, pages, traceable)


def _with_calls(opinions: Sequence[Opinion]) -> tuple[Voice, ...]:
    """Each row laid out within its own call, in the order given."""
    by_call: dict[Call, list[Opinion]] = {}
    for opinion in opinions:
        by_call.setdefault(opinion.call, []).append(opinion)
    rows = {row.id: row for call, own in by_call.items() for row in laid_out(call, own)}
    return tuple(Voice(opinion.call, rows[str(opinion.pk)]) for opinion in opinions)


def voice(opinion_id: object) -> Voice:
    """One published opinion at its permanent address. Raises NotFound."""
    found = rows_of(_published().filter(pk=str(opinion_id))).first() if is_id(opinion_id) else None
    if found is None:
        raise NotFound
    return _with_calls([found])[0]


def place_while_corrected(opinion_id: object) -> tuple[str, int]:
    """(call, No.) of an opinion whose published result is being corrected, as it was published. Raises NotFound."""
    found = Opinion.objects.select_related("call").filter(pk=str(opinion_id)).first()
    result = public_result(found.call) if found is not None else None
    for row in result.rows if result else ():
        if row.id == str(opinion_id) and result is not None:
            return result.key, row.number or 0
    raise NotFound


def voice_numbered(key: str, number: int) -> Voice:
    """The opinion No. `number` of a call. Raises NotFound."""
    found = rows_of(_published().filter(call__key=key, number=number)).first()
    if found is None:
        raise NotFound
    return _with_calls([found])[0]


@dataclass(frozen=True, slots=True)
class Tally:
    """The past calls side by side: a row for each meaning, a column for each call, and sums that add up."""

    calls: tuple[Call, ...]
    rows: tuple[tuple[str, str, tuple[int, ...], int], ...]  # sign, words, by call, all
    sums: tuple[int, ...]
    total: int


def tally(calls: Sequence[Call]) -> Tally:
    """Counted from the rows; where a document prints totals only, from those (001)."""
    rows = (
        Opinion.objects.filter(call__in=calls)
        .values_list("call", "category__meaning")
        .annotate(n=Count("pk"))
    )
    counted: Counter[tuple[object, str]] = Counter()
    for call_id, meaning, n in rows:
        counted[(call_id, meaning or "")] = n
    signs: dict[str, str] = {}
    categories = Category.objects.filter(call__in=calls).select_related("call")
    for category in categories.order_by("call__opens_on", "order"):
        signs.setdefault(category.meaning, category.sign)
        printed = category.call.printed.get("categories", {}).get(category.sign)
        if printed is not None and not counted[(category.call_id, category.meaning)]:
            counted[(category.call_id, category.meaning)] = printed
            counted[(category.call_id, "")] -= printed
    table = []
    for meaning, label in [*Category.Meaning.choices, ("", "")]:
        numbers = tuple(counted[(call.pk, meaning)] for call in calls)
        if meaning or any(numbers):
            table.append((signs.get(meaning, ""), str(label), numbers, sum(numbers)))
    sums = tuple(sum(row[2][place] for row in table) for place in range(len(calls)))
    return Tally(tuple(calls), tuple(table), sums, sum(sums))


def outcomes_of(opinion_id: str) -> list[Outcome]:
    """Every step of what became of it, oldest first."""
    return list(Outcome.objects.filter(opinion__pk=opinion_id).order_by("at", "id"))


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the list can be narrowed by: (value, words), only what is there."""
    published = _published()
    items = (
        published.exclude(items=None).values_list("items__code", flat=True).distinct().order_by("items__code")
    )
    states = set(published.values_list("outcome_now", flat=True).distinct())
    meanings = set(published.values_list("category__meaning", flat=True).distinct())
    signs = dict(
        Category.objects.filter(call__state=Call.State.PUBLISHED)
        .values_list("meaning", "sign")
        .order_by("-order")
    )
    named = [
        (value, f"{signs.get(value, '')} {label}".strip())
        for value, label in Category.Meaning.choices
        if value in meanings
    ]
    return {
        "items": [(code, code) for code in items],
        "meanings": named + ([(NO_CATEGORY, str(_("区分は原資料に記載なし")))] if None in meanings else []),
        "outcomes": [(value, str(label)) for value, label in Outcome.State.choices if value in states],
    }
