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

    `account` is how they signed in, `party` whom they act for; `divisions` and `roles` come from
    the posts a member of staff holds today (keys, see identity).
    """

    kind: ActorKind
    account: uuid.UUID | None = None
    party: uuid.UUID | None = None
    name: str = ""
    divisions: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    @property
    def is_staff(self) -> bool:
        return self.kind == ActorKind.STAFF

    @property
    def is_resident(self) -> bool:
        return self.kind == ActorKind.RESIDENT

    def has_role(self, role: str) -> bool:
        return role in self.roles


SYSTEM = Actor(ActorKind.SYSTEM, name="システム")


def anonymous() -> Actor:
    """Somebody who has not signed in."""
    return Actor(ActorKind.ANONYMOUS)
