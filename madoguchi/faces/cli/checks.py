"""`mado check`: everything a machine can see before a person reviews; `mado fix` mends what it can."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from . import pages, proofs, translations
from .places import ROOT, SETTINGS
from .prepare import wake_django
from .say import Stop, say

PYTHON = (sys.executable, "-m")
MOST_LINES = 40
SOURCES = ("madoguchi", "tests", "conftest.py", "bench")
TYPED = (
    "madoguchi/kernel",
    *("madoguchi/engines/*/" + door for door in ("services", "queries", "errors", "events")),
)


@click.command(short_help="lint, format, types, floors, migrations, words, docs")
@click.argument("only", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Print every line of what is wrong.")
def check(only: tuple[str, ...], everything: bool) -> int:
    """Run every check (or those named) and say what failed. Exit code 1 when something did."""
    steps = all_checks()
    if unknown := set(only) - set(steps):
        raise Stop(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(steps)}.")
    failed = []
    most = sys.maxsize if everything else MOST_LINES
    for name, step in steps.items():
        if only and name not in only:
            continue
        started = time.monotonic()
        trouble = step()
        took = f"{time.monotonic() - started:.1f} s"
        say(f"{'FAIL' if trouble else 'ok':4}  {name} ({took})")
        if trouble:
            failed.append(name)
            say("\n".join(f"      {line}" for line in trouble[:most]))
            if len(trouble) > most:
                say(f"      … and {len(trouble) - most} more: ./mado check {name} --all")
    say(f"\n{len(failed)} failed: {', '.join(failed)}" if failed else "\nall is well")
    return 1 if failed else 0


def all_checks() -> dict[str, Callable[[], list[str]]]:
    """name -> a function that returns the lines of what is wrong."""
    return {
        "ruff": lambda: program(
            *PYTHON, "ruff", "check", "--quiet", "--output-format", "concise", *existing()
        ),
        "format": lambda: program(
            *PYTHON,
            *["ruff", "format", "--check", "--output-format", "concise"],
            *existing(),
            otherwise="./mado fix",
        ),
        "templates": lambda: program(*PYTHON, "djlint", "--lint", "--quiet", "madoguchi/faces"),
        "types": lambda: program(*PYTHON, "mypy", "--no-error-summary", *typed()),
        "floors": floors,
        "migrations": migrations,
        "words": words,
        "services": services_page,
        "docs": docs_pages,
    }


def program(*command: str, otherwise: str = "") -> list[str]:
    """Run it; its output when it failed, nothing when it went well."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return []
    lines = (result.stdout + result.stderr).strip().splitlines()
    return [
        *(lines or [f"exit code {result.returncode}"]),
        *([f"mend it with {otherwise}"] if otherwise else []),
    ]


def existing() -> list[str]:
    return [name for name in SOURCES if (ROOT / name).exists()]


def typed() -> list[str]:
    """The kernel, and the doors of the engines: a module, or a package of the same name."""
    found = [path for pattern in TYPED for ending in ("", ".py") for path in ROOT.glob(pattern + ending)]
    return [path.relative_to(ROOT).as_posix() for path in sorted(set(found))]


def floors() -> list[str]:
    """What import-linter says is broken, without the long list of what is kept."""
    linter = Path(sys.executable).parent / "lint-imports"
    lines = program(str(linter), "--no-cache", "--no-logo")
    return lines[lines.index("Broken contracts") + 2 :] if "Broken contracts" in lines else lines


def migrations() -> list[str]:
    with tempfile.TemporaryDirectory(prefix="mado-check-") as folder:
        before = os.environ.get("MADO_VAR")
        os.environ["MADO_VAR"] = folder
        try:
            return program(
                *PYTHON,
                "django",
                "makemigrations",
                "--check",
                "--dry-run",
                otherwise="./mado manage makemigrations",
            )
        finally:
            os.environ.pop("MADO_VAR")
            if before is not None:
                os.environ["MADO_VAR"] = before


def words() -> list[str]:
    """The public core in every language; the rest is only counted."""
    found = translations.find_words()
    for line in translations.state(found):
        say(f"      {line}")
    return translations.problems(found)


def services_page() -> list[str]:
    text, wrong = proofs.page(proofs.bullets(), proofs.marks())
    if not proofs.PAGE.exists() or proofs.PAGE.read_text(encoding="utf-8") != text:
        wrong.append("docs/services.md is not up to date: run ./mado services")
    return wrong


def docs_pages() -> list[str]:
    wake_django()
    return [f"docs/{name} is not up to date: run ./mado docs" for name in pages.stale()]


@click.command(short_help="let the linters mend what they can")
def fix() -> int:
    """Run `ruff check --fix` and `ruff format` over our sources."""
    codes = [
        subprocess.run([*PYTHON, "ruff", *verb, *existing()], cwd=ROOT, check=False).returncode
        for verb in (("check", "--fix"), ("format",))
    ]
    return 1 if any(codes) else 0


@click.command(short_help="pin the packages of requirements/*.in")
@click.option("--upgrade", is_flag=True, help="Take the newest versions that fit.")
def lock(upgrade: bool) -> int:
    """Write requirements/*.lock with hashes and without the name of any host."""
    flags = [
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--universal",
        "--python-version",
        "3.11",
    ]
    for name, extra in (("app", []), ("dev", ["-c", "app.lock"])):
        command = [
            *PYTHON,
            "uv",
            "pip",
            "compile",
            f"{name}.in",
            "-o",
            f"{name}.lock",
            "--quiet",
            *flags,
            *extra,
        ]
        command += ["--upgrade"] if upgrade else []
        code = subprocess.run(command, cwd=ROOT / "requirements", check=False).returncode
        if code:
            return code
    return 0
