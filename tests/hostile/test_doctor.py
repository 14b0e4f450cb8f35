"""`mado doctor`: each fault that is planted turns its line ×, and only says what an auditor may read."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat

import pytest
from django.db import connection

from madoguchi.engines.procedures.tests import make
from madoguchi.faces.cli import locked
from madoguchi.faces.cli.doctor import (
    command,
    configured,
    files,
    packages,
    people,
    report,
    web,
    work,
)
from madoguchi.faces.cli.main import main
from madoguchi.kernel import clock, jobs
from madoguchi.kernel.refs import Ref

from .conftest import browser_of
from .installation import earnest, folder, marks

__all__ = ["earnest", "folder"]

pytestmark = pytest.mark.django_db


def test_an_installation_in_order_has_no_cross_among_its_files_and_settings(earnest):
    found = {**marks(files.check()), **marks(configured.check())}

    assert [code for code, mark in found.items() if mark == report.BAD] == []
    assert [code for code, mark in found.items() if mark == report.ASK] == ["backups"]


# ------------------------------------------------------------------ files


@pytest.mark.parametrize(
    ("code", "path", "mode"),
    [
        ("var_mode", ".", 0o777),
        ("secret_key", "secret.key", 0o644),
        ("keys_mode", "keys/k1.key", 0o640),
        ("keys_mode", "keys", 0o777),
    ],
)
def test_what_others_on_the_machine_may_read_is_a_cross(folder, code, path, mode):
    assert marks(files.check())[code] == report.GOOD

    (folder / path).chmod(mode)

    assert marks(files.check())[code] == report.BAD


def test_the_database_file_needs_a_wall(folder, settings, monkeypatch):
    lying = folder / "madoguchi.sqlite3"
    lying.write_bytes(b"")
    lying.chmod(0o644)
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(lying))
    if connection.vendor != "sqlite":
        pytest.skip("a file of SQLite")

    assert marks(files.check())["data_mode"] == report.GOOD, "behind a var/ that nobody else opens"
    monkeypatch.setattr(files, "is_shut_in", lambda path: False)
    assert marks(files.check())["data_mode"] == report.BAD
    lying.chmod(0o600)
    assert marks(files.check())["data_mode"] == report.GOOD


def test_a_file_of_another_owner_is_a_cross(folder, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    if folder.stat().st_uid == 0:
        pytest.skip("root's own files are nobody else's")

    assert marks(files.check())["secret_key"] == report.BAD


def test_a_short_secret_from_outside_is_a_cross(folder, monkeypatch, settings):
    monkeypatch.setenv("MADO_SECRET_KEY", "short")
    settings.SECRET_KEY = "short"

    assert marks(files.check())["secret_key"] == report.BAD


# ------------------------------------------------------------------ settings


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("debug", {"DEBUG": True}),
        ("demo", {"DEMO": True}),
        ("tls", {"SECURE_TLS": False}),
        ("tls", {"SECURE_TLS": False, "PUBLIC_URL": "http://mado.example.jp"}),
        ("hosts", {"ALLOWED_HOSTS": ["*"]}),
        ("hosts", {"ALLOWED_HOSTS": [".example.jp"]}),
        ("proxies", {"TRUSTED_PROXIES": []}),
        ("scanner", {"VAULT_SCAN": ""}),
        ("scanner", {"VAULT_SCAN": "tests.hostile.installation.finds_no_way"}),
        ("scanner", {"VAULT_CLAMAV": "somewhere"}),
        ("mail", {"DEFAULT_FROM_EMAIL": "mado@mihon.invalid"}),
    ],
)
def test_a_wrong_setting_is_a_cross(earnest, code, wrong):
    assert marks(configured.check())[code] == report.GOOD

    for name, value in wrong.items():
        setattr(earnest, name, value)

    assert marks(configured.check())[code] == report.BAD


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("pace", {"PACE": {"change": (0, 10)}}),
        ("mail", {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}),
    ],
)
def test_what_a_person_should_look_at_is_a_triangle(earnest, code, asks):
    for name, value in asks.items():
        setattr(earnest, name, value)

    assert marks(configured.check())[code] == report.ASK


def test_a_head_and_a_list_beside_the_data_are_triangles(earnest, folder):
    earnest.AUDIT_HEADS = earnest.VAULT_ERASED = folder / "here"
    earnest.VAULT_MASTER_KEY = ""

    found = {**marks(configured.check()), **marks(files.check())}

    assert {found[code] for code in ("audit_heads", "erased_list", "keys_place")} == {report.ASK}


# ------------------------------------------------------------------ web, work, packages


def test_a_header_that_is_missing_is_a_cross(city, settings):
    assert web.headers().mark == report.GOOD

    settings.ANSWER_HEADERS = {
        name: value for name, value in settings.ANSWER_HEADERS.items() if name != "Permissions-Policy"
    }

    line = web.headers()
    assert line.mark == report.BAD
    assert "/: Permissions-Policy" in line.detail


@pytest.mark.parametrize(
    "loose",
    [{"SESSION_COOKIE_HTTPONLY": False}, {"SESSION_COOKIE_SAMESITE": "None"}, {"CSRF_COOKIE_SECURE": False}],
)
def test_a_loose_cookie_is_a_cross(earnest, loose):
    assert web.cookies().mark == report.GOOD

    for name, value in loose.items():
        setattr(earnest, name, value)

    assert web.cookies().mark == report.BAD


def test_a_door_without_a_guard_is_a_cross(monkeypatch):
    assert web.doors_guarded().mark == report.GOOD
    real = web._guards

    monkeypatch.setattr(
        web, "_guards", lambda view: set() if getattr(view, "__name__", "") == "help_page" else real(view)
    )

    line = web.doors_guarded()
    assert (line.mark, line.detail) == (report.BAD, ("/help/",))


def test_work_that_stopped_is_a_cross(city, monkeypatch):
    assert marks(work.check())["stuck"] == report.GOOD

    jobs.enqueue("nobody.does.this", about=Ref("procedures", "case", "x"))
    later = clock.now() + dt.timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert marks(work.check())["stuck"] == report.BAD


def test_another_version_than_the_locked_is_a_cross(monkeypatch):
    good = {one.name: one.version for one in locked.read()}
    monkeypatch.setattr(locked, "installed", lambda name: good[name])
    assert marks(packages.check()) == {"packages": report.GOOD}

    monkeypatch.setattr(locked, "installed", lambda name: "0.0.1" if name == "django" else good[name])

    line = next(iter(packages.check()))
    assert line.mark == report.BAD
    assert line.detail[0].startswith("django: 0.0.1")


# ------------------------------------------------------------------ the report


@pytest.mark.accepts("P4-5-T4")
def test_the_report_is_read_by_people_and_programs_and_its_code_says_how_it_is(
    folder, city, aoi, capsys, settings
):
    make.received(aoi)

    code = main(["doctor", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == (0 if told["in_order"] else 1)
    assert set(told["areas"]) == {line["area"] for line in told["lines"]}
    assert all(line["todo"] for line in told["lines"] if line["mark"] != "○")
    assert not [line for line in told["lines"] if line["code"].endswith("_unchecked")], (
        "every check ran to its end"
    )
    assert {table["code"] for table in told["tables"]} == {"doors", "roles", "packages"}
    kept = folder / command.KEPT
    assert json.loads(kept.read_text()) == told
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    # No secret, and nothing of any resident.
    text = json.dumps(told, ensure_ascii=False)
    assert settings.SECRET_KEY not in text
    assert not [
        word
        for word in ("見本銀行", "あおい", "架空県", "aoi", *make.ACCOUNT.values())
        if len(word) > 3 and word in text
    ]


@pytest.mark.accepts("P4-5-T4")
def test_a_check_that_breaks_is_a_cross_and_the_others_go_on(folder, city, capsys, monkeypatch):
    def broken():
        raise ValueError("a secret word")

    monkeypatch.setattr(people, "_people", broken)

    assert main(["doctor", "--no-keep"]) == 1

    out = capsys.readouterr().out
    assert "（people_unchecked）" in out
    assert "## 部品 Packages" in out
    assert "a secret word" not in out
    assert not (folder / command.KEPT).exists()


def test_a_name_in_the_database_draws_nothing_into_the_report():
    line = report.bad("x", "people", "a\n# b", "do", detail=["<script>\n- ○ all well"])
    table = report.Table("t", "T", ("a",), (("x | y\n| z",),))

    text = report.as_markdown(report.Report(clock.now(), [line], [table]))

    assert "\n# b" not in text and "\n- ○" not in text and "<script>" not in text
    assert r"| x \| y \| z |" in text


@pytest.mark.accepts("P4-5-T4")
def test_the_operator_reads_the_last_report_at_the_desk_and_nobody_else_does(folder, city, capsys, settings):
    settings.VAR = folder
    toban, sato = browser_of(make.clerk("toban", "operator")), browser_of(make.clerk("sato"))
    assert "まだありません" in toban.get("/desk/doctor/").text

    main(["doctor"])

    page = toban.get("/desk/doctor/")
    assert page.status_code == 200
    assert "点検の記録" in page.text and "packages" in page.text
    assert sato.get("/desk/doctor/").status_code == 403
    assert browser_of().get("/desk/doctor/").status_code == 302
    for broken in (
        "{",
        "[]",
        "{}",
        '{"form": 1, "made_at": "x"}',
        '{"form": 9, "made_at": "2026-01-01", "counts": {}}',
    ):
        (folder / command.KEPT).write_text(broken)
        assert "まだありません" in toban.get("/desk/doctor/").text
