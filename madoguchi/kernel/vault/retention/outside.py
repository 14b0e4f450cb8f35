"""What is known outside of the database about what was erased, so that a copy put back brings nothing to life again.

`erased.jsonl` is a list that only grows: one line for each key destroyed and each thing erased, ids and times
alone. It belongs on another disk than the copies of the database.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from ... import clock
from ...refs import Actor, Ref, is_id
from ..models import DataKey
from .models import Erasure

log = logging.getLogger(__name__)

LIST = "erased.jsonl"
_AT_ONCE = 500


def note_key(key: DataKey) -> None:
    """A key was destroyed: written outside once that is committed. What a crash leaves out, `catch_up` adds."""
    line = {"key": str(key.pk), "about": key.about, "at": clock.now().isoformat()}
    transaction.on_commit(lambda: _add([line]), robust=True)


def note_erasure(erasure: Erasure) -> None:
    """All erasers have run: written outside before it is called done."""
    _add([_line(erasure)])


def catch_up() -> int:
    """Write down what the list lacks: keys destroyed and things erased that no line tells of. Returns how many."""
    keys, erased = _known()
    missing: list[dict[str, Any]] = [
        {"key": str(pk), "about": about, "at": at.isoformat() if at else ""}
        for pk, about, at in DataKey.objects.filter(destroyed_at__isnull=False).values_list(
            "pk", "about", "destroyed_at"
        )
        if str(pk) not in keys
    ]
    done = Erasure.objects.filter(done_at__isnull=False)
    missing += [_line(one) for one in done if (one.kind, one.about, one.reason) not in erased]
    _add(missing)
    return len(missing)


def manifest() -> dict[str, Any]:
    """What a copy of the database made now holds: which keys are alive, and under which master keys."""
    alive = DataKey.objects.filter(destroyed_at=None)
    return {
        "made_at": clock.now().isoformat(),
        "database": connection.vendor,
        "master_keys": sorted(set(alive.order_by().values_list("wrapped_by", flat=True))),
        "alive": [str(pk) for pk in alive.order_by("pk").values_list("pk", flat=True)],
        "destroyed": DataKey.objects.exclude(destroyed_at=None).count(),
    }


def reapply(*, by: Actor) -> dict[str, int]:
    """After a copy was put back: erase again whatever the list says was erased. Doing it twice changes nothing.

    The keys go first: with them most is gone, whatever happens then. What fails is logged and counted, and keeps
    nothing else alive. Returns how many things and keys were erased again, and how many could not be.
    """
    from .. import sealing  # it writes to this list when it is done: imported here, the circle stays open

    done = {"things": 0, "keys": 0, "failed": 0}

    def again(what: str, erases: Callable[[], object]) -> None:
        try:
            erases()
            done[what] += 1
        except Exception:
            done["failed"] += 1
            log.exception("a line of the list of erasures could not be applied again")

    known = list(lines())
    wanted = [line["key"] for line in known if is_id(line.get("key", ""))]
    for start in range(0, len(wanted), _AT_ONCE):
        part = DataKey.objects.filter(pk__in=wanted[start : start + _AT_ONCE], destroyed_at=None)
        for key in part:
            again("keys", partial(sealing.destroy_key, key, by=by))
    for line in known:
        if "kind" in line and _came_back(line):
            again("things", partial(_erase_again, line, by=by))
    return done


def _erase_again(line: dict[str, Any], *, by: Actor) -> None:
    from . import erasing

    Erasure.objects.filter(kind=line["kind"], about=line["about"], reason=line["reason"]).delete()
    erasing.erase(kind=line["kind"], about=Ref.parse(line["about"]), reason=line["reason"], by=by)


def _came_back(line: dict[str, Any]) -> bool:
    """The database does not know that it was erased: it is older than the erasure."""
    known = Erasure.objects.filter(kind=line["kind"], about=line["about"], reason=line["reason"])
    return not known.filter(done_at__isnull=False).exists()


def lines() -> Iterator[dict[str, Any]]:
    """Every whole line of the list. One that a crash cut off is left out: its row still stands in the database."""
    place = _place()
    if not place.exists():
        return
    with place.open(encoding="utf-8") as known:
        for text in known:
            try:
                yield json.loads(text)
            except ValueError:
                continue


def _known() -> tuple[set[str], set[tuple[str, str, str]]]:
    keys: set[str] = set()
    erased: set[tuple[str, str, str]] = set()
    for line in lines():
        if "key" in line:
            keys.add(line["key"])
        else:
            erased.add((line["kind"], line["about"], line["reason"]))
    return keys, erased


def _line(erasure: Erasure) -> dict[str, Any]:
    return {
        "kind": erasure.kind,
        "about": erasure.about,
        "reason": erasure.reason,
        "at": clock.now().isoformat(),
    }


def _add(new: Iterable[dict[str, Any]]) -> None:
    """Append, on the disk when this returns. Each line begins on its own, also after one that was cut off."""
    text = "".join("\n" + json.dumps(line, ensure_ascii=False) for line in new)
    if not text:
        return
    place = _place()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, (text + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _place() -> Path:
    return Path(settings.VAULT_ERASED) / LIST
