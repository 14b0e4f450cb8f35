"""Opening the city hall: `run`, `fresh`, `serve`, and the verbs an operator needs beside them."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click

from .places import ROOT, free_port, host, port, require_free, var, writable_var
from .prepare import migrate as bring_up_to_date
from .prepare import prepare as bring_to_state
from .prepare import sign_ins, throw_away, wake_django
from .say import Stop, note, say
from .supervisor import Child, keep_alive, only_server


@click.command(short_help="prepare and open the city hall")
def run() -> None:
    """Prepare what is missing, then serve on 127.0.0.1:8000 (PORT=… for another port) until Ctrl-C.

    Sets MADO_DEMO=1 unless it is set: fictional people, a week in the city, 「見本」 on every paper and mail.
    A second run keeps the data.
    """
    os.environ.setdefault("MADO_DEMO", "1")
    serve_city(prepare_first=True)


@click.command(short_help="delete the data under var/, then run")
@click.option("--yes", is_flag=True, help="Do not ask.")
def fresh(yes: bool) -> None:
    """Delete the database, files, keys and mails under var/, then `run`. Refused while a server runs on them."""
    database = os.environ.get("MADO_DATABASE", "sqlite:")
    if not database.startswith("sqlite:"):
        raise Stop("MADO_DATABASE は消しません。 `fresh` deletes var/ only; empty that database yourself.")
    with only_server(writable_var(), "deleting"):
        if not yes:
            click.confirm(f"{var()} のデータをすべて消します。 Delete all data there?", abort=True)
        throw_away()
    os.environ.setdefault("MADO_DEMO", "1")
    serve_city(prepare_first=True)


@click.command(short_help="serve what is prepared: web, worker, mail sink")
def serve() -> None:
    """Serve without preparing anything: granian, the job worker and, in the demo, the local mail sink.

    A child that dies is started again; when this process dies, all do. SIGTERM is graceful.
    """
    serve_city(prepare_first=False)


@click.command(short_help="migrate, translations, static files, pack and demo week")
def prepare() -> None:
    """Bring the installation to the state the code and the pack describe, without serving it."""
    bring_to_state()


@click.command(short_help="bring the database to the present tables")
def migrate() -> None:
    """Apply the migrations that are missing."""
    writable_var()
    wake_django()
    bring_up_to_date()


@click.command(short_help="jobs that failed or are late")
def stuck() -> None:
    """List the jobs nobody finished."""
    wake_django()
    from madoguchi.kernel import jobs

    for row in jobs.stuck():
        say(str(row))


@click.command(short_help="Django's own commands", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Pass ARGUMENTS on to Django: `mado manage shell`, `mado manage makemigrations plan`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["mado manage", *arguments])


def serve_city(*, prepare_first: bool) -> None:
    """Hold var/, prepare if asked, and keep the processes alive until we are told to stop."""
    number = port()
    require_free(number)
    with only_server(writable_var(), f"http://{host()}:{number}/"):
        if prepare_first:
            bring_to_state()
        env = child_env()
        children = [Child("web", web_command(number), env), Child("worker", worker_command(), env)]
        if is_demo() and "MADO_SMTP_HOST" not in os.environ:
            children.append(Child("mail", [sys.executable, "-m", "madoguchi.faces.cli.mail_sink"], env))
        keep_alive(children, ready=lambda: greet(number))


def is_demo() -> bool:
    return os.environ.get("MADO_DEMO", "0") not in {"0", "", "no", "false"}


def child_env() -> dict[str, str]:
    """What every child gets: the same settings, and one SMTP port that is really free."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    env = {**os.environ, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings"}
    if is_demo() and "MADO_SMTP_HOST" not in env:
        env["MADO_SMTP_PORT"] = str(free_port(int(env.get("MADO_SMTP_PORT", "8025"))))
    return env


def web_command(number: int) -> list[str]:
    # How many web processes.
    workers = os.environ.get("MADO_WORKERS", "2")
    # How many requests a web process handles at once: a sender who dribbles a body holds one of these places.
    threads = os.environ.get("MADO_THREADS", "2")
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", host(), "--port", str(number), "--workers", workers, "--blocking-threads", threads),
        *("--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "8", "--log-level", "warning"),
        "madoguchi.config.wsgi:application",
    ]


def worker_command() -> list[str]:
    return [sys.executable, "-m", "madoguchi.kernel.jobs.worker"]


def greet(number: int) -> bool:
    """Once the port answers: the addresses and, in the demo, who can sign in. Says whether it answered."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((host(), number)) != 0:
            return False
    where = f"http://{host()}:{number}"
    say(
        f"\n窓口が開きました。 The city hall is open.\n\n  区民   residents  {where}/\n  職員   staff      {where}/desk/"
    )
    wake_django()
    warn_of_scanner()
    if is_demo():
        say(f"  メール mail       {short(var() / 'mail')}  （外へは送りません: nothing leaves this machine）")
        people = sign_ins()
        if people:
            say("\n  見本の人 (demo sign-ins)")
        for who, address, login, password in people:
            say(f"  {who}  {where}{address}  {login}  {password}".rstrip())
    say("\n  Ctrl-C で閉じます。 Ctrl-C closes it.")
    return True


SCANNER = {
    "none": "ウイルスを調べるものがつながっていません。 No virus scanner: set MADO_CLAMAV (docs/operations.md).",
    "silent": "ウイルスを調べるものが答えません。届いたファイルは待ちます。 The virus scanner does not answer: files wait.",
    "wrong_address": "MADO_CLAMAV を読めません。 MADO_CLAMAV is unix:/path or tcp:HOST:PORT; until then files wait.",
}


def warn_of_scanner() -> None:
    """One line when uploaded files are not looked at."""
    from madoguchi.kernel import vault

    line = SCANNER.get(vault.scanner_state())
    if line:
        note(f"  {line}")


def short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
