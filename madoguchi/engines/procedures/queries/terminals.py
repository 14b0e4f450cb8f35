"""What a visitor at a terminal sees, and what the staff see of it."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass

from madoguchi.engines.forms.models import Draft
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor

from ..errors import AlreadyHandedOver, NoSuchNumber, NumberTwice
from ..models import TerminalEntry
from .catalogue import ProcedureCard, procedures_online
from .desk.seeing import handled_divisions
from .resident import OpenDraft, draft_for


@dataclass(frozen=True, slots=True)
class AtCounter:
    """What is taken at counters: by the division of the screen, and by others."""

    own: list[ProcedureCard]
    others: list[ProcedureCard]


def taken_at_counter(actor: Actor) -> AtCounter:
    """The procedures one can write at a terminal: those of its own division first."""
    cards = [card for card in procedures_online() if "counter" in card.channels]
    own = [card for card in cards if card.division in actor.divisions]
    return AtCounter(own, [card for card in cards if card not in own])


def visit(actor: Actor, draft_id: str | uuid.UUID) -> OpenDraft:
    """The draft a visitor writes at this terminal. Raises NotFound, AlreadyHandedOver."""
    opened = draft_for(actor, draft_id)
    entry = TerminalEntry.objects.filter(draft=opened.draft).first()
    if entry is None or opened.draft.closed_at is not None:
        raise NotFound
    if entry.handed_at is not None:
        raise AlreadyHandedOver
    return opened


def handed_over(actor: Actor, draft_id: str | uuid.UUID) -> TerminalEntry:
    """What this terminal handed to the staff, for who pressed twice and waits for the number. Raises NotFound."""
    opened = draft_for(actor, draft_id)
    entry = TerminalEntry.objects.filter(draft=opened.draft, handed_at__isnull=False).first()
    if entry is None:
        raise NotFound
    return entry


def written_at(draft: Draft) -> dict[str, str]:
    """For the record of a case: the screen it was written at, where it was written at one."""
    screen = TerminalEntry.objects.filter(draft=draft).values_list("terminal", flat=True).first()
    return {"terminal": str(screen)} if screen else {}


def waiting_at_counter(actor: Actor) -> int:
    """How many visitors of the actor's divisions handed something over that nobody has taken."""
    mine = TerminalEntry.objects.filter(division__in=_here(actor), handed_at__isnull=False, taken_by=None)
    return mine.filter(draft__closed_at=None).count()


def entry_of_number(actor: Actor, typed: str) -> TerminalEntry:
    """The open entry that this number stands for in the actor's divisions. Raises NoSuchNumber, NumberTwice."""
    number = "".join(unicodedata.normalize("NFKC", typed).upper().split()).replace("-", "")
    found = TerminalEntry.objects.filter(division__in=_here(actor), handed_at__isnull=False, number=number)
    rows = list(found.filter(draft__closed_at=None).select_related("draft")[:10]) if number else []
    if not rows:
        raise NoSuchNumber
    if len(rows) > 1:
        raise NumberTwice(n=len(rows))
    return rows[0]


def _here(actor: Actor) -> set[str]:
    return {identity.successor(division) for division in handled_divisions(actor)}
