"""Who has to agree to what was stated (連署), in the words they will read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.form import facts_from
from madoguchi.engines.forms.kinds import full_name
from madoguchi.engines.forms.questions import Sheet
from madoguchi.kernel import clock, packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.practice import is_practice

from . import procedure as procedures
from . import rules
from .definition import CosignerDef
from .errors import SigningOver
from .models import Case, CoSignature
from .procedure import Procedure

_PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Signer:
    """One person to be asked. `statement` has the answers it speaks of in it; nothing else is shown to them."""

    id: str  # the id in the definition, with `.2` for the second of a list
    title: str
    statement: str
    name: str  # as the applicant wrote it; "" where nobody was asked for it
    email: str
    asked_by: str
    days: int

    @property
    def hash(self) -> str:
        """What they would sign: when it changes, what was signed no longer counts."""
        seen = [self.statement, self.name, self.asked_by]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def signers(
    procedure: Procedure, sheet: Sheet, texts: Mapping[str, str], *, protected: bool = False
) -> list[Signer]:
    """Everybody these answers call for. A condition that is still unknown counts as called for.

    Where the applicant is `protected` (秘匿), no statement says where anybody lives or can be reached.
    """
    facts = facts_from(procedure.form, sheet.answers, clock.today())
    kept_out = rules.WHEREABOUTS if protected else frozenset()
    found = []
    for wanted in procedure.shape.cosigners:
        rule = procedure.asks_signer.get(wanted.id)
        if rule is not None and rule.evaluate(facts).value is False:
            continue
        if not wanted.each:
            found.append(_signer(wanted, wanted.id, f"{wanted.id}.", sheet, texts, kept_out))
            continue
        for item in sheet.answers.get(wanted.each) or []:
            place = f"{wanted.each}.{item['id']}."
            found.append(_signer(wanted, f"{wanted.id}.{item['id']}", place, sheet, texts, kept_out))
    return found


def _signer(
    wanted: CosignerDef,
    name: str,
    place: str,
    sheet: Sheet,
    texts: Mapping[str, str],
    kept_out: frozenset[str],
) -> Signer:
    """`place` is where the form says who they are: an item of the list, or the person of the same name."""
    at = f"cosigners.{wanted.id}"
    stated, mail = sheet.question(f"{place}name"), sheet.question(f"{place}email")

    def said(found: re.Match[str]) -> str:
        path = found.group(1)
        question = sheet.question(place + path.removeprefix("item.") if path.startswith("item.") else path)
        return question.shown if question is not None and question.kind not in kept_out else ""

    return Signer(
        id=name,
        title=texts.get(f"{at}.title") or wanted.title,
        statement=_PLACE.sub(said, texts.get(f"{at}.statement") or wanted.statement),
        name=full_name(stated.value) if stated is not None and stated.kind == "name" else "",
        email=str(mail.value or "") if mail is not None and mail.kind == "email" else "",
        asked_by=applicant_in(sheet),
        days=wanted.days,
    )


def applicant_in(sheet: Sheet) -> str:
    """The name of who applies, as stated."""
    for question in sheet.questions:
        if question.kind == "name" and not question.item and question.value:
            return full_name(question.value)
    return ""


def signers_of(case: Case, sheet: Sheet | None = None) -> list[Signer]:
    """Whom the answers in force call for, in Japanese: what is signed does not depend on who reads it."""
    procedure = procedures.of(case.definition)
    if not procedure.shape.cosigners:
        return []
    if sheet is None:
        answers = form_queries.answers_at(case.draft, form_queries.latest_revision(case.draft))
        sheet = form_queries.sheet_of(procedure.form, answers, case.draft, language="ja")
    return signers(procedure, sheet, packs.texts(case.definition, "ja"), protected=rules.is_protected(case))


def open_request(token: str) -> tuple[CoSignature, Signer]:
    """What stands behind an address, while it may be signed. Raises NotFound, SigningOver."""
    row = (
        CoSignature.objects.select_related("case__definition", "case__draft__key", "case__draft__definition")
        .filter(token_hash=digest(token), superseded_at=None, case__practice=is_practice())
        .exclude(token_hash="")
        .first()
        if 20 <= len(token) <= 100
        else None
    )
    if row is None:
        raise NotFound
    is_over = row.expires_at is None or row.expires_at <= clock.now()
    if row.signed_at or row.refused_at or is_over or row.case.closed_at:
        raise SigningOver
    person = next((one for one in signers_of(row.case) if one.id == row.signer), None)
    if person is None:
        raise SigningOver
    return row, person


def digest(token: str) -> str:
    """What stands in the row instead of the address: whoever reads the database signs for nobody."""
    return hashlib.sha256(token.encode()).hexdigest()
