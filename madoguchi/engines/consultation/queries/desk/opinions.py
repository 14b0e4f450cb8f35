"""Opinions as they are worked on: filtered, counted, with what they still lack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from madoguchi.kernel import clock, packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, is_id

from ... import rules
from ...grouping import nearest
from ...models import Answer, Call, Opinion, Outcome, Part
from .calls import unit_names

A_PAGE = 100
MOST_FOLLOWED = 200

FILTERS: dict[str, Callable[[], Q]] = {
    "": Q,
    "no_answer": lambda: Q(answer=None),
    "no_category": lambda: Q(category=None),
    "writing": lambda: Q(answer__state=Answer.State.WRITING),
    "checking": lambda: Q(answer__state=Answer.State.CHECKING),
    "approved": lambda: Q(answer__state=Answer.State.APPROVED),
    "no_number": lambda: Q(number=None),
    "nobody": lambda: Q(parts=None),
}


@dataclass(frozen=True, slots=True)
class OpinionLine:
    opinion: Opinion
    place: str
    said: int


def opinion_lines(call: Call, *, only: str = "", page: int = 1) -> tuple[list[OpinionLine], int, int]:
    """A page of opinions, how many there are, and how many pages."""
    found = _rows(call.opinions.all()).filter(FILTERS.get(only, Q)())
    total = found.count()
    pages = max(-(-total // A_PAGE), 1)
    start = (min(max(page, 1), pages) - 1) * A_PAGE
    names = {unit.pk: name for unit, name in unit_names(call).values()}
    rows = found[start : start + A_PAGE]
    lines = [
        OpinionLine(row, names.get(row.unit_id, ""), row.said)  # type: ignore[attr-defined,arg-type]
        for row in rows
    ]
    return lines, total, pages


def _rows(opinions: QuerySet[Opinion]) -> QuerySet[Opinion]:
    return (
        opinions.select_related("category", "answer", "answer__division", "unit", "call")
        .annotate(said=Count("parts", distinct=True))
        .order_by(F("number").asc(nulls_last=True), "id")
    )


def opinion_row(actor: Actor, call: Call, opinion_id: object) -> Opinion:
    """One opinion of a call they run. Raises NotFound."""
    found = None
    if rules.runs(actor, call) and is_id(opinion_id):
        found = _rows(call.opinions.all()).filter(pk=str(opinion_id)).first()
    if found is None:
        raise NotFound
    return found


def parts_of(opinion: Opinion) -> list[Part]:
    """The parts counted in it: receipt numbers, no words."""
    return list(opinion.parts.select_related("comment").order_by("comment__received_at", "comment", "order"))


def near_opinions(call: Call, text: str, *, but: object = None, most: int = 8) -> list[Opinion]:
    """Opinions of this call that stand nearest to a text, the nearest first; then none: the list has the rest."""
    rows = [row for row in _rows(call.opinions.all()) if row.pk != but]
    return [rows[place] for place, _near in nearest(text, [row.summary for row in rows], most=most)]


def services_running() -> list[tuple[str, str]]:
    """("procedures:key", title): what a resident can try today."""
    rows = list(packs.definitions("procedure"))
    words = packs.texts_of(rows)
    return sorted((f"procedures:{row.key}", words[row.pk].get("title", row.key)) for row in rows)


def following(actor: Actor, *, only_late: bool = False) -> list[Opinion]:
    """△ and ※ of published calls that are not ended, the earliest day first: of calls they run, and answered by their
    divisions. A past call that a pack or a document brought tells its own outcomes.
    """
    mine = Q(call__division__in=actor.divisions_as(rules.PLANNER))
    mine |= Q(answer__division__in=actor.divisions_as(*rules.ANSWERING))
    newest = Outcome.objects.filter(opinion=OuterRef("pk")).order_by("-at", "-id")
    found = (
        Opinion.objects.filter(
            mine,
            call__state=Call.State.PUBLISHED,
            call__origin=Call.Origin.DESK,
            category__meaning__in=rules.FOLLOWED,
        )
        .annotate(
            state_now=Subquery(newest.values("state")[:1]), said_now=Subquery(newest.values("words")[:1])
        )
        .exclude(state_now__in=[Outcome.State.DONE, Outcome.State.DECLINED])
    )
    if only_late:
        found = found.filter(follow_up__due_on__lt=clock.today(), follow_up__closed_at=None)
    rows = found.select_related("call", "category", "answer", "answer__division", "follow_up")
    return list(rows.order_by(F("follow_up__due_on").asc(nulls_last=True), "call", "number")[:MOST_FOLLOWED])
