"""Who may act for whom at this moment, and what people may know of it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from ... import audit, clock
from ...audit.models import Event
from ...errors import NotFound
from ...refs import Actor, Ref, is_id
from .. import queries as identity
from ..models import SEES_PROTECTED, Account, AccountParty, Party
from .codes import digest
from .errors import MandateCodeWrong
from .models import CounterCode, Evidence, Mandate, MandateKind

MOST_SHOWN = 100


def acting(actor: Actor, mandate_id: uuid.UUID | str | None) -> Actor | None:
    """`actor` as they act for the principal of that mandate; None when it is not theirs or not in force."""
    if not (actor.is_resident and actor.party and mandate_id and is_id(mandate_id)):
        return None
    row = Mandate.objects.in_force().filter(pk=mandate_id, agent=actor.party).first()
    if row is None:
        return None
    return actor.acting_for(
        row.principal_id, mandate=row.pk, may=frozenset(row.procedures), kept=row.may_use_kept
    )


@dataclass(frozen=True, slots=True)
class ActingCard:
    """For whom somebody is acting, as the strip on every page says it."""

    name: str
    until: dt.date | None


def acting_card(actor: Actor) -> ActingCard | None:
    """None for who acts for themselves."""
    if actor.mandate is None:
        return None
    row = Mandate.objects.select_related("principal__key").get(pk=actor.mandate)
    return ActingCard(name_of(row.principal), row.until)


def stands(actor: Actor) -> bool:
    """Whether what somebody acts under is in force now; inside a transaction it stays so until that has ended.

    Who acts for themselves needs nothing. The row is taken on PostgreSQL, on SQLite the write gate already is:
    of a deed and the taking back of its mandate one is first, and the other sees it.
    """
    if actor.mandate is None:
        return True
    rows = Mandate.objects.in_force().filter(pk=actor.mandate, agent=actor.own_party, principal=actor.party)
    if connection.in_atomic_block:
        rows = rows.select_for_update()
    return rows.first() is not None


@dataclass(frozen=True, slots=True)
class MandateCard:
    """One mandate as the two people it ties together read it. `state`: offered, waiting, now, later, held, over."""

    row: Mandate
    name: str  # of the other one; "" where nobody has accepted yet
    state: str
    procedures: list[str]  # keys; [] = all of them


def given_by(actor: Actor) -> list[MandateCard]:
    """Who may act for the actor: what is in force or to come, then what is over."""
    return _cards(Mandate.objects.filter(principal=_self(actor)), "agent")


def held_by(actor: Actor) -> list[MandateCard]:
    """For whom the actor may act."""
    rows = Mandate.objects.filter(agent=_self(actor), begun_at__isnull=False)
    # One that is held up by 秘匿 is simply not there any more: why, is nobody's business who it hides from.
    return [card for card in _cards(rows, "principal") if card.state not in {"over", "held"}]


def _self(actor: Actor) -> uuid.UUID | None:
    """The actor's own party, also while they act for somebody. Raises NotFound for who has none."""
    found = actor.own_party or actor.party
    if not actor.is_resident or found is None:
        raise NotFound
    return found


def _cards(rows: Any, other: str) -> list[MandateCard]:
    found = list(rows.select_related(f"{other}__key")[:MOST_SHOWN])
    cards = [
        MandateCard(
            row, name_of(getattr(row, other)), state_of(row), [] if "*" in row.procedures else row.procedures
        )
        for row in found
    ]
    return sorted(cards, key=lambda card: card.state == "over")


def state_of(row: Mandate) -> str:
    """In one word where it stands today."""
    today = clock.today()
    if row.revoked_at is not None or (row.until is not None and row.until < today):
        return "over"
    if row.begun_at is None:
        if row.offered_until is not None and row.offered_until <= clock.now():
            return "over"
        return "offered" if row.code_hash else "waiting"
    if row.suspended_at is not None:
        return "held"
    return "later" if row.since > today else "now"


def name_of(party: Party | None) -> str:
    """What somebody is called, for whoever is tied to them by a mandate; staff record the look first."""
    if party is None:
        return ""
    name = identity.profile(party).get("name") or {}
    return " ".join(filter(None, [name.get("family", ""), name.get("given", "")]))


