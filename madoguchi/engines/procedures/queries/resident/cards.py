"""What a resident has sent, one card for each."""

from __future__ import annotations

from django.utils.translation import get_language

from madoguchi.kernel import packs
from madoguchi.kernel.refs import Actor

from ... import procedure as procedures
from ...models import Case
from .drafts import drafts_of
from .shapes import CaseCard, DraftCard


def cases_of(actor: Actor) -> list[CaseCard]:
    """What concerns the actor's party, whichever way it came in, the latest first."""
    if actor.party is None:
        return []
    rows = (
        Case.objects.filter(applicant=actor.party)
        .select_related("definition", "decision")
        .prefetch_related("corrections__items", "steps")
        .order_by("-received_at")
    )
    cases = list(rows)
    words = packs.texts_of({case.definition for case in cases}, get_language() or "ja")
    return [_card(case, words[case.definition_id]) for case in cases]


def _card(case: Case, texts: dict[str, str]) -> CaseCard:
    waiting = next((one for one in case.corrections.all() if one.closed_at is None), None)
    state = visible_state(case)
    return CaseCard(
        id=case.pk,
        key=case.definition.key,
        receipt=case.receipt,
        title=texts.get("title", ""),
        state=state,
        state_label=texts.get(f"flow.{state}.label", ""),
        received_at=case.received_at,
        wants_answer=len(waiting.items.all()) if waiting else 0,
        is_over=bool(procedures.of(case.definition).state(state).end),
    )


def work_on(actor: Actor, key: str) -> tuple[list[DraftCard], list[CaseCard]]:
    """What the actor already has of one procedure: open drafts, and cases that are not over."""
    drafts = [card for card in drafts_of(actor) if card.key == key]
    return drafts, [card for card in cases_of(actor) if card.key == key and not card.is_over]


def visible_state(case: Case) -> str:
    """The state the resident is told: a decision counts from the moment its letter went out."""
    decision = getattr(case, "decision", None)
    if decision is not None and decision.sent_at is None:
        steps = list(case.steps.all())
        return steps[-1].from_state if steps else case.state
    return case.state
