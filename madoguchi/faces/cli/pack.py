"""`mado pack`: reading a pack, showing what it would change, publishing it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from .prepare import wake_django
from .say import Stop, say

HAS_ERRORS = "{} に直すところがあります。 The pack has errors, listed above."
PATH = click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))


@click.group(short_help="check, diff or apply a pack")
def pack() -> None:
    """A municipality's rules and words: `mado pack check packs/nerima`."""


@pack.command(short_help="every error with file, line and key")
@PATH
@click.option("--json", "as_json", is_flag=True, help="one JSON document, for editors and other programs")
def check(path: Path, as_json: bool) -> None:
    """Read the pack at PATH and list what is wrong; exit code 2 when something is."""
    wake_django()
    from madoguchi.kernel import packs

    problems = packs.check(path)
    if as_json:
        say(json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2))
        if any(problem.is_error for problem in problems):
            raise SystemExit(2)
        return
    if show_problems(problems):
        raise Stop(HAS_ERRORS.format(path))
    say(f"{path}: よく書けています。 No errors.")


@pack.command(short_help="what applying it would change")
@PATH
def diff(path: Path) -> None:
    """Show what `apply` would change in this installation, and change nothing."""
    wake_django()
    from madoguchi.kernel import packs

    with saying_what_is_wrong(path):
        changes = list(packs.diff(path))
    for change in changes:
        say(str(change))
    if not changes:
        say("変わるところはありません。 Nothing would change.")


@pack.command(short_help="publish it in this installation")
@PATH
def apply(path: Path) -> None:
    """Publish the pack at PATH. Doing it twice changes nothing the second time."""
    wake_django()
    from madoguchi.kernel import packs
    from madoguchi.kernel.refs import SYSTEM

    with saying_what_is_wrong(path):
        say(str(packs.apply(path, by=SYSTEM)))


@pack.command(short_help="one procedure, its template and overlay made one")
@PATH
@click.argument("key")
def show(path: Path, key: str) -> None:
    """Print the procedure KEY of the pack at PATH as it will be published, overlay and template made one."""
    wake_django()
    from madoguchi.engines.procedures import queries
    from madoguchi.kernel import packs
    from madoguchi.kernel.errors import NotFound

    try:
        data, problems = queries.procedure_of_pack(path, key)
    except NotFound:
        raise Stop(f"{path} に {key} という手続はありません。 No such procedure.") from None
    if data is None:
        show_problems(problems)
        raise Stop(f"{key} を組み立てられません。 It does not resolve; see above.")
    say(packs.write_yaml(data).rstrip())


@pack.command(short_help="every personal field with its ground and keeping time")
@PATH
@click.option("--all", "every", is_flag=True, help="also what is not personal")
@click.option("--json", "as_json", is_flag=True, help="one JSON document")
def fields(path: Path, every: bool, as_json: bool) -> None:
    """項目台帳 of the pack at PATH: what is asked of people, on what ground, how sensitive, how long it is kept."""
    wake_django()
    from madoguchi.engines.procedures import queries

    rows = [row for row in queries.fields_of_pack(path) if every or row.is_personal]
    if as_json:
        say(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        where = f"{row.procedure} {row.path}"
        say(
            f"{where}\t{row.label}\t{row.sensitivity}\t根拠: {row.ground}\t保存: {row.kept}\t{row.file}:{row.line}"
        )


@pack.command(short_help="what was made on the screen, as files for a pack")
@click.option("--desk", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
def export(folder: Path) -> None:
    """Write every procedure that a division published on the screen into the folder, as files of a pack.

    Laid into a pack as they are, they stand there under the same key, version and logic hash, and the pack keeps
    them from the next `apply` on. A file that says something else already is not written over.
    """
    wake_django()
    from madoguchi.engines.authoring import queries

    files = queries.written_on_screen()
    for name, text in sorted(files.items()):
        file = folder / name
        if file.exists() and file.read_text(encoding="utf-8") != text:
            raise Stop(f"{file} はもうあり、内容がちがいます。 It exists and says something else.")
    for name, text in sorted(files.items()):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        say(str(file))
    if not files:
        say("画面で作って公開しているものはありません。 Nothing was made on the screen.")


@contextmanager
def saying_what_is_wrong(path: Path | str) -> Iterator[None]:
    """Where the pack is refused, show every problem as `check` does; some are known only beside what is published."""
    from madoguchi.kernel.packs import PackRefused

    try:
        yield
    except PackRefused as refused:
        show_problems(refused.problems)
        raise Stop(HAS_ERRORS.format(path)) from None


def show_problems(problems: list[Any]) -> bool:
    """One line for each problem: file:line:key: what is wrong, and what was meant. Says whether any is an error."""
    for problem in problems:
        say(f"{'' if problem.is_error else '(warning) '}{problem}")
    return any(problem.is_error for problem in problems)
