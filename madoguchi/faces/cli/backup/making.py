"""A copy: the database as it stood at one moment, then the vault, then a list of all of it with digests.

In this order, because bytes lie in the vault before a row says that they are safe, and go after the row gave them up:
whatever the copied database calls safe is in the copied vault, unless it was erased meanwhile.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from madoguchi import __version__
from madoguchi.kernel import clock, vault
from madoguchi.kernel.vault import retention

from ..places import var
from ..say import Stop

MANIFEST, KEYS_ALIVE = "manifest.json", "keys-alive.json"
VAULT, KEYS = "vault", "keys"
SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"
FORM = 1
# Parameters of a connection, and what the environment of PostgreSQL's tools calls them.
_SAID_AS = {"dbname": "database", "passfile": "passfile"} | {
    key: key
    for key in ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "service")
}


def make(folder: Path, *, with_keys: bool = False) -> Path:
    """A new copy in a folder of its own under `folder`: whole under its name, or not there. Raises Stop."""
    _refuse_own_ground(folder)
    now = clock.now()
    name = f"mado-{now.astimezone(clock.JST):%Y%m%d-%H%M%S}"
    whole, draft = folder / name, folder / f".new-{name}"
    if whole.exists():
        raise Stop(f"{whole} はもうあります。 It is there already: try again in a second.")
    draft.mkdir(mode=0o700, parents=True)
    try:
        database = _database(draft)
        (draft / KEYS_ALIVE).write_text(json.dumps(retention.manifest(), indent=1), encoding="utf-8")
        _vault(draft / VAULT)
        kept = _keys(draft / KEYS) if with_keys else []
        manifest = {
            "form": FORM,
            "made_at": now.isoformat(),
            "software": __version__,
            "database": database,
            "with_keys": kept,
            "lost": sorted(set(_claimed(before=now)) - {place for place, _path in _files(draft / VAULT)}),
            "files": {place: digest(path) for place, path in _files(draft)},
        }
        (draft / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        _settle(draft)
        draft.rename(whole)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return whole


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_own_ground(folder: Path) -> None:
    if folder.resolve().is_relative_to(var().resolve()):
        raise Stop(
            f"{folder} は、写すもとと同じ場所（{var()}）の中です。別のディスクのフォルダーを指定してください。"
            " A copy inside of what is copied saves nothing: name a folder on another disk."
        )


def _database(draft: Path) -> str:
    return _sqlite(draft / SQLITE) if connection.vendor == "sqlite" else _postgresql(draft / POSTGRESQL)


def _sqlite(to: Path) -> str:
    """By SQLite's own copying, in one step: one moment, while others go on writing."""
    source = f"{Path(connection.settings_dict['NAME']).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as lying, closing(sqlite3.connect(to)) as copy:
        lying.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, readable from a disk one may not write to
    return "sqlite"


def _postgresql(to: Path) -> str:
    """By pg_dump, which reads one snapshot. The password goes by the environment, never on the command line."""
    if shutil.which("pg_dump") is None:
        raise Stop("pg_dump がありません。PostgreSQL のクライアントを入れてください。 pg_dump is missing.")
    done = subprocess.run(
        ["pg_dump", "--format=custom", f"--file={to}"],
        env={**os.environ, **_where()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise Stop(f"pg_dump が写せませんでした: {said}")
    return "postgresql"


def _where() -> dict[str, str]:
    """The database we are connected to, as the tools of PostgreSQL read it."""
    connection.ensure_connection()
    info = connection.connection.info
    said = {**info.get_parameters(), "port": str(info.port), "password": info.password}
    return {f"PG{name.upper()}": said[key] for key, name in _SAID_AS.items() if said.get(key)}


def _vault(to: Path) -> None:
    """Every file of the vault. What goes away meanwhile was erased, and need not be kept."""
    to.mkdir(mode=0o700)
    for place, path in _files(Path(settings.VAULT_ROOT)):
        if path.name.startswith(".new-"):
            continue  # being written
        target = to / place
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:
            target.unlink(missing_ok=True)


def _keys(to: Path) -> list[str]:
    """Master keys, the keys that sign, those for providers: only when asked for, since a thief of both reads all."""
    to.mkdir(mode=0o700)
    found = []
    for path in (settings.VAULT_KEYS, var() / "secret.key", var() / "oidc"):
        lying = Path(path)
        if lying.is_dir():
            shutil.copytree(lying, to / lying.name)
        elif lying.is_file():
            shutil.copyfile(lying, to / lying.name)
        else:
            continue
        found.append(lying.name)
    return found


def _claimed(*, before: dt.datetime) -> Iterator[str]:
    """Places in the vault that the database calls safe still: what is missing of them, the vault has lost."""
    safe = vault.StoredFile.objects.filter(state=vault.FileState.SAFE, uploaded_at__lt=before)
    yield from safe.exclude(sha256="").values_list("storage_path", flat=True)


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path


def _settle(draft: Path) -> None:
    """On the disk, and for its owner only, before it gets its name."""
    for path in [*draft.rglob("*"), draft]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def manifest_of(copy: Path) -> dict[str, Any]:
    """What a copy says of itself. Raises Stop where there is none."""
    try:
        said: dict[str, Any] = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
        if said["form"] == FORM and isinstance(said["files"], dict):
            return said
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Stop(f"{copy} は、読める写しではありません（{MANIFEST}）。 There is no copy that can be read.")
