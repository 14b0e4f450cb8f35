"""Taking, keeping, opening and removing files."""

from __future__ import annotations

import hashlib
import logging
from typing import BinaryIO

from django.db import IntegrityError
from django.db.models import Q, QuerySet

from .. import audit, clock
from ..db import writes
from ..errors import Refusal
from ..refs import SYSTEM, Actor, Ref, new_id
from . import apart, intake, names, scanning, sealing, storage
from .errors import FileDamaged, FileGone, FileHarmful, FileLost, FileNotShown, FileWaits, SealBroken
from .intake import DEFAULT, Limits
from .models import WAITING, DataKey, FileKind, FileNote, FileState, StoredFile
from .scanning import Scanned

log = logging.getLogger(__name__)
_WITNESSES = 20


def take_file(
    *,
    upload: BinaryIO,
    name: str,
    about: Ref,
    by: Actor,
    limits: Limits = DEFAULT,
    key: DataKey | None = None,
) -> StoredFile:
    """A file from outside, scanned, judged, cleaned and kept; with `key`, sealed on disk.

    Call it outside a transaction: redrawing a photograph takes a second, and on SQLite everybody would
    wait. The row stands in quarantine before the bytes are written and is SAFE only after they are on the
    disk, so that a crash leaves a row the reconciler finishes, never a paper somebody believed was sent.

    A scanner that does not answer refuses nothing and lets nothing pass: the file comes back in quarantine
    (`is_waiting`), nobody can open it, and the worker asks again.
    """
    sent = intake.read(upload, limits)
    # The bytes as they came: what a scanner knows may be gone once a picture is drawn anew.
    scanned = scanning.scan(sent)
    if scanned.found:
        _note_harmful(sent, about, by, scanned)
        raise FileHarmful
    cleaned = intake.cleaned(sent, name, limits)
    stored = _new_row(cleaned.content, cleaned.name, cleaned.content_type, about, FileKind.UPLOAD, key)
    if cleaned.masked:
        stored.kind, stored.note = FileKind.VIEW, FileNote.MASKED
    with writes():
        stored.save(force_insert=True)
        audit.record("vault.file_taken", Ref.to(stored), by=by, facts=_facts(stored))
    _write(stored, cleaned.content)
    if cleaned.view:
        _keep_view(stored, cleaned.view, masked=False)
    return pass_quarantine(stored, scanned)


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


def check_harmless(*, content: bytes, about: Ref, by: Actor) -> None:
    """Ask the scanners about bytes that are to be kept as they came (a document that staff import).

    Raises FileHarmful, and FileWaits when a scanner does not answer: then it is brought again later.
    """
    scanned = scanning.scan(content)
    if scanned.found:
        _note_harmful(content, about, by, scanned)
        raise FileHarmful
    if scanned.is_waiting:
        raise FileWaits


def open_file(stored: StoredFile) -> bytes:
    """The readable bytes as anybody may see them: of an uploaded PDF its safe view, made now if there is none yet.

    Raises FileWaits for what is not scanned yet, FileLost for what we lost meanwhile, FileGone for what is not SAFE,
    FileDamaged when the disk holds something else, FileNotShown for an old PDF of which no safe view can be made.
    """
    stored = StoredFile.objects.select_related("key").get(pk=stored.pk)
    if stored.is_waiting:
        raise FileWaits
    if stored.is_lost:
        raise FileLost
    if stored.state != FileState.SAFE:
        raise FileGone
    return checked(safe_view(stored) if _has_view(stored) else stored)


def files_about(ref: Ref | str) -> QuerySet[StoredFile]:
    """The safe files of one thing, oldest first."""
    return StoredFile.objects.filter(about=str(ref), state=FileState.SAFE)


@writes
def remove_file(*, stored: StoredFile, by: Actor) -> None:
    """Take one file away for good: the bytes, its name and its digest, and its safe view.

    The row stays, to say that it was here.
    """
    both = StoredFile.objects.filter(Q(pk=stored.pk) | Q(derived_from=stored.pk, kind=FileKind.VIEW))
    mine = both.exclude(state=FileState.ERASED)
    places = list(mine.values_list("storage_path", flat=True))
    if mine.update(state=FileState.ERASED, name="", sha256="", size=0):
        audit.record("vault.file_removed", Ref.to(stored), by=by)
        storage.remove_after_commit(places)


def pass_quarantine(stored: StoredFile, scanned: Scanned) -> StoredFile:
    """Move a file out of quarantine on the scanners' word: SAFE, or REFUSED with its bytes gone, or not at all."""
    waiting = StoredFile.objects.filter(pk=stored.pk, state=FileState.QUARANTINED)
    state = FileState.QUARANTINED if scanned.is_waiting else FileState.SAFE
    if scanned.found:
        state = FileState.REFUSED
    views = stored.derived.filter(kind=FileKind.VIEW)
    with writes():
        moved = waiting.update(state=state, scanned_by=scanned.by)
        if moved and scanned.found:
            views.update(state=state)
            audit.record("vault.file_harmful", Ref.to(stored), by=SYSTEM, facts={"found": scanned.found[:80]})
    if scanned.found:
        storage.remove([stored.storage_path, *views.values_list("storage_path", flat=True)])
        raise FileHarmful
    stored.state, stored.scanned_by = state, scanned.by
    return stored


