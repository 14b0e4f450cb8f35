"""Writing the audit."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .. import clock, practice
from ..db import added, stands_alone, writes
from ..refs import SYSTEM, Actor, Ref
from . import heads, keys
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
    added(Event(verb=verb, about=str(about), facts=_facts(facts, by), subject=subject, **_who(by)))


def record_read(about: Ref, *, by: Actor, purpose: str, what: str, subject: uuid.UUID | None = None) -> None:
    """Write down a look at personal data. Returns once it is committed: only then show the data.

    Raises RuntimeError inside another transaction: undone with it, the look would have left no trace.
    """
    record_reads([(about, subject)], by=by, purpose=purpose, what=what)


def record_reads(
    looks: Iterable[tuple[Ref, uuid.UUID | None]], *, by: Actor, purpose: str, what: str
) -> None:
    """The same for several things looked at together, each with the party it concerns."""
    seen = {"purpose": purpose, "what": what, "facts": _facts(None, by), **_who(by)}
    with stands_alone():
        Event.objects.bulk_create(
            Event(verb=Event.READ, about=str(about), subject=subject, **seen) for about, subject in looks
        )


@writes
def record_refusal(code: str, about: Ref | None, *, by: Actor, facts: dict[str, Any] | None = None) -> None:
    """Write down an attempt that was refused, after its own transaction was undone."""
    Event.objects.create(
        verb=Event.REFUSED, about=str(about or ""), facts={"code": code, **_facts(facts, by)}, **_who(by)
    )


@writes
def new_key(*, by: Actor = SYSTEM) -> str:
    """Make the key that signs blocks from now on; returns its id. What older keys signed stays believed."""
    made = keys.add()
    record("audit.key_made", Ref("audit", "key", made), by=by)
    return made


@writes
def set_heads_aside(*, why: str, by: Actor = SYSTEM) -> Path | None:
    """Begin a new heads file: the old one stays under another name, and what it knew last is on record."""
    path = heads.place()
    last = heads.newest()
    if last is None:
        return None
    aside = path.with_name(f"heads-{clock.now():%Y%m%dT%H%M%S}.jsonl")
    facts = {"why": why.strip()[:300], "number": last.number, "digest": last.digest, "file": aside.name}
    record("audit.heads_set_aside", Ref("audit", "block", str(last.number)), by=by, facts=facts)
    path.rename(aside)
    return aside


def _facts(facts: dict[str, Any] | None, by: Actor) -> dict[str, Any]:
    """The facts, with the app or key the deed came through, and the mandate it was done under."""
    under = {"via": by.via} if by.via else {}
    if by.mandate is not None:  # 代理: done by the agent's account, for somebody else
        under["mandate"] = str(by.mandate)
    return {**(facts or {}), **under}


def _who(by: Actor) -> dict[str, Any]:
    return {
        "at": clock.now(),
        "actor_kind": by.kind,
        "actor_account": by.account,
        "actor_name": by.name if by.is_staff or by.via.startswith("key:") else "",
        "actor_division": "、".join(sorted(by.divisions))[:100],
        "practice": practice.is_practice(),
    }
