"""`mado services`: which requirement is proven by which test, from the `accepts` marks and docs/requirements."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from .places import ROOT
from .say import Stop, say

REQUIREMENTS = ROOT / "docs/requirements"
PAGE = ROOT / "docs/services.md"
_ROW = re.compile(r"^### (\S+) (.+)$")
_BULLET = re.compile(r"^- \[ \] \*\*([^*]+)\*\* (.+)$")
_QUALITY = re.compile(r"^\| (N-\d+|D-\d+) \| (.+?) \|")


@dataclass(frozen=True)
class Bullet:
    """One line of docs/requirements that a test can prove."""

    id: str
    text: str
    row: str
    title: str
    file: str

    @property
    def is_acceptance(self) -> bool:
        return re.search(r"-T\d+$", self.id) is not None


@click.command(short_help="write docs/services.md")
@click.option("--check", is_flag=True, help="Only say whether the page is up to date.")
def services(check: bool) -> None:
    """Write docs/services.md: each requirement, the tests that prove it, and how many are still open."""
    text, wrong = page(bullets(), marks())
    for line in wrong:
        say(line)
    if wrong:
        raise Stop("A test names a requirement that does not stand in docs/requirements.")
    if not check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        raise Stop("docs/services.md is not up to date: run ./mado services")
    say(text.splitlines()[2])


def bullets() -> list[Bullet]:
    """Every bullet, in the order of the files."""
    found = []
    for path in sorted(REQUIREMENTS.glob("*.md")):
        row, title = "", ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := _ROW.match(line):
                row, title = match[1], match[2]
            elif match := _BULLET.match(line):
                found.append(Bullet(match[1], match[2], row, title, path.stem))
            elif match := _QUALITY.match(line):
                found.append(Bullet(match[1], match[2].replace("**", ""), match[1], "", path.stem))
    return found


def marks(root: Path = ROOT) -> dict[str, list[str]]:
    """Bullet id -> tests that carry it, as `path::name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in (root / "tests", root / "madoguchi"):
        for path in sorted(folder.rglob("test_*.py")):
            name = path.relative_to(root).as_posix()
            for test, ids in accepted(ast.parse(path.read_text(encoding="utf-8"))):
                for id_ in ids:
                    found[id_].append(f"{name}::{test}")
    return found


def accepted(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """(test, ids) for every function or class under an `accepts` mark."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("mark.accepts"):
                yield node.name, [str(arg.value) for arg in decorator.args if isinstance(arg, ast.Constant)]


def page(all_bullets: list[Bullet], proofs: dict[str, list[str]]) -> tuple[str, list[str]]:
    """The text of docs/services.md, and a line for each mark that names no bullet."""
    known = {bullet.id for bullet in all_bullets}
    wrong = [
        f"{test}: no requirement {id_}" for id_, tests in proofs.items() if id_ not in known for test in tests
    ]
    acceptances = [bullet for bullet in all_bullets if bullet.is_acceptance]
    proven = [bullet for bullet in all_bullets if bullet.id in proofs]
    count = f"{sum(b.is_acceptance for b in proven)} of {len(acceptances)} acceptances are proven by tests"
    lines = [
        "# Services: what is proven, and what is still open",
        "",
        f"{count}, {len(proven)} of {len(all_bullets)} requirements in all.",
        "",
        "Written by `./mado services` from the `accepts` marks of the tests; do not edit.",
        "The requirements stand in [requirements/](requirements/README.md).",
        "",
        "## Proven",
        "",
        "| requirement | what it says | tests |",
        "|---|---|---|",
    ]
    for bullet in proven:
        tests = "<br>".join(f"`{test}`" for test in proofs[bullet.id])
        lines.append(f"| [{bullet.id}](requirements/{bullet.file}.md) | {bullet.text} | {tests} |")
    lines += ["", "## Open, by row", "", "| row | | acceptances proven | still open |", "|---|---|---|---|"]
    rows: dict[tuple[str, str, str], list[Bullet]] = defaultdict(list)
    for bullet in acceptances:
        rows[bullet.file, bullet.row, bullet.title].append(bullet)
    for (file, row, title), members in rows.items():
        open_ones = [bullet.id.removeprefix(f"{row}-") for bullet in members if bullet.id not in proofs]
        share = f"{len(members) - len(open_ones)}/{len(members)}"
        lines.append(
            f"| [{row}](requirements/{file}.md) | {title} | {share} | {', '.join(open_ones) or '–'} |"
        )
    return "\n".join(lines) + "\n", wrong
