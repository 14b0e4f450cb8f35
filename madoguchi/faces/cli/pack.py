"""`mado pack`: reading a pack, showing what it would change, publishing it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .prepare import wake_django
from .say import Stop, say

PATH = click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))


@click.group(short_help="check, diff or apply a pack")
def pack() -> None:
    """A municipality's rules and words: `mado pack check packs/nerima`."""


@pack.command(short_help="every error with file, line and key")
@PATH
def check(path: Path) -> None:
    """Read the pack at PATH and list what is wrong; exit code 2 when something is."""
    wake_django()
    from madoguchi.kernel import packs

    if show_problems(packs.check(path)):
        raise Stop(f"{path} に直すところがあります。 The pack has errors, listed above.")
    say(f"{path}: よく書けています。 No errors.")


@pack.command(short_help="what applying it would change")
@PATH
def diff(path: Path) -> None:
    """Show what `apply` would change in this installation, and change nothing."""
    wake_django()
    from madoguchi.kernel import packs

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

    say(str(packs.apply(path, by=SYSTEM)))


def show_problems(problems: list[Any]) -> bool:
    """One line for each problem: file:line:key: what is wrong, and what was meant. Says whether any is an error."""
    for problem in problems:
        say(f"{'' if problem.is_error else '(warning) '}{problem}")
    return any(problem.is_error for problem in problems)