def safe_view(stored: StoredFile) -> StoredFile:
    """The drawn pages of an uploaded PDF, made now if they were not. Raises FileNotShown."""
    view = stored.derived.select_related("key").filter(kind=FileKind.VIEW, state=FileState.SAFE).first()
    if view is not None:
        return view
    if stored.note == FileNote.NOT_SHOWN:
        raise FileNotShown
    content = checked(stored)
    try:
        drawn = intake.drawn_pdf(content)
    except apart.NoAnswer as silence:
        # That says something of this hour, not of the file: the next who asks has it tried again.
        log.warning("no safe view of file %s: the child did not answer", stored.pk)
        raise FileNotShown from silence
    except Refusal as refusal:
        log.info("no safe view of file %s: %s", stored.pk, refusal.code)
        with writes():
            StoredFile.objects.filter(pk=stored.pk).update(note=FileNote.NOT_SHOWN)
        raise FileNotShown from refusal
    return _keep_view(stored, drawn.drawn, masked=drawn.masked)


def checked(stored: StoredFile) -> bytes:
    """The bytes of this very row, if they are what was stored. Raises FileDamaged."""
    content = _read(stored)
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise FileDamaged
    return content


def is_spoilt(stored: StoredFile) -> bool:
    """Whether the bytes are surely not what was stored: read and different, or never written at all.

    A disk or a key that is not at hand says nothing of them.
    """
    try:
        if stored.key is not None:
            sealing.opened(stored.key)
    except (Refusal, OSError):
        return False
    try:
        lying = storage.read(stored.storage_path)
    except FileNotFoundError:
        return _never_came(stored)
    except OSError:
        return False
    try:
        return hashlib.sha256(_unsealed(stored, lying)).hexdigest() != stored.sha256
    except SealBroken:
        return True


@writes
def refuse_as_lost(stored: StoredFile) -> None:
    """What waited can no longer be read, by our fault: refused under that name, so that it is asked for again."""
    views = stored.derived.filter(kind=FileKind.VIEW)
    places = [stored.storage_path, *views.values_list("storage_path", flat=True)]
    waiting = StoredFile.objects.filter(pk=stored.pk, state=FileState.QUARANTINED)
    if waiting.update(state=FileState.REFUSED, note=FileNote.LOST):
        views.update(state=FileState.REFUSED)
        audit.record("vault.file_lost", Ref.to(stored), by=SYSTEM)
        storage.remove_after_commit(places)


def others_lie_there(stored: StoredFile) -> bool:
    """Whether the vault holds other files: then one that is missing is missing by itself."""
    whole = StoredFile.objects.filter(state=FileState.SAFE).exclude(pk=stored.pk).exclude(sha256="")
    latest = whole.order_by("-uploaded_at").values_list("storage_path", flat=True)[:_WITNESSES]
    return any(storage.holds(place) for place in latest)


def _never_came(stored: StoredFile) -> bool:
    """Its taking was cut short before the bytes. A vault that is not mounted looks the same, so another is sought."""
    if stored.scanned_by == WAITING:
        return False  # whole on the disk when the scanner was asked
    whole = Q(state=FileState.SAFE) | Q(state=FileState.QUARANTINED, scanned_by=WAITING)
    before = (
        StoredFile.objects.filter(whole, uploaded_at__lt=stored.uploaded_at)
        .exclude(sha256="")
        .order_by("-uploaded_at")
        .first()
    )
    return before is None or storage.holds(before.storage_path)


def _has_view(stored: StoredFile) -> bool:
    return stored.kind == FileKind.UPLOAD and stored.content_type == intake.PDF


def _keep_view(stored: StoredFile, content: bytes, *, masked: bool) -> StoredFile:
    """The drawn pages beside what they were drawn from; the same key seals both, so one erasure takes both."""
    try:
        with writes():
            view = keep_artefact(
                content=content,
                name=stored.name,
                content_type=intake.PDF,
                about=Ref.to(stored),
                kind=FileKind.VIEW,
                key=stored.key,
                derived_from=stored,
            )
            if masked:
                _drop_original(stored)
        return view
    except IntegrityError:
        # Somebody else opened it at the same moment. Our bytes go with the next sweep.
        return StoredFile.objects.select_related("key").get(derived_from=stored, kind=FileKind.VIEW)


def _drop_original(stored: StoredFile) -> None:
    """A number like a マイナンバー stands in a file from before we looked: only the drawing without it stays."""
    mine = StoredFile.objects.filter(pk=stored.pk, state=FileState.SAFE)
    if mine.update(note=FileNote.MASKED, sha256=""):
        audit.record("vault.number_masked", Ref.to(stored), by=SYSTEM)
        storage.remove_after_commit([stored.storage_path])


def _note_harmful(sent: bytes, about: Ref, by: Actor, scanned: Scanned) -> None:
    """That something harmful was sent, by whom and what: the row of a file that was never written."""
    refused = _new_row(sent, "", "application/octet-stream", about, FileKind.UPLOAD, None)
    refused.name, refused.state, refused.scanned_by = "", FileState.REFUSED, scanned.by
    with writes():
        refused.save(force_insert=True)
        audit.record(
            "vault.file_harmful",
            Ref.to(refused),
            by=by,
            facts={"about": refused.about, "found": scanned.found[:80]},
        )


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
    facts: dict[str, object] = {
        "about": stored.about,
        "content_type": stored.content_type,
        "size": stored.size,
    }
    return {**facts, "masked": True} if stored.is_masked else facts


def _write(stored: StoredFile, content: bytes) -> None:
    if stored.key is not None:
        content = sealing.seal_bytes(stored.key, content, _context(stored))
    storage.write(stored.storage_path, content)


def _read(stored: StoredFile) -> bytes:
    try:
        content = storage.read(stored.storage_path)
    except FileNotFoundError as error:
        raise FileDamaged from error
    return _unsealed(stored, content)


def _unsealed(stored: StoredFile, content: bytes) -> bytes:
    if stored.key is None:
        return content
    return sealing.unseal_bytes(stored.key, content, _context(stored))


def _context(stored: StoredFile) -> str:
    return f"vault.file:{stored.pk}"
