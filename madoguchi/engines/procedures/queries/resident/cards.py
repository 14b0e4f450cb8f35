"""What a resident has sent, one card for each."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import get_language

from madoguchi.kernel import packs
from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.refs import Actor

from ... import procedure as procedures
from ...models import Attachment, Case, Correction
from .drafts import drafts_of
from .shapes import CaseCard, DraftCard


def cases_of(actor: Actor) -> list[CaseCard]:
    """What concerns the actor's party, whichever way it came in, the latest first."""
    if actor.party is None or not mandates.stands(actor):
        return []
    theirs = Case.objects.filter(applicant=actor.party)
    if actor.mandate is not None and "*" not in actor.may:
        theirs = theirs.filter(definition__key__in=actor.may)
    rows = (
        theirs.select_related("definition", "decision")
        .prefetch_related(Prefetch("corrections", queryset=_rounds()), "steps")
        .order_by("-received_at")
    )
    cases = list(rows)
    words = packs.texts_of({case.definition for case in cases}, get_language() or "ja")
    return [_card(case, words[case.definition_id]) for case in cases]


def _rounds() -> QuerySet[Correction]:
    """The rounds with their places, and whether papers were put in that are not sent yet."""
    mine = Attachment.objects.filter(correction=OuterRef("pk"))
    return Correction.objects.prefetch_related("items").annotate(has_papers=Exists(mine))


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
        is_over=is_over(case),
        is_begun=waiting is not None and (bool(waiting.sealed_buffer) or waiting.has_papers),  # type: ignore[attr-defined]
    )


def work_on(actor: Actor, key: str) -> tuple[list[DraftCard], list[CaseCard]]:
    """What the actor already has of one procedure: open drafts, and cases that are not over."""
    drafts = [card for card in drafts_of(actor) if card.key == key]
    return drafts, [card for card in cases_of(actor) if card.key == key and not card.is_over]


def is_waiting_to_be_fetched(case: Case) -> bool:
    """用意ができました was told, and nobody has come for it yet."""
    decision = getattr(case, "decision", None)
    if decision is not None and decision.sent_at is not None:
        return False
    return procedures.of(case.definition).state(case.state).tell == "ready"


def is_over(case: Case) -> bool:
    """Nothing is to come any more, as the resident is told it."""
    ended = procedures.of(case.definition).state(visible_state(case)).end
    return bool(ended) and not is_waiting_to_be_fetched(case)


def visible_state(case: Case) -> str:
    """The state the resident is told: a decision counts from the moment its letter went out.

    Who was told to come and fetch it knows already, though it is not handed over yet.
    """
    if is_waiting_to_be_fetched(case):
        return case.state
    decision = getattr(case, "decision", None)
    if decision is not None and decision.sent_at is None:
        steps = list(case.steps.all())
        return steps[-1].from_state if steps else case.state
    return case.state
