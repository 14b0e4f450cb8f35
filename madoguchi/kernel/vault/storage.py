"""Bytes on disk: `VAULT_ROOT/ab/cd/<id>`, written whole or not at all.

The one place to change when a city keeps its files in an object store.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction


def place_for(file_id: uuid.UUID) -> str:
    """Where a file of that id lies, relative to the root. The end of a UUIDv7 is random: it shards evenly."""
    name = file_id.hex
    return f"{name[-2:]}/{name[-4:-2]}/{name}"


def write(place: str, content: bytes) -> None:
    """`content` at `place`, on the disk and under its name when this returns."""
    target = _path(place)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _settle(target.parent)


def read(place: str) -> bytes:
    """The bytes at `place`. Raises FileNotFoundError."""
    return _path(place).read_bytes()


def holds(place: str) -> bool:
    """Whether anything lies at `place`."""
    return _path(place).is_file()


def remove(places: Iterable[str]) -> None:
    """Take away what lies at these places; what is already gone is fine."""
    for place in places:
        _path(place).unlink(missing_ok=True)


def remove_after_commit(places: list[str]) -> None:
    """Take the files away once the rows that gave them up are committed; the sweeper finds what a crash left."""
    transaction.on_commit(lambda: remove(places), robust=True)


def lying(older_than: dt.datetime) -> Iterator[str]:
    """Every place in the vault that was last written before that moment, unfinished drafts included."""
    root = Path(settings.VAULT_ROOT)
    for path in root.glob("??/??/*") if root.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < older_than.timestamp():
                yield str(path.relative_to(root))


def _path(place: str) -> Path:
    return Path(settings.VAULT_ROOT) / place


def _settle(folder: Path) -> None:
    """A new name is only sure to be there after a crash when its folder was synced too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
