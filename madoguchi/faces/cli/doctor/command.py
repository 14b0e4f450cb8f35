"""The command: every check in turn, one that breaks is a line too; then the report, kept for the desk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import click

from ..places import var
from ..prepare import wake_django
from ..say import note
from .report import AREAS, Line, Report, as_json, as_markdown, bad

KEPT = "doctor.json"


@click.command(short_help="is this installation in order? a report for an auditor")
@click.option("--json", "is_json", is_flag=True, help="For a program.")
@click.option("--whole", is_flag=True, help="Verify the whole audit, however long it takes.")
@click.option("--no-keep", is_flag=True, help="Do not keep the report for the desk (var/doctor.json).")
def doctor(is_json: bool, whole: bool, no_keep: bool) -> int:
    """Look at files, settings, database, audit, accounts, web, work and packages; change nothing.

    Prints Markdown. Exit code 1 when a line is ×. No secret and nothing of any resident stands in it.
    """
    wake_django()
    report = examine(whole=whole)
    text = as_json(report)
    if not no_keep:
        _keep(text)
    click.echo(text if is_json else as_markdown(report), nl=is_json)
    return 0 if report.is_in_order else 1


def examine(*, whole: bool = False) -> Report:
    """All checks."""
    from madoguchi.kernel import clock

    from . import arriving, configured, database, files, packages, people, record, web, work

    report = Report(made_at=clock.now().astimezone(clock.JST))
    checks: dict[str, Callable[[], Iterable[Line]]] = {
        "files": files.check,
        "settings": configured.check,
        "database": database.check,
        "record": lambda: record.check(whole=whole),
        "people": people.check,
        "web": web.check,
        "work": lambda: [*work.check(), *arriving.check()],
        "packages": packages.check,
    }
    for area, check in checks.items():
        report.lines += _looked(area, check)
    report.tables += [one.table() for one in (web, people, packages) if _works(one.table)]
    return report


def _looked(area: str, check: Callable[[], Iterable[Line]]) -> list[Line]:
    """What a check says; when it breaks, that is what there is to say. A fault's words may hold data: only its kind."""
    found: list[Line] = []
    try:
        found.extend(check())
    except Exception as error:  # noqa: BLE001  whatever is broken is what this report is for
        said = f"「{AREAS[area]}」を、最後まで確かめられませんでした（{type(error).__name__}）。"
        found.append(bad(f"{area}_unchecked", area, said, "記録（log）を見て、原因を直してください。"))
    return found


def _works(table: Callable[[], Any]) -> bool:
    try:
        table()
    except Exception:  # noqa: BLE001  said by the check of the same part
        return False
    return True


def _keep(text: str) -> None:
    """For /desk/doctor/: readable by its owner only."""
    path = var() / KEPT
    try:
        new = path.with_suffix(".new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        new.replace(path)
    except OSError as error:
        note(f"{path}: {error.strerror}")
