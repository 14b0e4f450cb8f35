"""Taking, keeping, opening and removing files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from .. import audit, clock
from ..db import writes
from ..refs import Actor, Ref, new_id
from . import names, sealing, storage
from .errors import FileDamaged, FileGone, FileHarmful
from .intake import DEFAULT, Limits, take_in
from .models import DataKey, FileKind, FileState, StoredFile

# A scanner says "" for a clean file, or the name of what it found.
Scan = Callable[[bytes], str]


def take_file(
    *,
    upload: BinaryIO,
    name: str,
    about: Ref,
    by: Actor,
    limits: Limits = DEFAULT,
    key: DataKey | None = None,
) -> StoredFile:
    """A file from outside, judged, cleaned, scanned and kept; with `key`, sealed on disk.

    Call it outside a transaction: redrawing a photograph takes a second, and on SQLite everybody would
    wait. The row stands in quarantine before the bytes are written and is SAFE only after they are on the
    disk, so that a crash leaves a row the reconciler finishes, never a paper somebody believed was sent.
    """
    cleaned = take_in(upload, name, limits)
    stored = _new_row(cleaned.content, cleaned.name, cleaned.content_type, about, FileKind.UPLOAD, key)
    with writes():
        stored.save(force_insert=True)
        audit.record("vault.file_taken", Ref.to(stored), by=by, facts=_facts(stored))
    _write(stored, cleaned.content)
    return pass_quarantine(stored, cleaned.content)


def keep_artefact(
    *,
    content: bytes,
    name: str,
    content_type: str,
    about: Ref,
    kind: str,
    key: DataKey | None = None,
    derived_from: StoredFile | None = None,
) -> StoredFile:
    """A file we made ourselves (a letter, an export). The bytes lie on the disk before the row says so.

    When the caller's transaction is undone the bytes stay behind without a row; the sweeper takes them.
    """
    stored = _new_row(content, name, content_type, about, kind, key)
    stored.state, stored.derived_from = FileState.SAFE, derived_from
    _write(stored, content)
    with writes():
        stored.save(force_insert=True)
    return stored


def open_file(stored: StoredFile) -> bytes:
    """The readable bytes. Raises FileGone for what is not SAFE, FileDamaged when the disk holds something else."""
    stored = StoredFile.objects.select_related("key").get(pk=stored.pk)
    if stored.state != FileState.SAFE:
        raise FileGone
    content = _read(stored)
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise FileDamaged
    return content


def files_about(ref: Ref | str) -> QuerySet[StoredFile]:
    """The safe files of one thing, oldest first."""
    return StoredFile.objects.filter(about=str(ref), state=FileState.SAFE)


@writes
def remove_file(*, stored: StoredFile, by: Actor) -> None:
    """Take one file away for good: the bytes, its name and its digest. The row stays, to say that it was here."""
    mine = StoredFile.objects.filter(pk=stored.pk).exclude(state=FileState.ERASED)
    if mine.update(state=FileState.ERASED, name="", sha256="", size=0):
        audit.record("vault.file_removed", Ref.to(stored), by=by)
        storage.remove_after_commit([stored.storage_path])


def pass_quarantine(stored: StoredFile, content: bytes) -> StoredFile:
    """Let the scanner see the file and move it out of quarantine: SAFE, or REFUSED with its bytes gone."""
    scanner = str(getattr(settings, "VAULT_SCAN", "") or "")
    found = _scanner(scanner)(content) if scanner else ""
    state = FileState.REFUSED if found else FileState.SAFE
    waiting = StoredFile.objects.filter(pk=stored.pk, state=FileState.QUARANTINED)
    with writes():
        waiting.update(state=state, scanned_by=scanner[-60:])
    if found:
        storage.remove([stored.storage_path])
        raise FileHarmful
    stored.state, stored.scanned_by = state, scanner[-60:]
    return stored


def _scanner(path: str) -> Scan:
    scan: Scan = import_string(path)
    return scan


def _new_row(
    content: bytes, name: str, content_type: str, about: Ref, kind: str, key: DataKey | None
) -> StoredFile:
    file_id = new_id()
    return StoredFile(
        pk=file_id,
        about=str(about),
        kind=kind,
        name=names.clean(name, names.extension_of(name)),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        storage_path=storage.place_for(file_id),
        uploaded_at=clock.now(),
        key=key,
    )


def _facts(stored: StoredFile) -> dict[str, object]:
    return {"about": stored.about, "content_type": stored.content_type, "size": stored.size}


def _write(stored: StoredFile, content: bytes) -> None:
    if stored.key is not None:
        content = sealing.seal_bytes(stored.key, content, _context(stored))
    storage.write(stored.storage_path, content)


def _read(stored: StoredFile) -> bytes:
    try:
        content = storage.read(stored.storage_path)
    except FileNotFoundError as error:
        raise FileDamaged from error
    if stored.key is None:
        return content
    return sealing.unseal_bytes(stored.key, content, _context(stored))


def _context(stored: StoredFile) -> str:
    return f"vault.file:{stored.pk}"
