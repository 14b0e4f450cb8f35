"""連署 as the applicant sees it, and what somebody who was asked to sign may see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils.translation import get_language

from madoguchi.engines.forms.questions import Sheet
from madoguchi.kernel import clock, packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from ... import rules
from ...models import Case, CoSignature
from ...signers import Signer, open_request, signers_of
from .shapes import SignerCard


def signer_cards(case: Case, sheet: Sheet | None = None) -> list[SignerCard]:
    """Everybody who has to agree, and how far that is."""
    rows = {row.signer: row for row in CoSignature.objects.filter(case=case, superseded_at=None)}
    return [_card(signer, rows.get(signer.id)) for signer in signers_of(case)]


def _card(signer: Signer, row: CoSignature | None) -> SignerCard:
    card = SignerCard(signer.id, signer.title, signer.name, signer.email, "none")
    if row is None:
        return card
    card.until, card.signed_at = row.expires_at, row.signed_at
    if row.signed_at:
        card.state = "signed"
    elif row.refused_at:
        card.state = "refused"
    elif row.token_hash:
        card.state = "asked" if row.expires_at and row.expires_at > clock.now() else "over"
    return card


def signers_for(actor: Actor, case_id: str | uuid.UUID) -> tuple[Case, str, list[SignerCard]]:
    """The actor's own case, its title, and whom it waits for. Raises NotFound."""
    case = _own(actor, case_id)
    found = signer_cards(case)
    if not found:
        raise NotFound
    return case, packs.texts(case.definition, get_language() or "ja").get("title", ""), found


def paper_to_sign(actor: Actor, case_id: str | uuid.UUID, signer: str) -> tuple[Case, str, Signer]:
    """What one of them would sign on paper. Raises NotFound."""
    case = _own(actor, case_id)
    person = next((one for one in signers_of(case) if one.id == signer), None)
    if person is None:
        raise NotFound
    return case, packs.texts(case.definition, get_language() or "ja").get("title", ""), person


def _own(actor: Actor, case_id: str | uuid.UUID) -> Case:
    case: Case | None = (
        Case.objects.select_related("definition", "draft__key", "draft__definition")
        .filter(pk=case_id)
        .first()
    )
    if case is None or not rules.is_own(actor, case):
        raise NotFound
    return case


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """All that somebody who was asked to sign may know."""

    procedure: str
    title: str
    statement: str
    name: str
    asked_by: str
    seen: str
    until: object
    division: str


def request_behind(token: str) -> SigningRequest:
    """Raises NotFound, SigningOver."""
    row, person = open_request(token)
    return SigningRequest(
        procedure=packs.texts(row.case.definition, get_language() or "ja").get("title", ""),
        title=person.title,
        statement=person.statement,
        name=person.name,
        asked_by=person.asked_by,
        seen=person.hash,
        until=row.expires_at,
        division=row.case.division_id,
    )
