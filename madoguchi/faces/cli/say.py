"""How the command speaks: one line for people, Japanese first; a stop is one line and exit code 2."""

from __future__ import annotations

import click


class Stop(click.ClickException):
    """Something the operator must mend; said in one line, without a traceback."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"mado: {self.message}", err=True)


def say(line: str) -> None:
    """One line on standard output."""
    click.echo(line)


def note(line: str) -> None:
    """One line about what is being done, on standard error, so that output can be piped."""
    click.secho(line, err=True, dim=True)
