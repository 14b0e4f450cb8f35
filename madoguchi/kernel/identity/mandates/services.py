"""Giving, taking on, writing down, confirming and ending a mandate. Every change is on record."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from ... import audit, clock
from ...calendar import plus_years
from ...db import writes
from ...errors import NotAllowed, NotFound, SomebodyWasFaster
from ...refs import Actor, Ref, is_id
from .. import queries as identity
from ..models import SEES_PROTECTED, Account, Party
from . import queries, telling
from .codes import digest, new_code
from .errors import (
    MandateBirth,
    MandateCodeWrong,
    MandateForYourself,
    MandateNeedsAnother,
    MandatePaper,
    MandateScope,
    MandateTerm,
    TooManyMandates,
)
from .models import ALL, CounterCode, Evidence, Mandate, MandateKind

OFFER_LASTS = dt.timedelta(days=7)
COUNTER_CODE_LASTS = dt.timedelta(days=1)
MOST_MANDATES = 20
MOST_PAPER_DAYS = 180
HANDLING = ("clerk", "head")
OF_AGE = 18
# Which papers prove which kind. A koseki names who has parental authority, a juminhyo who lives with whose child.
PROVES: dict[str, set[str]] = {
    MandateKind.PARENTAL: {Evidence.KOSEKI, Evidence.JUMINHYO},
    MandateKind.GUARDIAN: {Evidence.REGISTER, Evidence.COURT},
    MandateKind.DELEGATED: {Evidence.ININJO},
}
LOOKED_WHY = gettext_noop("代理の登録の確認")
LOOKED_AT = gettext_noop("代理の登録（本人と代理人の氏名）")


@writes
def offer_mandate(
    *, procedures: Iterable[str], until: dt.date, by: Actor, may_use_kept: bool = False
) -> tuple[Mandate, str]:
    """委任: the principal asks somebody to act for them; returns the code to hand on, once.

    Nobody is looked up: whoever has the code and an account may take it on, and the principal sees who did.
    Raises MandateTerm, MandateScope, TooManyMandates, NotAllowed (who acts for another gives nothing on).
    """
    principal = _own(by)
    if not clock.today() <= until <= plus_years(clock.today(), 1):
        raise MandateTerm
    scope = _scope(procedures)
    # The principal's row is taken, so that two offers at once do not both count as the last one.
    Party.objects.select_for_update().get(pk=principal.pk)
    given = Mandate.objects.filter(principal=principal, revoked_at=None).filter(
        Q(until=None) | Q(until__gte=clock.today())
    )
    if given.count() >= MOST_MANDATES:
        raise TooManyMandates(most=MOST_MANDATES)
    code = new_code()
    row = Mandate.objects.create(
        principal=principal,
        kind=MandateKind.DELEGATED,
        procedures=scope,
        may_use_kept=may_use_kept,
        since=clock.today(),
        until=until,
        made_at=clock.now(),
        made_by=by.account,
        code_hash=digest(code),
        offered_until=clock.now() + OFFER_LASTS,
    )
    audit.record("mandate.offered", Ref.to(row), by=by, facts=_facts(row), subject=principal.pk)
    telling.offered(row)
    return row, code


@writes
def accept_mandate(*, code: str, by: Actor) -> Mandate:
    """Take on what the code stands for. A code is used once. Raises MandateCodeWrong, MandateForYourself."""
    agent = _own(by)
    row = queries.offered(code)
    if row is None:
        raise MandateCodeWrong
    if row.principal_id == agent.pk:
        raise MandateForYourself
    open_ = Mandate.objects.to_come().filter(pk=row.pk, agent=None, offered_until__gt=clock.now())
    if not open_.update(agent=agent, begun_at=clock.now(), code_hash=""):
        raise MandateCodeWrong
    row.refresh_from_db()
    audit.record("mandate.accepted", Ref.to(row), by=by, facts=_facts(row), subject=row.principal_id)
    telling.accepted(row)
    return row


@writes
def new_counter_code(*, by: Actor) -> str:
    """窓口コード, to be shown at the desk within a day. An earlier one opens nothing any more."""
    party = _own(by)
    CounterCode.objects.filter(party=party).delete()
    code = new_code()
    CounterCode.objects.create(party=party, code_hash=digest(code), until=clock.now() + COUNTER_CODE_LASTS)
    audit.record("mandate.counter_code_made", Ref.to(party), by=by, subject=party.pk)
    return code


@writes
def register_mandate(
    *,
    principal: Party,
    agent_code: str,
    kind: str,
    evidence: str,
    evidence_on: dt.date,
    procedures: Iterable[str],
    by: Actor,
    evidence_days: int = 90,
    until: dt.date | None = None,
    birth: dt.date | None = None,
    may_use_kept: bool = False,
) -> Mandate:
    """A clerk writes down what they saw on paper; it counts when a second person has confirmed it.

    `evidence_days`: how old the paper may be. A parent's ends by itself on the day before the 18th birthday
    (`birth`), a guardian's with the day written down, if any, a 委任 within a year. Raises MandateCodeWrong,
    MandateForYourself, MandatePaper, MandateBirth, MandateTerm, MandateScope, NotAllowed.
    """
    divisions = sorted(by.divisions_as(*HANDLING) - by.former)
    if not by.is_staff or not divisions:
        raise NotAllowed
    agent = queries.party_of_code(agent_code)
    if agent is None:
        raise MandateCodeWrong
    if agent.pk == principal.pk:
        raise MandateForYourself
    days = min(max(evidence_days, 1), MOST_PAPER_DAYS)
    age = (clock.today() - evidence_on).days
    if kind not in PROVES or evidence not in PROVES[kind] or not 0 <= age <= days:
        raise MandatePaper(days=days)
    # Taken first: 秘匿 that is put on at this moment finds the row, or this sees that it is on.
    principal = Party.objects.select_for_update().get(pk=principal.pk)
    row = Mandate.objects.create(
        principal=principal,
        agent=agent,
        kind=kind,
        procedures=_scope(procedures),
        may_use_kept=may_use_kept,
        since=clock.today(),
        until=_last_day(kind, until, birth),
        evidence=evidence,
        evidence_on=evidence_on,
        division_id=divisions[0],
        made_at=clock.now(),
        made_by=by.account,
        made_by_name=by.name,
        suspended_at=clock.now() if principal.is_protected else None,
    )
    CounterCode.objects.filter(party__in=[agent, principal]).delete()
    audit.record("mandate.registered", Ref.to(row), by=by, facts=_facts(row), subject=principal.pk)
    return row


def _last_day(kind: str, until: dt.date | None, birth: dt.date | None) -> dt.date | None:
    today = clock.today()
    if until is not None and until < today:
        raise MandateTerm
    if kind == MandateKind.PARENTAL:
        if birth is None or not birth <= today < plus_years(birth, OF_AGE):
            raise MandateBirth
        comes_of_age = plus_years(birth, OF_AGE) - dt.timedelta(days=1)
        return min(until or comes_of_age, comes_of_age)
    if kind == MandateKind.GUARDIAN:
        return until
    if until is None or until > plus_years(today, 1):
        raise MandateTerm
    return until


@writes
def confirm_mandate(*, mandate: Mandate, by: Actor) -> Mandate:
    """The second person has seen it too: from now on it counts.

    Raises NotFound, MandateNeedsAnother, SomebodyWasFaster.
    """
    if not by.is_staff or mandate.division_id not in by.divisions_as(*HANDLING):
        raise NotFound
    if mandate.made_by == by.account:
        raise MandateNeedsAnother
    mine = Mandate.objects.to_come().filter(pk=mandate.pk, agent__isnull=False)
    if not mine.update(begun_at=clock.now(), confirmed_by=by.account, confirmed_by_name=by.name):
        raise SomebodyWasFaster
    mandate.refresh_from_db()
    audit.record("mandate.confirmed", Ref.to(mandate), by=by, subject=mandate.principal_id)
    telling.confirmed(mandate)
    return mandate


@writes
def resume_mandate(*, mandate: Mandate, by: Actor) -> Mandate:
    """Under 秘匿, and all the same: only who holds the named right lets a held-up mandate count again.

    The right of the division that wrote it down; of one given online, which no division did, of any.

    Raises NotAllowed, MandateNeedsAnother, SomebodyWasFaster.
    """
    if not by.is_staff or not by.has_role(SEES_PROTECTED, in_=mandate.division_id):
        raise NotAllowed
    if mandate.made_by == by.account:
        raise MandateNeedsAnother
    held = Mandate.objects.filter(pk=mandate.pk, revoked_at=None, suspended_at__isnull=False)
    if not held.update(suspended_at=None):
        raise SomebodyWasFaster
    mandate.refresh_from_db()
    audit.record("mandate.resumed", Ref.to(mandate), by=by, subject=mandate.principal_id)
    return mandate


@writes
def revoke_mandate(*, mandate_id: uuid.UUID | str, by: Actor) -> None:
    """Take it back, or give it up: from this moment nothing is done under it. Raises NotFound.

    The principal, the agent, and the desk that wrote it down may. While acting for somebody nobody ends anything.
    """
    # Taken first: the moment that is written down is after everything that was still done under it.
    rows = (
        Mandate.objects.select_for_update().filter(pk=mandate_id)
        if is_id(mandate_id)
        else Mandate.objects.none()
    )
    row = rows.first()
    if row is None or not _may_end(row, by):
        raise NotFound
    if Mandate.objects.filter(pk=row.pk, revoked_at=None).update(
        revoked_at=clock.now(), revoked_by=by.account, code_hash=""
    ):
        audit.record("mandate.revoked", Ref.to(row), by=by, subject=row.principal_id)
        telling.ended(row, by_party=by.party)


def _may_end(row: Mandate, by: Actor) -> bool:
    if by.is_staff:
        return row.division_id in by.divisions_as(*HANDLING)
    if not by.is_resident or by.mandate is not None or by.party is None:
        return False
    return by.party in {row.principal_id, row.agent_id}


@writes
def end_given_online(*, account: Account, since: dt.datetime, by: Actor) -> None:
    """What the account gave by itself since then, taken on or not: somebody else may have been in it."""
    given = Mandate.objects.filter(made_by=account.pk, evidence=Evidence.ONLINE, made_at__gt=since)
    for row in given.filter(revoked_at=None):
        ended = Mandate.objects.filter(pk=row.pk, revoked_at=None)
        if ended.update(revoked_at=clock.now(), revoked_by=by.account, code_hash=""):
            audit.record("mandate.revoked", Ref.to(row), by=by, subject=row.principal_id)
            telling.ended(row, by_party=by.party)


def suspend_all(*, party: Party, by: Actor) -> None:
    """秘匿 was put on: whoever was let act before may be the one to be hidden from. Inside that transaction."""
    for row in Mandate.objects.filter(principal=party, revoked_at=None, suspended_at=None):
        if Mandate.objects.filter(pk=row.pk, suspended_at=None).update(suspended_at=clock.now()):
            audit.record("mandate.suspended", Ref.to(row), by=by, subject=party.pk)


@writes
def begin_acting(*, mandate_id: uuid.UUID | str, by: Actor) -> Actor:
    """この人の手続きをする: on record each time. Raises NotFound."""
    mine = queries.acting(by, mandate_id) if by.mandate is None else None
    if mine is None:
        raise NotFound
    ref = Ref("identity", "mandate", str(mine.mandate))
    audit.record("mandate.acting_begun", ref, by=mine, subject=mine.party)
    return mine


def record_look(*, mandate: Mandate, by: Actor) -> None:
    """Staff are about to read the two names: on record for both before they are shown."""
    for party in filter(None, (mandate.principal_id, mandate.agent_id)):
        audit.record_read(Ref.to(mandate), by=by, purpose=LOOKED_WHY, what=LOOKED_AT, subject=party)


def _own(by: Actor) -> Party:
    """The party of somebody who acts for themselves. Raises NotAllowed: a mandate is not handed on (複代理)."""
    party = identity.party(by.party)
    if not by.is_resident or by.mandate is not None or party is None:
        raise NotAllowed
    return party


def _scope(procedures: Iterable[str]) -> list[str]:
    chosen = sorted({key[:120] for key in procedures if key})
    if not chosen:
        raise MandateScope
    return [ALL] if ALL in chosen else chosen[:200]


def _facts(row: Mandate) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "procedures": "、".join(row.procedures)[:300],
        "until": str(row.until or ""),
        "evidence": row.evidence,
    }
