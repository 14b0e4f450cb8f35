"""Who does something."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from enum import StrEnum


class ActorKind(StrEnum):
    RESIDENT = "resident"
    STAFF = "staff"
    MACHINE = "machine"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Lent:
    """代理: a chair somebody sits in only because its holder, `account`, is away."""

    account: uuid.UUID
    name: str
    division: str
    role: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking or doing, as far as engines need to know.

    `account` is how they signed in, `party` whom they act for. `chairs` are the (division, role) pairs a
    member of staff holds today: who sits in two divisions (兼務) has in each only the roles of that chair.
    `lent` are those of them that only somebody they stand in for holds. `former` are divisions of the past
    whose work theirs goes on with: their records are open to them, but nobody sits there any more.
    """

    kind: ActorKind
    account: uuid.UUID | None = None
    party: uuid.UUID | None = None
    name: str = ""
    chairs: frozenset[tuple[str, str]] = frozenset()
    lent: tuple[Lent, ...] = ()
    standing: tuple[tuple[uuid.UUID, str], ...] = ()  # whom they stand in for today: account and name
    former: frozenset[str] = frozenset()
    is_named: bool = False  # the name says already for whom they act
    via: str = ""  # the app or key they came through; "" for our own pages. The audit keeps it.
    assurance: str = ""  # how sure we are in this browser; a condition for staff only (identity.ways_in)
    # 代理: a resident who acts for `party` under `mandate` is themselves `own_party`, and `may` do that in the
    # procedures of these keys ("*": in all of them). Asked again of the database at every deed (identity.mandates).
    mandate: uuid.UUID | None = None
    own_party: uuid.UUID | None = None
    may: frozenset[str] = frozenset()
    may_use_kept: bool = False

    @property
    def is_staff(self) -> bool:
        return self.kind == ActorKind.STAFF

    @property
    def is_resident(self) -> bool:
        return self.kind == ActorKind.RESIDENT

    def acting_for(self, party: uuid.UUID, *, mandate: uuid.UUID, may: frozenset[str], kept: bool) -> Actor:
        """The same person, acting for `party` under a mandate."""
        return replace(self, party=party, own_party=self.party, mandate=mandate, may=may, may_use_kept=kept)

    def covers(self, procedure: str) -> bool:
        """Whether they may act in it: for oneself always, for another where the mandate says so."""
        return self.mandate is None or "*" in self.may or procedure in self.may

    @property
    def divisions(self) -> frozenset[str]:
        """The divisions they sit in, whatever their role there."""
        return frozenset(division for division, _role in self.chairs) - self.former

    @property
    def roles(self) -> frozenset[str]:
        """The roles they hold anywhere: for doors of a face, never for a right over one thing."""
        return frozenset(role for _division, role in self.chairs)

    def has_role(self, role: str, *, in_: str | None = None) -> bool:
        """Whether they hold `role` in the division `in_`, or anywhere when none is named."""
        return (in_, role) in self.chairs if in_ is not None else role in self.roles

    def divisions_as(self, *roles: str) -> frozenset[str]:
        """The divisions in which they hold one of `roles`."""
        return frozenset(division for division, role in self.chairs if role in roles)

    def own_divisions_as(self, *roles: str) -> frozenset[str]:
        """The same without what is only lent: what a stand-in may do, but not hand on."""
        lent = {(one.division, one.role) for one in self.lent}
        return frozenset(division for division, role in self.chairs - lent if role in roles)

    @property
    def stands_in_for(self) -> dict[uuid.UUID, str]:
        """Whom they stand in for today: account -> name."""
        return dict(self.standing)

    def named_for(self, division: str, *roles: str) -> Actor:
        """The same person, named 「B（Aの代理）」 where only A's chair lets them do this in the division.

        What is written down is always done by their own account: a stand-in stays one person.
        """
        if self.is_named:
            return self
        lent = [one for one in self.lent if one.division == division and one.role in roles]
        held = {role for at, role in self.chairs if at == division} - {one.role for one in lent}
        if not lent or not held.isdisjoint(roles):
            return self
        return replace(self, name=f"{self.name}（{lent[0].name}の代理）"[:100], is_named=True)


SYSTEM = Actor(ActorKind.SYSTEM, name="システム")


def anonymous() -> Actor:
    """Somebody who has not signed in."""
    return Actor(ActorKind.ANONYMOUS)