def offer_behind(code: str) -> MandateCard:
    """What somebody who has the code is asked to take on. Raises MandateCodeWrong."""
    row = offered(code)
    if row is None:
        raise MandateCodeWrong
    return MandateCard(
        row, name_of(row.principal), "offered", [] if "*" in row.procedures else row.procedures
    )


def offered(code: str) -> Mandate | None:
    """The offer of that code, while it can still be accepted."""
    hashed = digest(code)
    open_ = Mandate.objects.to_come().filter(code_hash=hashed, offered_until__gt=clock.now())
    return open_.select_related("principal__key").first() if hashed else None


def party_of_code(code: str) -> Party | None:
    """Whose 窓口コード this is, while it counts."""
    hashed = digest(code)
    found = CounterCode.objects.filter(code_hash=hashed, until__gt=clock.now()).select_related("party__key")
    row = found.first() if hashed else None
    return row.party if row else None


def mandate_of(actor: Actor, mandate_id: uuid.UUID | str) -> Mandate:
    """A mandate the resident gave or holds. Raises NotFound for anybody else's."""
    row = Mandate.objects.select_related("principal__key", "agent__key").filter(pk=mandate_id).first()
    if row is None or _self(actor) not in {row.principal_id, row.agent_id}:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Deed:
    at: dt.datetime
    verb: str
    about: str


def deeds_under(mandate: Mandate, abouts: list[str]) -> list[Deed]:
    """What was done under it with these things (refs as text), the latest first."""
    # By what it was done to, which has an index; that it was done under this mandate is read from the facts.
    about = [str(Ref.to(mandate)), *abouts]
    rows = Event.objects.filter(about__in=about, facts__mandate=str(mandate.pk)).order_by("-at", "-id")
    return [Deed(row.at, row.verb, row.about) for row in rows[:MOST_SHOWN]]


def mandates_at_desk(actor: Actor, *handling: str) -> list[Mandate]:
    """What the actor's desk wrote down, and what is held up by 秘匿 for who holds the named right there."""
    mine = Mandate.objects.filter(division__in=actor.divisions_as(*handling), revoked_at=None)
    rows = list(mine.select_related("division")[:MOST_SHOWN])
    if actor.has_role(SEES_PROTECTED):
        known = {row.pk for row in rows}
        # One given online was written down by no division: whoever holds the right anywhere looks after it.
        theirs = Q(division=None) | Q(division__in=actor.divisions_as(SEES_PROTECTED))
        held = Mandate.objects.filter(theirs, suspended_at__isnull=False, revoked_at=None)
        rows += [row for row in held.select_related("division")[:MOST_SHOWN] if row.pk not in known]
    return rows


def mandate_at_desk(actor: Actor, mandate_id: uuid.UUID | str, *handling: str) -> Mandate:
    """One of them. Raises NotFound: not there and not yours are the same."""
    row = (
        Mandate.objects.select_related("division", "principal__key", "agent__key")
        .filter(pk=mandate_id)
        .first()
    )
    if row is None or not actor.is_staff:
        raise NotFound
    is_ours = row.division_id in actor.divisions_as(*handling)
    keeps = row.suspended_at is not None and actor.has_role(SEES_PROTECTED, in_=row.division_id)
    if not is_ours and not keeps:
        raise NotFound
    return row


def accounts_of(party: uuid.UUID) -> list[uuid.UUID]:
    """The accounts that sign in for a party."""
    return list(AccountParty.objects.filter(party=party, until=None).values_list("account", flat=True))


def is_staff_account(account: uuid.UUID | None) -> bool:
    """Whether an id that stands in a record is a member of staff's."""
    return account is not None and Account.objects.filter(pk=account, kind="staff").exists()


def has_look(mandate: Mandate, actor: Actor) -> bool:
    """Whether this member of staff has opened it within the hour, on record."""
    look = audit.latest_read(Ref.to(mandate), by=actor)
    return look is not None and look.at > clock.now() - dt.timedelta(hours=1)


def kinds() -> list[tuple[str, str]]:
    """(key, words) of what a clerk may write down."""
    return [(key, str(words)) for key, words in MandateKind.choices]


def papers() -> list[tuple[str, str]]:
    """(key, words) of what a clerk may have seen."""
    return [(key, str(words)) for key, words in Evidence.choices if key != Evidence.ONLINE]
