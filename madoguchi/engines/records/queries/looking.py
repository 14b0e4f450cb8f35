"""Opening what a registration was told. On record first, with the reason, and only then shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop, override

from madoguchi.kernel import audit, text
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from .. import rules, sealing
from ..definition import FieldEntry, RegistrationKind, kind_of, kinds_of
from ..errors import LookNeedsPurpose
from ..models import Registration
from ..rules import Purpose
from .registrations import Told, found, in_words, name_of

WHAT = gettext_noop("登録した内容（配慮すること・連絡先など）")
SEARCHED = gettext_noop("登録をさがした結果（名前と番号）")
MOST_PURPOSE = 200


def look(
    *, registration: Registration, by: Actor, purpose: str, at_division: str | None = None
) -> dict[str, Told]:
    """{field: what was told}: what the actor's post may see for that purpose, once the look is on record.

    `purpose` is one of `purposes()`, or own words: then what is shown for a question from the person themselves.
    `at_division` is the division of a site where the person has a booking, vouched for by booking: its staff are
    shown what is marked for sites. Whoever keeps the registration reads each look with its reason.
    Raises LookNeedsPurpose, NotFound, and what the audit raises: nothing is shown that is not on record.
    """
    return _looked(registration, by, purpose, at_division)[1]


@dataclass(frozen=True, slots=True)
class Opened:
    """A registration as staff who keep it read it for one purpose: whose it is, what was told, and as values of a form."""

    name: str
    keeper: str
    told: list[Told]
    values: dict[str, Any]


def opened(*, registration: Registration, by: Actor, purpose: str) -> Opened:
    """The whole page of it for staff who keep it; what the purpose does not need is not there. Raises as `look`."""
    of = kind_of(registration.definition)
    if not rules.keeps(by, of):
        raise NotFound
    shown, told = _looked(registration, by, purpose, None)
    values = sealing.values_of(registration)
    return Opened(
        name=name_of(registration.party),
        keeper=name_of(registration.keeper),
        told=list(told.values()),
        values={field.id: values[field.id] for field in shown if field.id in values},
    )


def _looked(
    registration: Registration, by: Actor, purpose: str, at_division: str | None
) -> tuple[list[FieldEntry], dict[str, Told]]:
    of = kind_of(registration.definition)
    shown = shown_to(of, by, _purpose(purpose), at_division)
    if registration.erased_at is not None or shown is None:
        raise NotFound
    written = _written(purpose)
    audit.record_reads([(registration.ref, registration.keeper_id)], by=by, purpose=written, what=WHAT)
    told = in_words(of, sealing.values_of(registration), shown)
    return shown, {one.id: one for one in told}


def shown_to(
    of: RegistrationKind, by: Actor, purpose: Purpose, at_division: str | None = None
) -> list[FieldEntry] | None:
    """The fields this member of staff is shown for that purpose; None where it is no business of theirs."""
    keeps = rules.keeps(by, of)
    if not keeps and not (at_division and rules.works_in(by, at_division)):
        return None
    return [field for field in of.fields if purpose in field.shown_for and (keeps or field.shown_at_sites)]


def may_look(registration: Registration, by: Actor, at_division: str | None = None) -> bool:
    """Whether it is any business of theirs, so that a page offers to open it."""
    return shown_to(kind_of(registration.definition), by, Purpose.CARE, at_division) is not None


def purposes() -> list[tuple[str, str]]:
    """The standing reasons to look, as a form offers them."""
    return [(one.value, str(one.label)) for one in Purpose]


def _purpose(typed: str) -> Purpose:
    if not typed.strip():
        raise LookNeedsPurpose
    return next((one for one in Purpose if one.value == typed.strip()), Purpose.INQUIRY)


def _written(typed: str) -> str:
    """What stands on record: the standing phrase in Japanese (each reader has it in their language), or the words."""
    typed = typed.strip()
    for one in Purpose:
        if one.value == typed:
            with override("ja"):
                return str(one.label)
    text.refuse_my_number(typed)
    return typed[:MOST_PURPOSE]


@dataclass(frozen=True, slots=True)
class Found:
    """A registration that was searched for. The name is there because somebody searched by it, which is on record."""

    row: Registration
    title: str
    name: str


def search(*, typed: str, by: Actor, purpose: str) -> list[Found]:
    """By number, or by a whole name: only what the actor's divisions keep. Each one found is on record before it is shown.

    Raises LookNeedsPurpose.
    """
    rows = found(by, typed)
    written = _written(purpose) if purpose.strip() else ""
    if not written:
        raise LookNeedsPurpose
    looks = [(row.ref, row.keeper_id) for row in rows]
    if looks:
        audit.record_reads(looks, by=by, purpose=written, what=SEARCHED)
    of = kinds_of({row.definition_id: row.definition for row in rows})
    return [Found(row, of[row.definition_id].title, name_of(row.party)) for row in rows]
