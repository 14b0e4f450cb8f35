"""The `mado` command: every verb of the launcher. Verbs load only what they need, so that help is quick."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from .places import SETTINGS
from .say import Stop

# verb -> the module of this face that holds it
VERBS = {
    "run": "running",
    "fresh": "running",
    "serve": "running",
    "prepare": "running",
    "migrate": "running",
    "pack": "pack",
    "import": "importing",
    "stuck": "running",
    "api": "api",
    "vault": "vault",
    "staff": "staff",
    "oidc": "oidc",
    "audit": "audit",
    "backup": "backup",
    "doctor": "doctor",
    "draw": "draw",
    "sbom": "sbom",
    "manage": "running",
    "test": "testing",
    "check": "checks",
    "fix": "checks",
    "lock": "checks",
    "translations": "translations",
    "services": "proofs",
    "docs": "pages",
    "shape": "shape",
    "bench": "testing",
}

SPELT = {"import": "import_"}  # verbs that are words of Python


class Mado(click.Group):
    """A group that imports a verb's module only when the verb is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = import_module(f"{__package__}.{VERBS[cmd_name]}")
        command: click.Command = getattr(module, SPELT.get(cmd_name, cmd_name))
        return command


@click.group(
    cls=Mado,
    help="窓口 Madoguchi: a city hall you can run.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
def mado() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)


def main(arguments: list[str] | None = None) -> int:
    """Run one verb. A refusal or an operator's mistake is one line and exit code 2, never a traceback."""
    try:
        result: Any = mado.main(args=arguments, prog_name="mado", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("mado: やめました。 Stopped.", err=True)
        return 130
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "mado"
        Stop(f"{error.format_message()} ({where} --help)").show()
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Exception as error:
        line = one_line(error)
        if line is None or os.environ.get("MADO_DEBUG", "0") not in {"", "0"}:
            raise
        Stop(line).show()
        return 2
    return result if isinstance(result, int) else 0


def one_line(error: Exception) -> str | None:
    """What an operator can act on, or None when this is a fault of ours that deserves its traceback."""
    refusal = getattr(sys.modules.get("madoguchi.kernel.errors"), "Refusal", None)
    if refusal is not None and isinstance(error, refusal):
        return f"{error} ({error.code})"  # type: ignore[attr-defined]
    database = sys.modules.get("django.db.utils")
    if database is not None and isinstance(error, database.OperationalError):
        return f"データベースが使えません。 The database does not answer: {str(error).splitlines()[0]}"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return None
