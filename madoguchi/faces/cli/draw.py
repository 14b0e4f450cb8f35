"""`mado draw`: checking a draw as anybody outside would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from .prepare import wake_django


@click.group(short_help="check the proof of a draw")
def draw() -> None:
    """Draws that anybody can check (docs/engines/lottery.md)."""


@draw.command(short_help="draw again from a proof and compare")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--noted", multiple=True, metavar="HASH", help="A digest noted before the draw; several times.")
@click.option("--result", type=click.Path(path_type=Path), help="Write the result computed anew.")
def verify(file: Path, noted: tuple[str, ...], result: Path | None) -> int:
    """Exit code 0: as it was published. 1: not so, with the step. 2: not a proof, or not to be read."""
    wake_django()
    from madoguchi.engines.lottery import queries

    # The very program that strangers download, by itself: what it says here is what it says to them.
    command = [sys.executable, "-I", str(queries.VERIFIER), *(f"--noted={one}" for one in noted)]
    if result is not None:
        command.append(f"--result={result}")
    return subprocess.run([*command, "--", str(file)], check=False).returncode
