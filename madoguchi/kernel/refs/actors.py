"""Who does something."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    RESIDENT = "resident"
    STAFF = "staff"
    MACHINE = "machine"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking or doing, as far as engines need to know.

    `account` is how they signed in, `party` whom they act for. `chairs` are the (division, role) pairs a
    member of staff holds today: who sits in two divisions (兼務) has in each only the roles of that chair.
    """

    kind: ActorKind
    account: uuid.UUID | None = None
    party: uuid.UUID | None = None
    name: str = ""
    chairs: frozenset[tuple[str, str]] = frozenset()

    @property
    def is_staff(self) -> bool:
        return self.kind == ActorKind.STAFF

    @property
    def is_resident(self) -> bool:
        return self.kind == ActorKind.RESIDENT

    @property
    def divisions(self) -> frozenset[str]:
        """The divisions they sit in, whatever their role there."""
        return frozenset(division for division, _role in self.chairs)

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


SYSTEM = Actor(ActorKind.SYSTEM, name="システム")


def anonymous() -> Actor:
    """Somebody who has not signed in."""
    return Actor(ActorKind.ANONYMOUS)
