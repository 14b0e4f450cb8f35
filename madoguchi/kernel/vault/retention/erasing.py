"""Taking something away for good: each engine erases what is its own, one after the other, each as often as needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ... import audit, clock
from ...db import writes
from ...refs import Actor, ActorKind, Ref
from .. import files, storage
from ..errors import UnderHold
from ..models import FileKind, FileState, StoredFile
from . import holds, outside
from .models import Erasure

# Takes away what is its own of the thing, and says how much there was. It may be called again after a crash: the
# second time there is nothing left, and that is fine.
Erases = Callable[[Ref], int]


@dataclass(frozen=True, slots=True)
class Eraser:
    """What one engine (or one table of it) does when a thing of `kind` goes. Lower `order` first."""

    name: str
    kind: str
    order: int
    erases: Erases


_erasers: dict[tuple[str, str], Eraser] = {}


def eraser(name: str, *, of: str, order: int = 50) -> Callable[[Erases], Erases]:
    """Registers what takes away the part `name` of a thing of kind `of` (case, draft, party)."""

    def register(function: Erases) -> Erases:
        _erasers[(of, name)] = Eraser(name, of, order, function)
        return function

    return register


def erasers(kind: str) -> list[Eraser]:
    """Everything that has to run for a thing of that kind, in its order."""
    found = [one for one in _erasers.values() if one.kind == kind]
    return sorted(found, key=lambda one: (one.order, one.name))


def erase(*, kind: str, about: Ref, reason: str, by: Actor, unless_held: Iterable[Ref] = ()) -> Erasure:
    """Take `about` away for good, and keep a certificate that says so.

    Each eraser commits by itself, so that one long case does not hold up the city, and a crash leaves an
    erasure that `unfinished` finds. Only when all have run is it done: half an erasure is never called one.
    """
    return finish(begin(kind=kind, about=about, reason=reason, by=by, unless_held=unless_held))


@writes
def begin(*, kind: str, about: Ref, reason: str, by: Actor, unless_held: Iterable[Ref] = ()) -> Erasure:
    """From now on it will be erased, whatever happens. Raises UnderHold while one of `unless_held` is held.

    Who puts a hold on takes the same turn: either they are first and we refuse, or we are and it is gone.
    """
    holds.take_turn()
    if holds.holds_on(unless_held):
        raise UnderHold
    erasure, is_new = Erasure.objects.get_or_create(
        kind=kind,
        about=str(about),
        reason=reason,
        defaults={"begun_at": clock.now(), "by": by.account, "by_name": by.name if by.is_staff else ""},
    )
    if is_new:
        audit.record("erasure.begun", about, by=by, facts={"kind": kind, "reason": reason})
    return erasure


def finish(erasure: Erasure) -> Erasure:
    """Run what has not run yet. Everything is safe to run again."""
    if erasure.done_at is not None:
        return erasure
    was_cut_short = bool(erasure.counts)
    by = Actor(ActorKind.SYSTEM, account=erasure.by, name=erasure.by_name)
    for one in erasers(erasure.kind):
        if one.name not in erasure.counts:
            _run(erasure, one)
    if was_cut_short:
        _take_bytes_left(erasure)
    # Outside of the database before it is called done: a copy that is put back must not bring it to life again.
    outside.note_erasure(erasure)
    _certify(erasure, by)
    return erasure


@writes
def _run(erasure: Erasure, one: Eraser) -> None:
    erasure.counts[one.name] = one.erases(erasure.ref)
    Erasure.objects.filter(pk=erasure.pk).update(counts=erasure.counts)


def _take_bytes_left(erasure: Erasure) -> None:
    """Bytes go after their rows: what a crash in between left is not the sweeper's, a day after the certificate."""
    about = str(erasure.ref)
    mine = Q(about=about) | Q(derived_from__about=about) | Q(key__destroyed_at__gte=erasure.begun_at)
    erased = StoredFile.objects.filter(mine, state=FileState.ERASED)
    storage.remove(erased.values_list("storage_path", flat=True))


@writes
def _certify(erasure: Erasure, by: Actor) -> None:
    """消去証明: what was taken away, when, by whom and how much; nothing of whom it was about."""
    now = clock.now()
    if not Erasure.objects.filter(pk=erasure.pk, done_at=None).update(done_at=now):
        erasure.refresh_from_db()
        return
    erasure.done_at = now
    stored = files.keep_artefact(
        content=json.dumps(certificate(erasure), ensure_ascii=False, indent=1).encode(),
        name=f"erasure-{erasure.pk}.json",
        content_type="application/json",
        about=Ref.to(erasure),
        kind=FileKind.EXPORT,
    )
    Erasure.objects.filter(pk=erasure.pk).update(certificate=stored)
    erasure.certificate = stored
    audit.record("erasure.done", erasure.ref, by=by, facts={"kind": erasure.kind, "reason": erasure.reason})


def certificate(erasure: Erasure) -> dict[str, object]:
    """What the certificate says."""
    return {
        "erasure": str(erasure.pk),
        "kind": erasure.kind,
        "about": erasure.about,
        "reason": erasure.reason,
        "begun_at": erasure.begun_at.isoformat(),
        "done_at": erasure.done_at.isoformat() if erasure.done_at else "",
        "by": erasure.by_name,
        "taken_away": erasure.counts,
    }


def unfinished() -> QuerySet[Erasure]:
    """Begun and not done: a worker died, or an eraser failed."""
    return Erasure.objects.filter(done_at=None)
