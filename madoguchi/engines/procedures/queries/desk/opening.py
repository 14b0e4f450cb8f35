"""Cases of other divisions, read only: opened in an emergency, or by consent or law; and who has to judge what."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from django.db.models import Q, QuerySet

from madoguchi.engines.forms import queries as form_queries
from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref, is_id

from ... import procedure as procedures
from ... import rules
from ...errors import LookReasonNeeded
from ...models import Case, EmergencyLook, Sharing
from ...opening_errors import EmergencyOver
from ...services.sharing import SHARED
from .case import applicant_name, said_pages
from .seeing import look_in_force
from .shapes import DeskCase, SaidPage

MOST = 100


@dataclass(slots=True)
class ForeignCase:
    """What somebody may read who does not handle the case: what was stated, no papers, nothing to press."""

    case: Case
    title: str
    state_label: str
    applicant: str
    pages: list[SaidPage] = field(default_factory=list)
    is_sealed: bool = False  # 秘匿: where they are is not among it


def _read_only(actor: Actor, case: Case) -> ForeignCase:
    procedure, texts = procedures.of(case.definition), packs.texts(case.definition, "ja")
    revisions = list(case.draft.revisions.order_by("number"))
    answers = form_queries.answers_at(case.draft, revisions[-1])
    sheet = form_queries.sheet_of(procedure.form, answers, case.draft, language="ja")
    shown = cast("DeskCase", SimpleNamespace(case=case))
    return ForeignCase(
        case=case,
        title=texts.get("title", ""),
        state_label=texts.get(f"flow.{case.state}.label", case.state),
        applicant=applicant_name(sheet),
        pages=said_pages(shown, sheet, revisions, actor, secrets=False),
        is_sealed=not rules.may_open_papers(actor, case),
    )


def _case(case_id: Any) -> Case:
    found: Case | None = (
        Case.objects.select_related("definition", "division", "applicant", "draft__key", "draft__definition")
        .filter(pk=case_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def emergency_case(actor: Actor, look_id: uuid.UUID | str) -> tuple[EmergencyLook, ForeignCase]:
    """What an emergency opened, for who opened it, while it lasts and they have not signed out.

    Raises NotFound for everybody else, EmergencyOver.
    """
    row = EmergencyLook.objects.filter(pk=look_id).first()
    if row is None or not actor.is_staff or row.by != actor.account:
        raise NotFound
    case = _case(row.case_id)
    look = audit.latest_read(case.ref, by=actor)
    left = audit.events_about(Ref("identity", "account", str(actor.account)))
    if (
        row.until <= clock.now()
        # Not on record, not shown: the row alone opens nothing.
        or look is None
        or look.at < row.at
        or left.filter(verb="signed_out", at__gte=row.at).exists()
    ):
        raise EmergencyOver
    return row, _read_only(actor, case)


@dataclass(frozen=True, slots=True)
class LookToJudge:
    row: EmergencyLook
    is_mine: bool
    is_open: bool = False  # one's own, and its half hour is not over: the way back to the case


def emergency_looks(actor: Actor) -> list[LookToJudge]:
    """What was opened: one's own, and what one judges; what nobody has judged first, the longest open before."""
    seen = Q(by__in=[actor.account])
    if actor.has_role(rules.REVIEWER):
        seen = Q()
    elif heads := actor.divisions_as("head"):
        seen |= Q(division__in=heads)
    rows = EmergencyLook.objects.filter(seen).select_related("case", "division").order_by("-at")
    now, me = clock.now(), actor.account
    found = [LookToJudge(row, row.by == me, row.by == me and row.until > now) for row in rows[:MOST]]
    return sorted(found, key=lambda one: (one.row.judged_at is not None, one.row.judge_by))


def to_judge_count(actor: Actor) -> int:
    """How many wait for this person's judgement."""
    rows = EmergencyLook.objects.filter(judged_at=None).exclude(by__in=[actor.account])
    if not actor.has_role(rules.REVIEWER):
        rows = rows.filter(division__in=actor.divisions_as("head"))
    return rows.count()


def what_was_opened(row: EmergencyLook) -> tuple[str, bool]:
    """The procedure, and whether it is under 秘匿: what a judge must know of a case they do not read."""
    applicant = row.case.applicant
    title = packs.texts(row.case.definition, "ja").get("title", "")
    return title, applicant is not None and applicant.is_protected


def emergency_look(actor: Actor, look_id: uuid.UUID | str) -> EmergencyLook:
    """One of them, to be judged: the reason, not the case. Raises NotFound."""
    row = (
        EmergencyLook.objects.select_related(
            "case__draft__key", "case__definition", "case__applicant", "division"
        )
        .filter(pk=look_id)
        .first()
    )
    if row is None or not (row.by == actor.account or rules.may_judge(actor, row.division_id)):
        raise NotFound
    return row


def sharings_of(case: Case) -> list[Sharing]:
    """Which other divisions may read it, or were to."""
    return list(case.sharings.select_related("to_division", "case__draft__key"))


def shared_with(actor: Actor) -> list[tuple[Sharing, str]]:
    """What other divisions let the actor's read now, the latest first: number and procedure, no names."""
    rows = list(_shared_now(actor).select_related("case__definition", "from_division")[:MOST])
    texts = packs.texts_of([row.case.definition for row in rows], "ja")
    return [(row, texts[row.case.definition_id].get("title", "")) for row in rows]


def shared_with_count(actor: Actor) -> int:
    """How many they may read now."""
    return _shared_now(actor).count()


def _shared_now(actor: Actor) -> QuerySet[Sharing]:
    keys = actor.divisions_as(*rules.HANDLING) if actor.is_staff else frozenset()
    return Sharing.objects.filter(
        to_division__in=keys, begun_at__isnull=False, ended_at=None, until__gte=clock.today()
    )


def shared_case(
    actor: Actor, sharing_id: uuid.UUID | str, *, read: bool = True
) -> tuple[Sharing, ForeignCase | None]:
    """A case another division lets the actor's read; its contents only after a reason.

    Raises NotFound the moment consent or term have ended, LookReasonNeeded.
    """
    row = (
        Sharing.objects.select_related("case", "from_division", "to_division").filter(pk=sharing_id).first()
        if is_id(sharing_id)
        else None
    )
    if row is None or not rules.may_read_shared(actor, row):
        raise NotFound
    case = _case(row.case_id)
    if not read:
        return row, None
    look = look_in_force(actor, case, SHARED)
    if look is None or row.begun_at is None or look.at < row.begun_at:
        raise LookReasonNeeded
    return row, _read_only(actor, case)
