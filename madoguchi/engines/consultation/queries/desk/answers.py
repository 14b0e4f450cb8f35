"""Answers as the asked division writes them, with what was answered to similar opinions before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Min, Prefetch, Q

from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, is_id

from ... import references, rules
from ...grouping import nearest
from ...models import Answer, Call, Evidence, Opinion

MOST_PAST = 5000


@dataclass(frozen=True, slots=True)
class Past:
    """An answer of a past call to an opinion like this."""

    call: Call
    number: int | None
    opinion: str
    answer: str
    category: str
    label: str
    near: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer in the list of a division."""

    answer: Answer
    opinions: int
    first: int | None


def _mine(actor: Actor) -> Q:
    mine = Q(division__in=actor.divisions_as(*rules.ANSWERING))
    mine |= Q(call__division__in=actor.divisions_as(rules.PLANNER))
    return mine


def asked_of(actor: Actor, *, state: str = "") -> list[Asked]:
    """What their divisions are asked to answer, unpublished calls only, what is still to write first."""
    found = (
        Answer.objects.filter(division__in=actor.divisions_as(*rules.ANSWERING))
        .exclude(call__state=Call.State.PUBLISHED)
        .select_related("call", "division")
        .prefetch_related("opinions")
        .annotate(n=Count("opinions"), first=Min("opinions__number"))
    )
    if state in Answer.State.values:
        found = found.filter(state=state)
    order = {Answer.State.WRITING: 0, Answer.State.CHECKING: 1, Answer.State.APPROVED: 2}
    rows = sorted(found, key=lambda row: (order[Answer.State(row.state)], row.first or 0, str(row.pk)))
    return [Asked(row, row.n, row.first) for row in rows]


def answer_for(actor: Actor, answer_id: object) -> Answer:
    """One they may write. Raises NotFound: not there and not theirs are the same."""
    found = None
    if actor.is_staff and is_id(answer_id):
        found = (
            Answer.objects.filter(_mine(actor), pk=str(answer_id))
            .select_related("call", "call__division", "division")
            .first()
        )
    if found is None:
        raise NotFound
    return found


def answers_of(answer: Answer) -> list[Opinion]:
    """The opinions it answers, with what each has."""
    return list(
        answer.opinions.select_related("category", "unit", "follow_up", "call", "answer")
        .prefetch_related(Prefetch("evidence", Evidence.objects.select_related("passage")))
        .annotate(said=Count("parts", distinct=True))
        .order_by(F("number").asc(nulls_last=True), "id")
    )


def written(answer: Answer) -> tuple[str, list[Opinion]]:
    """The text with the numbers of today, and the opinions it points at."""
    named = references.named_in(answer.text)
    rows = {str(row.pk): row for row in Opinion.objects.filter(call=answer.call_id, pk__in=named)}
    numbers = {key: row.number for key, row in rows.items() if row.number is not None}
    text = references.shown(answer.call, answer.text, numbers)
    return text, [rows[key] for key in dict.fromkeys(named) if key in rows]


def past_answers(opinions: Sequence[Opinion], *, most: int = 5) -> list[Past]:
    """What past calls answered to opinions like these. Public rows only: nothing here was ever sealed."""
    if not opinions:
        return []
    rows = list(
        Opinion.objects.filter(call__state=Call.State.PUBLISHED)
        .exclude(call=opinions[0].call_id)
        .exclude(answer=None)
        .select_related("call", "answer", "category")
        .order_by("-call__opens_on", "number")[:MOST_PAST]
    )
    text = " ".join(opinion.summary for opinion in opinions)
    found = nearest(text, [row.text or row.summary for row in rows], most=most)
    chosen = [rows[place] for place, _near in found]
    numbers = _numbers({row.call_id for row in chosen})
    return [_past(row, round(near * 100), numbers) for row, (_place, near) in zip(chosen, found, strict=True)]


def _numbers(calls: set[UUID]) -> dict[str, int]:
    rows = Opinion.objects.filter(call__in=calls).exclude(number=None).values_list("pk", "number")
    return {str(pk): number or 0 for pk, number in rows}


def _past(row: Opinion, near: int, numbers: dict[str, int]) -> Past:
    answer = row.answer
    raw = (answer.text or answer.summary) if answer else ""
    return Past(
        call=row.call,
        number=row.number,
        opinion=row.text or row.summary,
        answer=references.shown(row.call, raw, numbers),
        category=row.category.sign if row.category else row.category_printed,
        label=row.category.label if row.category else "",
        near=near,
    )
