"""The repository as the house tests see it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from madoguchi.faces.cli.places import ROOT

PACKAGE = ROOT / "madoguchi"
FACES = PACKAGE / "faces"
ENGINES = PACKAGE / "engines"
# Top to bottom, as in pyproject.toml; neighbours share a line.
SHELVES = (
    ("consultation",),
    ("plan",),
    ("authoring", "lessons"),
    ("procedures",),
    ("queue",),
    ("booking",),
    ("records", "lottery"),
    ("messaging",),
    ("documents", "approvals", "councils"),
    ("forms",),
    ("directory", "knowledge"),
)
COURSES = (
    ("access",),
    ("identity",),
    ("vault", "metrics", "search"),
    ("packs",),
    ("audit",),
    ("jobs",),
    ("rules",),
    ("calendar",),
    ("db", "refs", "links", "text"),
)


def height(app_label: str) -> int | None:
    """How high an app stands; None for what is not ours (Django's own tables lie below everything)."""
    floors = [*reversed(COURSES), *reversed(SHELVES)]
    for number, names in enumerate(floors):
        if app_label in names:
            return number
    return None


def ours(*folders: Path, tests: bool = False) -> Iterator[Path]:
    """Our Python files, without migrations."""
    for folder in folders or (PACKAGE,):
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if "migrations" not in parts and (tests or "tests" not in parts):
                yield path


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def said(path: Path, line: int, what: str) -> str:
    return f"{path.relative_to(ROOT)}:{line}: {what}"


def templates() -> list[Path]:
    return sorted(PACKAGE.rglob("templates/**/*.html"))


def committed() -> list[Path]:
    """Every file that is in the repository, or would be added to it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]
