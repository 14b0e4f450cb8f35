"""Writing the audit."""

from __future__ import annotations

import uuid
from typing import Any

from .. import clock
from ..db import stands_alone, writes
from ..refs import Actor, Ref
from .models import Event


def record(
    verb: str,
    about: Ref,
    *,
    by: Actor,
    facts: dict[str, Any] | None = None,
    subject: uuid.UUID | None = None,
) -> None:
    """Write down a deed. Call it inside the transaction of the deed: both stand or neither does.

    `subject` is the party it concerns, where it concerns one.
    """
    Event.objects.create(verb=verb, about=str(about), facts=_facts(facts, by), subject=subject, **_who(by))


def record_read(about: Ref, *, by: Actor, purpose: str, what: str, subject: uuid.UUID | None = None) -> None:
    """Write down a look at personal data. Returns once it is committed: only then show the data.

    Raises RuntimeError inside another transaction: undone with it, the look would have left no trace.
    """
    with stands_alone():
        Event.objects.create(
            verb=Event.READ, about=str(about), purpose=purpose, what=what, subject=subject, **_who(by)
        )


@writes
def record_refusal(code: str, about: Ref | None, *, by: Actor, facts: dict[str, Any] | None = None) -> None:
    """Write down an attempt that was refused, after its own transaction was undone."""
    Event.objects.create(
        verb=Event.REFUSED, about=str(about or ""), facts={"code": code, **_facts(facts, by)}, **_who(by)
    )


def _facts(facts: dict[str, Any] | None, by: Actor) -> dict[str, Any]:
    """The facts, with the app or key the deed came through."""
    return {**(facts or {}), "via": by.via} if by.via else facts or {}


def _who(by: Actor) -> dict[str, Any]:
    return {
        "at": clock.now(),
        "actor_kind": by.kind,
        "actor_account": by.account,
        "actor_name": by.name if by.is_staff or by.via.startswith("key:") else "",
        "actor_division": "、".join(sorted(by.divisions))[:100],
    }
