"""What programs ask: a procedure told whole, one's own cases by receipt number, and what a machine handed in."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from madoguchi.engines.forms.describing import described, json_schema
from madoguchi.engines.forms.saving import stated
from madoguchi.kernel import packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.refs.receipts import normalise_receipt

from .. import procedure as procedures
from .. import rules
from ..models import Case
from .resident.cards import is_over, visible_state

MOST_FOLLOWED = 100

__all__ = ["FollowedCase", "document_of", "followed", "followed_cases", "own_case_id", "told"]


def told(key: str) -> dict[str, Any]:
    """How a procedure is filled in: version, pages, documents, and a JSON Schema of its answers. Raises NotFound."""
    definition, procedure = procedures.current(key)
    texts, shape = packs.texts(definition, get_language() or "ja"), procedure.shape
    return {
        "key": procedure.key,
        "title": texts.get("title") or shape.title,
        "division": shape.division,
        "version": definition.version,
        "logic_hash": definition.logic_hash,
        "channels": shape.channels.names(),
        "pages": described(procedure.form, texts),
        "eligibility": shape.eligibility.when if shape.eligibility else "",
        "documents": [
            {
                "id": document.id,
                "title": texts.get(f"documents.{document.id}.title") or document.title,
                "hint": texts.get(f"documents.{document.id}.hint") or document.hint,
                "required_when": document.required_when,
                "brought": document.brought,
                "omitted_by": document.omit_when.link if document.omit_when else "",
            }
            for document in shape.documents
        ],
        "answers_schema": json_schema(procedure.form, texts),
    }


def document_of(opened: Any) -> dict[str, Any]:
    """The answers of an opened draft as programs send them."""
    return stated(opened.sheet.answers)


def own_case_id(actor: Actor, receipt: str) -> uuid.UUID:
    """The case of that number, if it is about the actor. Raises NotFound for anybody else's."""
    case = _by_receipt(receipt)
    if case is None or not rules.is_own(actor, case):
        raise NotFound
    return uuid.UUID(str(case.pk))


def _by_receipt(receipt: str) -> Case | None:
    spelled = normalise_receipt(receipt)
    if spelled is None:
        return None
    found: Case | None = Case.objects.filter(receipt=spelled).select_related("definition", "draft").first()
    return found


@dataclass(frozen=True, slots=True)
class FollowedCase:
    """As much of a case as a machine may know that handed it in: never what was answered or decided in words."""

    receipt: str
    key: str
    title: str
    state: str
    state_label: str
    received_at: dt.datetime
    due_on: dt.date | None
    is_over: bool
    wants_answer: int


def followed(actor: Actor, receipt: str) -> FollowedCase:
    """A case that this machine handed in. Raises NotFound."""
    case = _by_receipt(receipt)
    if case is None or actor.account is None or case.draft.account != actor.account or case.draft.mandate:
        raise NotFound
    return _told([case])[0]


def followed_cases(actor: Actor) -> list[FollowedCase]:
    """What this machine handed in, the latest first."""
    if actor.account is None:
        return []
    mine = Case.objects.filter(draft__account=actor.account, draft__mandate=None).select_related(
        "definition", "decision"
    )
    return _told(list(mine.prefetch_related("steps").order_by("-received_at")[:MOST_FOLLOWED]))


def _told(cases: list[Case]) -> list[FollowedCase]:
    words = packs.texts_of({case.definition for case in cases}, get_language() or "ja")
    rows = []
    for case in cases:
        texts, state = words[case.definition_id], visible_state(case)
        flow = procedures.of(case.definition).state(state)
        rows.append(
            FollowedCase(
                receipt=case.receipt,
                key=case.definition.key,
                title=texts.get("title", ""),
                state=state,
                state_label=texts.get(f"flow.{state}.label", ""),
                received_at=case.received_at,
                due_on=case.due_on,
                is_over=is_over(case),
                wants_answer=int(flow.tell == "returned"),
            )
        )
    return rows
