"""What stands in the papers of a case; how they look is the documents engine's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings

from madoguchi.engines.documents import queries as documents
from madoguchi.engines.documents.services import Letter
from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.kinds import BankAccount, full_name
from madoguchi.engines.forms.models import Channel
from madoguchi.engines.forms.questions import Sheet
from madoguchi.kernel import clock, packs
from madoguchi.kernel.calendar import wareki
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.packs.models import Definition

from . import decided
from . import procedure as procedures
from .models import Case, Decision

RECEIPT_COPY = "uketsuke_hikae"


def decision_letter(case: Case, decision: Decision) -> Letter:
    """The letter of a decision, with what was decided, the reasons and the appeal notice its state requires."""
    procedure = procedures.of(case.definition)
    state, texts = procedure.state(decision.outcome), packs.texts(case.definition, "ja")
    return _letter(
        case,
        state.letter,
        date=clock.in_city(decision.decided_at).date(),
        reason=decision.reason,
        pinned=decision.letter_form,
        decided_on=wareki(clock.in_city(decision.decided_at).date()),
        also=decided.places(procedure, decision.outcome, decision.values, texts),
    )


def receipt_copy(case: Case) -> Letter:
    """The copy of everything that was stated."""
    return _letter(case, RECEIPT_COPY, date=clock.in_city(case.received_at).date())


def _letter(
    case: Case,
    key: str,
    *,
    date: dt.date,
    reason: str = "",
    decided_on: str = "",
    pinned: Definition | None = None,
    also: Mapping[str, str] | None = None,
) -> Letter:
    texts = packs.texts(case.definition, "ja")
    sheet = form_queries.sheet(case.draft, procedures.of(case.definition).form)
    profile = identity.profile(case.applicant) if case.applicant else {}
    applicant = _applicant(sheet, profile)
    return documents.compose(
        key,
        number=case.receipt,
        date=date,
        to_name=applicant["name"],
        to_address=applicant["address"],
        office=case.division.name,
        facts=_facts(sheet),
        reason=reason,
        legal_basis=texts.get("basis", ""),
        places={
            "applicant": applicant["name"],
            "procedure": texts.get("title", ""),
            "case.receipt": case.receipt,
            "case.received_on": wareki(clock.in_city(case.received_at).date()),
            "case.channel": str(Channel(case.channel).label),
            "decided_on": decided_on,
            "division": case.division.name,
            "reason": reason,
            **(also or {}),
        },
        pinned=pinned,
        is_sample=settings.DEMO or bool(packs.pack_info().get("demo")),
    )


def _facts(sheet: Sheet) -> list[tuple[str, str]]:
    """Everything stated, in the order of the form; a bank account number shows its last digits only."""
    facts = []
    for question in sheet.questions:
        if question.kind == "list_more" or not question.shown:
            continue
        label = f"{question.position} {question.short_label}" if question.position else question.short_label
        shown = question.shown
        if question.kind == "bank_account":
            shown = BankAccount.masked(question.value)
        facts.append((label, shown))
    return facts


def _applicant(sheet: Sheet, profile: dict[str, object]) -> dict[str, str]:
    """Name and address of whom the letter goes to: as stated in this case, else as in the profile.

    Who goes by a former surname or an alias is called by it, where the procedure allows it on paper.
    """
    stated, address = profile.get("name"), profile.get("address")
    name = addressed_to(sheet) or (full_name(stated) if isinstance(stated, dict) else "")
    for question in sheet.questions:
        if question.kind == "address" and not question.item and question.value:
            address = question.value
            break
    where = ""
    if isinstance(address, dict):
        code = address["postcode"]
        where = f"〒{code[:3]}-{code[3:]}\n{address['address']} {address['building']}".strip()
    return {"name": name, "address": where}


def addressed_to(sheet: Sheet) -> str:
    """The name a paper shows of who applies; "" where none was stated."""
    for question in sheet.questions:
        if question.kind == "name" and not question.item and question.value:
            return question.paper_name
    return ""
