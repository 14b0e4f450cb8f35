"""Sealing, erasing, and changing the master key."""

from __future__ import annotations

import multiprocessing
import stat

import pytest

from madoguchi.kernel import audit, vault
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault import errors, master
from madoguchi.kernel.vault.models import DataKey

from . import make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_what_is_sealed_opens_again_and_does_not_show():
    key = vault.new_key(make.a_case())
    answers = {"name": "𠮷田 花子", "lone": "\ud83d", "children": [{"birth": "2026-11-01"}]}

    blob = vault.seal(key, answers, "forms.answers:1:1")

    assert vault.unseal(key, blob, "forms.answers:1:1") == answers
    assert "花子".encode() not in blob
    assert vault.seal(key, answers, "forms.answers:1:1") != blob


def test_a_blob_opens_only_in_its_own_place_with_its_own_key():
    key, other = vault.new_key(make.a_case()), vault.new_key(make.a_case())
    blob = vault.seal(key, {"a": 1}, "forms.answers:1:1")

    for wrong in (
        lambda: vault.unseal(key, blob, "forms.answers:2:1"),
        lambda: vault.unseal(other, blob, "forms.answers:1:1"),
        lambda: vault.unseal(key, blob[:-1] + bytes([blob[-1] ^ 1]), "forms.answers:1:1"),
        lambda: vault.unseal(key, b"", "forms.answers:1:1"),
        lambda: vault.unseal(key, blob[:5], "forms.answers:1:1"),
    ):
        with pytest.raises(errors.SealBroken):
            wrong()


def test_destroying_a_key_erases_for_good_and_once():
    key = vault.new_key(make.a_case())
    blob = vault.seal(key, {"a": 1}, "x")
    copy = DataKey.objects.get(pk=key.pk)

    vault.destroy_key(key, by=SYSTEM)
    vault.destroy_key(copy, by=SYSTEM)

    for row in (key, DataKey.objects.get(pk=key.pk)):
        with pytest.raises(errors.KeyDestroyed):
            vault.unseal(row, blob, "x")
    assert bytes(DataKey.objects.get(pk=key.pk).wrapped) == b""
    assert audit.events_about(Ref.to(key)).count() == 1


def test_a_new_master_key_takes_over_every_data_key_and_nothing_sealed_changes(settings):
    key = vault.new_key(make.a_case())
    gone = vault.new_key(make.a_case())
    vault.destroy_key(gone, by=SYSTEM)
    blob = vault.seal(key, {"a": 1}, "x")
    vault.remember("person.name", "花子", "procedures:case:1")

    new = vault.new_master_key(by=SYSTEM)
    moved = vault.rewrap_all(by=SYSTEM)
    (settings.VAULT_KEYS / "k1.key").unlink()

    key = DataKey.objects.get(pk=key.pk)
    assert new.startswith("k2.") and key.wrapped_by == new
    assert moved == 2  # the case's and the index's
    assert vault.rewrap_all(by=SYSTEM) == 0
    assert vault.unseal(key, blob, "x") == {"a": 1}
    assert vault.lookup("person.name", "花子") == ["procedures:case:1"]


def test_a_lost_master_key_is_never_made_anew_over_sealed_data(settings):
    key = vault.new_key(make.a_case())
    (settings.VAULT_KEYS / "k1.key").unlink()

    with pytest.raises(errors.MasterKeyMissing) as said:
        vault.new_key(make.a_case())
    with pytest.raises(errors.MasterKeyMissing):
        vault.seal(key, {}, "x")

    assert str(settings.VAULT_KEYS) in str(said.value)
    assert not list(settings.VAULT_KEYS.glob("k*.key"))


def test_a_key_from_another_box_is_noticed(settings):
    key = vault.new_key(make.a_case())
    (settings.VAULT_KEYS / "k1.key").unlink()
    master.add()

    with pytest.raises(errors.MasterKeyMissing):
        vault.seal(key, {}, "x")


def test_a_key_given_by_the_operator_stands_above_the_files(settings):
    old = vault.new_key(make.a_case())
    settings.VAULT_MASTER_KEY = "k7:" + "QUFB" * 10 + "QUE="

    assert vault.new_key(make.a_case()).wrapped_by.startswith("k7.")
    assert vault.rewrap_all(by=SYSTEM) == 1
    old.refresh_from_db()
    assert old.wrapped_by.startswith("k7.")


def test_a_key_that_is_no_key_is_named(settings):
    settings.VAULT_MASTER_KEY = "k7:not base64"

    with pytest.raises(errors.MasterKeyMissing):
        vault.new_key(make.a_case())


def _first_start(folder, out):
    from django.conf import settings

    settings.VAULT_KEYS = folder
    out.put(master.current(may_make=True))


@pytest.mark.slow
def test_many_first_starts_at_once_make_one_key_that_only_the_owner_reads(settings):
    fork = multiprocessing.get_context("fork")
    out = fork.Queue()
    starts = [fork.Process(target=_first_start, args=(settings.VAULT_KEYS, out)) for _ in range(6)]

    for start in starts:
        start.start()
    made = {out.get(timeout=20) for _ in starts}
    for start in starts:
        start.join()

    assert len(made) == 1
    assert [path.name for path in settings.VAULT_KEYS.iterdir()] == ["k1.key"]
    assert stat.S_IMODE((settings.VAULT_KEYS / "k1.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.VAULT_KEYS.stat().st_mode) == 0o700


def test_a_value_is_found_however_it_is_typed_and_never_stands_in_the_table():
    vault.remember("person.name", "タナカ　ハナコ", "procedures:case:1")
    vault.remember("person.name", "タナカ　ハナコ", "procedures:case:1")
    vault.remember("person.name", "", "procedures:case:2")

    assert vault.lookup("person.name", "たなか ﾊﾅｺ") == ["procedures:case:1"]
    assert vault.lookup("person.kana", "タナカ　ハナコ") == []
    assert vault.lookup("person.name", "") == []
    assert vault.forget("procedures:case:1") == 1
    assert vault.lookup("person.name", "タナカハナコ") == []
