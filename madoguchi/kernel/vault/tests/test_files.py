"""Taking, opening and erasing files."""

from __future__ import annotations

import datetime as dt
import io
import os

import pytest
from django.db import transaction

from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault import errors, jobs, storage
from madoguchi.kernel.vault.models import FileState, StoredFile

from . import make

pytestmark = pytest.mark.django_db


def take(content: bytes = b"", *, name: str = "住民票.jpg", about: Ref | None = None, key=None) -> StoredFile:
    content = content or make.photo()
    return vault.take_file(
        upload=io.BytesIO(content), name=name, about=about or make.a_case(), by=SYSTEM, key=key
    )


def on_disk(settings) -> list[bytes]:
    return [path.read_bytes() for path in settings.VAULT_ROOT.rglob("*") if path.is_file()]


def scan_finds(content: bytes) -> str:
    return "Eicar"


def scan_is_clean(content: bytes) -> str:
    return ""


def test_a_file_taken_is_safe_recorded_and_the_same_when_opened(settings):
    case = make.a_case()

    stored = take(about=case)

    assert stored.state == FileState.SAFE
    kept = vault.open_file(stored)
    assert kept.startswith(b"\xff\xd8\xff")
    assert list(vault.files_about(case)) == [stored]
    assert on_disk(settings) == [kept]
    event = audit.events_about(Ref.to(stored)).get()
    assert event.verb == "vault.file_taken"
    assert "住民票" not in str(event.facts)


def test_with_a_key_nothing_readable_lies_on_the_disk(settings):
    key = vault.new_key(make.a_case())

    stored = take(make.pdf(make.paper()), name="証明書.pdf", key=key)

    original, view = on_disk(settings)
    assert b"%PDF" not in original
    assert b"%PDF" not in view
    assert vault.open_file(stored).startswith(b"%PDF")


def test_a_refused_file_leaves_nothing_behind(settings):
    with pytest.raises(errors.FileKindRefused):
        take(b"hello")

    assert not StoredFile.objects.exists()
    assert not settings.VAULT_ROOT.exists()


@pytest.mark.both_databases
def test_dropping_the_key_erases_the_files_their_names_and_the_index(
    settings, django_capture_on_commit_callbacks
):
    case = make.a_case()
    key = vault.new_key(case)
    upload = take(about=case, key=key, name="田中花子の住民票.jpg")
    letter = vault.keep_artefact(
        content=b"%PDF 1", name="letter.pdf", content_type="application/pdf", about=case, kind="pdf", key=key
    )
    vault.remember("person.name", "田中花子", case)

    with django_capture_on_commit_callbacks(execute=True):
        vault.destroy_key(key, by=SYSTEM)

    assert on_disk(settings) == []
    assert vault.lookup("person.name", "田中花子") == []
    for gone in (upload, letter):
        with pytest.raises(errors.FileGone):
            vault.open_file(gone)
        gone.refresh_from_db()
        assert (gone.state, gone.name, gone.sha256) == (FileState.ERASED, "", "")


def test_a_file_taken_away_is_gone_but_the_row_says_it_was_here(settings, django_capture_on_commit_callbacks):
    stored = take()

    with django_capture_on_commit_callbacks(execute=True):
        vault.remove_file(stored=stored, by=SYSTEM)
        vault.remove_file(stored=stored, by=SYSTEM)

    assert on_disk(settings) == []
    assert not vault.files_about(stored.about).exists()
    assert audit.events_about(Ref.to(stored)).filter(verb="vault.file_removed").count() == 1


def test_what_was_changed_on_the_disk_is_not_shown(settings):
    stored = take()
    (settings.VAULT_ROOT / stored.storage_path).write_bytes(b"changed")

    with pytest.raises(errors.FileDamaged):
        vault.open_file(stored)


def test_what_the_scanner_finds_is_refused_and_gone(settings):
    settings.VAULT_SCAN = f"{__name__}.scan_finds"

    with pytest.raises(errors.FileHarmful):
        take()

    assert on_disk(settings) == []
    assert StoredFile.objects.get().state == FileState.REFUSED


def test_a_scanner_that_is_content_is_named_on_the_row(settings):
    settings.VAULT_SCAN = f"{__name__}.scan_is_clean"

    assert take().scanned_by.endswith("scan_is_clean")


@pytest.mark.both_databases
def test_a_taking_cut_short_after_the_bytes_is_finished_by_the_worker(monkeypatch):
    monkeypatch.setattr("madoguchi.kernel.vault.files.pass_quarantine", _power_cut)
    with pytest.raises(KeyboardInterrupt):
        take(key=vault.new_key(make.a_case()))
    monkeypatch.undo()

    with clock.frozen(clock.now() + dt.timedelta(hours=1)):
        jobs.finish_quarantine()

    stored = StoredFile.objects.get()
    assert stored.state == FileState.SAFE
    assert vault.open_file(stored).startswith(b"\xff\xd8\xff")


def test_a_taking_cut_short_before_the_bytes_is_refused_by_the_worker(monkeypatch):
    monkeypatch.setattr("madoguchi.kernel.vault.storage.write", _power_cut)
    with pytest.raises(KeyboardInterrupt):
        take()
    monkeypatch.undo()

    with clock.frozen(clock.now() + dt.timedelta(hours=1)):
        jobs.finish_quarantine()

    assert StoredFile.objects.get().state == FileState.REFUSED


def test_bytes_nobody_claims_are_swept_after_a_day_and_others_stay(settings):
    kept = take()
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        vault.keep_artefact(
            content=b"x", name="x.pdf", content_type="application/pdf", about="a:b:c", kind="pdf"
        )
        _power_cut()
    assert len(on_disk(settings)) == 2

    jobs.sweep()
    assert len(on_disk(settings)) == 2

    for path in settings.VAULT_ROOT.rglob("*"):
        os.utime(path, (0, 0))
    jobs.sweep()
    assert on_disk(settings) == [vault.open_file(kept)]


def test_a_write_that_fails_leaves_no_half_file(settings, monkeypatch):
    monkeypatch.setattr(os, "fsync", _power_cut)

    with pytest.raises(KeyboardInterrupt):
        storage.write("aa/bb/cc", b"content")

    assert on_disk(settings) == []


def _power_cut(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
