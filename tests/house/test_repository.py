"""The repository itself: what may be committed, and that the launcher, the lists and the docs agree."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click

from madoguchi.faces.cli.main import VERBS, mado
from madoguchi.faces.cli.places import SETTINGS
from tests.house.tree import ROOT, committed

TEXT = {
    ".py",
    ".md",
    ".html",
    ".css",
    ".js",
    ".yaml",
    ".yml",
    ".toml",
    ".csv",
    ".po",
    ".in",
    ".lock",
    ".sh",
    "",
}
# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile("/(?:ro" + "ot|ho" + r"me/\w+|wo" + "rk|tmp" + "/w|op" + r"t/pypi)(?:/|\b)")
HOSTS = re.compile(r"(?:--(?:extra-)?index-url|--find-links|files\.python" + r"hosted\.org)")
NOT_OURS = {
    ".woff",
    ".woff2",
    ".ttf",
    ".otf",
    ".exe",
    ".so",
    ".whl",
    ".jar",
    ".map",
    ".zip",
    ".sqlite3",
    ".mo",
    ".pdf",
}


def text_files() -> list[Path]:
    return [path for path in committed() if path.suffix in TEXT]


def test_no_file_names_a_machine():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in text_files()
        for match in MACHINE_PATHS.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert found == []


def test_locks_name_no_host_and_pin_every_hash():
    for name in ("app", "dev"):
        lock = (ROOT / f"requirements/{name}.lock").read_text()
        pins = re.findall(r"^\S+==\S+", lock, re.MULTILINE)

        assert not HOSTS.search(lock)
        assert "://" not in lock
        assert len(pins) > 20
        assert len(re.findall(r"==[^\n]*\\\n(?:\s*#[^\n]*\n)*\s+--hash=sha256:", lock)) == len(pins)


def test_each_dependency_says_what_it_is_for():
    silent = [
        line
        for name in ("app", "dev")
        for line in (ROOT / f"requirements/{name}.in").read_text().splitlines()
        if line and not line.startswith(("#", "-r")) and "  # " not in line
    ]

    assert silent == []


def test_nothing_of_others_is_committed():
    """Fonts, scripts and libraries come from registries at install; built files are built."""
    assert [str(path.relative_to(ROOT)) for path in committed() if path.suffix in NOT_OURS] == []
    assert [
        str(path.relative_to(ROOT))
        for path in committed()
        if ".min." in path.name or "node_modules" in path.parts
    ] == []


def test_files_are_plain_utf8():
    for path in text_files():
        data = path.read_bytes()
        data.decode("utf-8")
        assert b"\r\n" not in data or path.suffix == ".csv", path


def test_the_launcher_lists_every_verb():
    listed = subprocess.run(
        ["sh", str(ROOT / "mado"), "help"], capture_output=True, text=True, check=True
    ).stdout
    verbs = set(re.findall(r"^  \./mado (\w+)", listed, re.MULTILINE))

    assert verbs == {*VERBS, "help"}


def test_every_verb_says_what_it_does():
    context = click.Context(mado)
    for name in VERBS:
        command = mado.get_command(context, name)
        assert command is not None
        assert command.help
        assert command.get_short_help_str(80)


def test_a_stop_is_one_line_and_exit_code_2():
    env = {**os.environ, "PORT": "not-a-port", "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": SETTINGS}
    result = subprocess.run(
        [sys.executable, "-m", "madoguchi", "run"], env=env, capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "PORT" in result.stderr


def test_links_between_our_pages_lead_somewhere():
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")

    assert broken == []
