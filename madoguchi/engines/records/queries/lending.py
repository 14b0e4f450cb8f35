"""What can be borrowed, and who has what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, text
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor, is_id

from .. import rules
from ..errors import LookNeedsPurpose
from ..models import Loan, Thing
from ..telling import thing_words
from .registrations import name_of

_OUT = Prefetch("loans", Loan.objects.filter(back_at=None), to_attr="out")


@dataclass(frozen=True, slots=True)
class ThingShown:
    """A thing in the reader's words. `due_on`: when it should be back, where somebody has it."""

    row: Thing
    name: str
    about: str
    kind: str
    is_out: bool
    due_on: dt.date | None


def things() -> list[ThingShown]:
    """Everything that can be borrowed, kind by kind, for anybody. Two queries; who has it is not read."""
    rows = Thing.objects.filter(withdrawn_at=None).select_related("division").prefetch_related(_OUT)
    return [_shown(row, get_language() or "ja") for row in rows]


def _shown(row: Thing, language: str) -> ThingShown:
    words = thing_words(row, language)
    out: Loan | None = next(iter(row.out), None)  # type: ignore[attr-defined]
    due_on = out.due_on if out is not None and out.due_on >= clock.today() else None
    return ThingShown(row, words["name"], words["about"], words["kind"], out is not None, due_on)


def thing_for(actor: Actor, key: str) -> Thing:
    """A thing the actor's division lends. Raises NotFound."""
    found = Thing.objects.filter(key=key, withdrawn_at=None).first()
    if found is None or not rules.works_in(actor, found.division_id):
        raise NotFound
    return found


def things_to_lend(actor: Actor) -> list[Thing]:
    """What the actor's divisions lend and is here now."""
    rows = Thing.objects.filter(withdrawn_at=None, division__in=actor.divisions_as(*rules.WORKING))
    return [row for row in rows.prefetch_related(_OUT) if not row.out]  # type: ignore[attr-defined]


def has_things(actor: Actor) -> bool:
    """Whether the actor's divisions lend anything at all."""
    mine = actor.divisions_as(*rules.WORKING) if actor.is_staff else frozenset()
    return bool(mine) and Thing.objects.filter(division__in=mine).exists()


def loans_out(actor: Actor) -> list[Loan]:
    """What is out of the actor's divisions, the longest due in front; nobody's name is in it."""
    return list(_loans(actor).filter(back_at=None).order_by("due_on", "pk"))


def loans_back(actor: Actor) -> list[Loan]:
    """What came back lately, the last in front."""
    return list(_loans(actor).filter(back_at__isnull=False).order_by("-back_at")[:20])


def _loans(actor: Actor) -> QuerySet[Loan]:
    mine = actor.divisions_as(*rules.WORKING) if actor.is_staff else frozenset()
    return Loan.objects.filter(thing__division__in=mine).select_related("thing", "party__key")


def loan_for(actor: Actor, loan_id: object) -> Loan:
    """A loan of the actor's divisions. Raises NotFound."""
    found = _loans(actor).filter(pk=str(loan_id)).first() if is_id(loan_id) else None
    if found is None:
        raise NotFound
    return found


def loans_of(actor: Actor) -> list[Loan]:
    """What a resident has now."""
    if not actor.is_resident or actor.party is None or actor.mandate is not None:
        return []
    return list(
        Loan.objects.filter(party=actor.party, back_at=None).select_related("thing").order_by("due_on")
    )


def late(actor: Actor) -> int:
    """How many things of the actor's divisions should be back."""
    return _loans(actor).filter(back_at=None, due_on__lt=clock.today()).count() if actor.is_staff else 0


@dataclass(frozen=True, slots=True)
class Borrower:
    """Who has a thing, and how to reach them. There only once the look is on record."""

    name: str
    phone: str
    email: str


WHAT = gettext_noop("機器を借りている方の連絡先")
RETURN = gettext_noop("貸した機器の返却の連絡")


def loan_purposes() -> list[tuple[str, str]]:
    """The standing reason to see who has a thing."""
    return [("return", _(RETURN))]


def borrower(*, loan: Loan, by: Actor, purpose: str) -> Borrower:
    """Raises LookNeedsPurpose, NotFound, and what the audit raises: nothing is shown that is not on record."""
    if not rules.works_in(by, loan.thing.division_id):
        raise NotFound
    if not purpose.strip():
        raise LookNeedsPurpose
    text.refuse_my_number(purpose)
    written = RETURN if purpose.strip() == "return" else purpose.strip()[:200]
    audit.record_reads([(loan.ref, loan.party_id)], by=by, purpose=written, what=WHAT)
    said = identity.profile(loan.party)
    return Borrower(name_of(loan.party), str(said.get("phone", "")), str(said.get("email", "")))
