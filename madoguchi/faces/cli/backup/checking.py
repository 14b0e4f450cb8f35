"""Whether a copy can still be read: every digest, the database in it, and whether the keys at hand open it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from madoguchi.kernel.vault import rotation

from ..say import Stop
from . import making

NAMED = 20


def latest(folder: Path) -> Path:
    """The copy in `folder`: itself, or the newest of those in it. Raises Stop."""
    if (folder / making.MANIFEST).is_file():
        return folder
    found = sorted(path.parent for path in folder.glob(f"mado-*/{making.MANIFEST}"))
    if not found:
        raise Stop(f"{folder} に写しがありません。 No copy lies there.")
    return found[-1]


def faults(copy: Path) -> list[str]:
    """What is wrong with it, one line each; nothing when it is as it was made. Raises Stop without a manifest."""
    said = making.manifest_of(copy)
    return [*_files(copy, said["files"]), *_database(copy), *_keys(copy, said)]


def _files(copy: Path, listed: dict[str, str]) -> Iterator[str]:
    for place, digest in listed.items():
        path = copy / place
        if not path.is_file():
            yield f"{place}: ありません。 missing"
        elif making.digest(path) != digest:
            yield f"{place}: 写したときと中身がちがいます。 changed"


def _database(copy: Path) -> Iterator[str]:
    if (copy / making.SQLITE).is_file():
        yield from _sqlite(copy / making.SQLITE)
    elif (copy / making.POSTGRESQL).is_file():
        yield from _postgresql(copy / making.POSTGRESQL)
    else:
        yield "データベースの写しがありません。 no database"


def _sqlite(path: Path) -> Iterator[str]:
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as copy:
            [told] = copy.execute("PRAGMA integrity_check(1)").fetchone()
            [tables] = copy.execute("SELECT count(*) FROM django_migrations").fetchone()
    except sqlite3.Error as error:
        yield f"{path.name}: 開けません。 {error}"
        return
    if told != "ok" or not tables:
        yield f"{path.name}: 壊れています。 {told}"


def _postgresql(path: Path) -> Iterator[str]:
    if shutil.which("pg_restore") is None:
        yield f"{path.name}: pg_restore がないので、中を確かめられません。 pg_restore is missing"
        return
    read = subprocess.run(["pg_restore", "--list", str(path)], capture_output=True, text=True, check=False)
    if read.returncode or "django_migrations" not in read.stdout:
        yield f"{path.name}: pg_restore が読めません。 unreadable"


def _keys(copy: Path, said: dict[str, Any]) -> Iterator[str]:
    """Without the master keys it was sealed under, a copy is noise."""
    if "keys" in said.get("with_keys", ()):
        return
    try:
        wanted = set(json.loads((copy / making.KEYS_ALIVE).read_text(encoding="utf-8"))["master_keys"])
    except (OSError, ValueError, KeyError, TypeError):
        return  # said by its digest
    for key in sorted(wanted - rotation.at_hand()):
        yield f"元の鍵 {key} が手もとにありません。この鍵がないと、封をした答えは読めません。 master key missing"
