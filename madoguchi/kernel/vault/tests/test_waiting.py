"""Files that wait: what cannot be read just now is never thrown away, and none stands in the way of all others."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from madoguchi.kernel import clock, vault
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.vault import jobs, storage
from madoguchi.kernel.vault.errors import FileLost
from madoguchi.kernel.vault.models import FileState, StoredFile

from . import make
from .test_scanning import cannot_swallow_pngs

pytestmark = pytest.mark.django_db
SWALLOWS_NO_PNG = f"{cannot_swallow_pngs.__module__}.{cannot_swallow_pngs.__name__}"


def waiting(settings, *, sealed: bool = True) -> StoredFile:
    settings.VAULT_SCAN = "nobody.answers"
    case = make.a_case()
    stored = vault.take_file(
        upload=io.BytesIO(make.photo()),
        name="a.jpg",
        about=case,
        by=SYSTEM,
        key=vault.new_key(case) if sealed else None,
    )
    settings.VAULT_SCAN = ""
    return stored


def state_after_the_worker(stored: StoredFile) -> str:
    jobs.finish_quarantine()
    stored.refresh_from_db()
    return stored.state


@pytest.mark.parametrize("away", ["VAULT_KEYS", "VAULT_ROOT"])
def test_while_the_master_key_or_the_disk_is_away_a_file_goes_on_waiting(settings, tmp_path, away):
    stored, place = waiting(settings), getattr(settings, away)

    setattr(settings, away, tmp_path / "not mounted")

    assert state_after_the_worker(stored) == FileState.QUARANTINED
    setattr(settings, away, place)
    assert state_after_the_worker(stored) == FileState.SAFE


def test_a_taking_cut_short_is_not_called_unwritten_while_the_whole_vault_is_away(settings, tmp_path):
    kept, cut_short = waiting(settings), waiting(settings)
    StoredFile.objects.filter(pk=cut_short.pk).update(scanned_by="")
    place, settings.VAULT_ROOT = settings.VAULT_ROOT, tmp_path / "not mounted"

    with clock.frozen(clock.now() + dt.timedelta(hours=1)):
        assert state_after_the_worker(cut_short) == FileState.QUARANTINED
        settings.VAULT_ROOT = place
        storage.remove([cut_short.storage_path])
        assert state_after_the_worker(cut_short) == FileState.REFUSED
    kept.refresh_from_db()
    assert kept.state == FileState.SAFE


@pytest.mark.parametrize(("others", "days"), [(True, 3), (False, 30)])
def test_a_waiting_file_whose_bytes_are_gone_is_called_lost_after_days_and_not_harmful(
    settings, others, days
):
    if others:
        state_after_the_worker(waiting(settings))
    lost, begun = waiting(settings), clock.now()
    storage.remove([lost.storage_path])

    assert state_after_the_worker(lost) == FileState.QUARANTINED
    with clock.frozen(begun + dt.timedelta(days=days)):
        assert state_after_the_worker(lost) == FileState.QUARANTINED
    with clock.frozen(begun + dt.timedelta(days=days, hours=1)):
        assert state_after_the_worker(lost) == FileState.REFUSED

    assert lost.is_lost
    with pytest.raises(FileLost):
        vault.open_file(lost)
    assert Event.objects.filter(verb="vault.file_lost").count() == 1
    assert not Event.objects.filter(verb="vault.file_harmful").exists()


def test_a_file_that_was_missing_and_came_back_begins_its_days_anew(settings):
    state_after_the_worker(waiting(settings))
    stored, begun = waiting(settings), clock.now()
    lying = storage.read(stored.storage_path)
    storage.remove([stored.storage_path])
    jobs.finish_quarantine()

    storage.write(stored.storage_path, lying)
    settings.VAULT_SCAN = "nobody.answers"
    jobs.finish_quarantine()
    storage.remove([stored.storage_path])

    with clock.frozen(begun + dt.timedelta(days=4)):
        assert state_after_the_worker(stored) == FileState.QUARANTINED


@pytest.mark.parametrize("sealed", [True, False])
def test_bytes_that_are_not_what_was_stored_are_refused(settings, sealed):
    stored = waiting(settings, sealed=sealed)
    lying = storage.read(stored.storage_path)

    storage.write(stored.storage_path, lying[:-1] + bytes([lying[-1] ^ 1]))

    assert state_after_the_worker(stored) == FileState.REFUSED


def test_any_number_of_files_the_scanner_cannot_swallow_keeps_no_other_waiting(settings):
    other = waiting(settings)
    too_much = [_older(other, number) for number in range(101)]
    StoredFile.objects.bulk_create(too_much)
    settings.VAULT_SCAN = SWALLOWS_NO_PNG

    assert state_after_the_worker(other) == FileState.SAFE
    assert StoredFile.objects.filter(state=FileState.QUARANTINED).count() == 101


def test_a_round_ends_in_time_and_those_that_come_first_are_not_always_the_same(settings, monkeypatch):
    first = waiting(settings)
    StoredFile.objects.bulk_create(_older(first, number) for number in range(9))
    settings.VAULT_SCAN = "nobody.answers"
    asked: list[object] = []
    monkeypatch.setattr(jobs, "_may_go_on", lambda stored: asked.append(stored.pk))  # the first is the last

    for _ in range(40):
        jobs.finish_quarantine()
    assert len(asked) == 40 and len(set(asked)) > 1
    monkeypatch.setattr(jobs, "MOST_SECONDS", -1)
    jobs.finish_quarantine()
    assert len(asked) == 40


def _older(other: StoredFile, number: int) -> StoredFile:
    """A PNG that came before `other`; written by hand, since what a taking does is tested elsewhere."""
    content = b"\x89PNG" + str(number).encode()
    stored = vault.files._new_row(content, "a.png", "image/png", make.a_case(), "upload", None)
    stored.scanned_by, stored.uploaded_at = "waiting", other.uploaded_at - dt.timedelta(minutes=1)
    place = storage._path(stored.storage_path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return stored
