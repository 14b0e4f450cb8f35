"""書き出し as the desk shows it: whose they are to fetch, to approve, to look through."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from ... import rules
from ...exporting import ANSWER, FACTS, answer_columns, words_of
from ...models import Export, ExportSubject
from ...services.exporting import MANY, MOST, people_in_week, why_of
from .rows import Narrowed, narrowed_cases
from .seeing import handled_divisions

SHOWN = 100


@dataclass(frozen=True, slots=True)
class ExportShown:
    """One export for whoever may see it."""

    row: Export
    columns: str
    why: str
    protected: int  # how many of them are under 秘匿
    is_mine: bool
    may_settle: bool
    may_take: bool
    may_revoke: bool
    is_large: bool


def export_columns(procedure: str) -> list[tuple[str, str]]:
    """(name, words) of all that may be chosen; answers only where one procedure is."""
    asked = [(ANSWER + one.path, one.short_label) for one in answer_columns(procedure)] if procedure else []
    return [(name, str(words)) for name, words in FACTS.items()] + asked


def export_divisions(actor: Actor) -> list[str]:
    return sorted(handled_divisions(actor) - actor.former)


def cases_to_export(actor: Actor, wanted: Narrowed) -> list[uuid.UUID]:
    """The keys of the list as it is narrowed, one more than may go out at most."""
    return list(narrowed_cases(actor, wanted).order_by("pk").values_list("pk", flat=True)[: MOST + 1])


def exports(actor: Actor) -> list[Export]:
    """Those of the actor's divisions, and all for who is named for large ones or reviews; the latest first."""
    seen = Q(division__in=handled_divisions(actor))
    if actor.has_role(rules.EXPORT_APPROVER) or actor.has_role(rules.REVIEWER):
        seen = Q()
    return list(Export.objects.filter(seen).select_related("division")[:SHOWN])


def exports_to_approve(actor: Actor) -> int:
    """How many wait for this person."""
    rows = Export.objects.filter(state=Export.State.ASKED).exclude(asked_by__in=[actor.account])
    if not actor.has_role(rules.EXPORT_APPROVER):
        rows = rows.filter(division__in=actor.divisions_as("head"), people__lte=MANY)
        return sum(people <= MANY for people in people_in_week(rows).values())
    return rows.count()


def exports_to_take(actor: Actor) -> int:
    """How many of one's own are approved and lie ready: nobody else tells who asked."""
    ready = Export.objects.filter(state=Export.State.APPROVED, asked_by__in=[actor.account], taken=0)
    return ready.filter(until__gt=clock.now()).count()


def export_for(actor: Actor, export_id: uuid.UUID | str) -> ExportShown:
    """Raises NotFound: not there and not yours are the same."""
    row = Export.objects.select_related("division", "key", "file__key").filter(pk=export_id).first()
    if row is None or not actor.is_staff:
        raise NotFound
    is_mine, settles = row.asked_by == actor.account, rules.may_approve_export(actor, row.division_id)
    handles = row.division_id in handled_divisions(actor)
    if not (is_mine or settles or handles or actor.has_role(rules.REVIEWER)):
        raise NotFound
    state, is_large = Export.State, people_in_week([row])[row.pk] > MANY
    named = not is_large or actor.has_role(rules.EXPORT_APPROVER)
    is_good = row.state == state.APPROVED and row.until is not None and row.until > clock.now()
    return ExportShown(
        row=row,
        columns=words_of(row),
        why=why_of(row) if is_mine or settles or actor.has_role(rules.REVIEWER) else "",
        protected=_protected(row),
        is_mine=is_mine,
        may_settle=row.state == state.ASKED and settles and not is_mine and named,
        may_take=is_good and is_mine,
        may_revoke=row.state in {state.ASKED, state.APPROVED} and (is_mine or settles),
        is_large=is_large,
    )


def _protected(row: Export) -> int:
    return ExportSubject.objects.filter(export=row, case__applicant__is_protected=True).count()


def chosen_columns(asked: Iterable[str], offered: list[tuple[str, str]]) -> list[Any]:
    """(name, words, whether it is ticked)."""
    ticked = set(asked)
    return [(name, words, name in ticked) for name, words in offered]
