"""pretix (PyPI, AGPL: run beside ours, never imported): the same place taken by its own REST API.

What it is spared, so that the ratio errs in its favour: the product is free (no prices, taxes, payments), no mail is
sent, and nobody signs in: one token of a team stands for everybody. What it does as ours does: the place is counted
and locked, the order has an owner and a code, the deed is logged. On PostgreSQL it has what its documentation asks
for (Redis as cache and broker, a celery worker); on SQLite, its default, tasks run inside the request.

Its first `migrate` takes one to eight minutes for each database; the result is kept under var/bench/pretix and used
again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ground.postgres import Server, binary, postgres

from .caluma import wait_for

VERSION = "2026.8.0"
PACKAGES = [f"pretix=={VERSION}", "gunicorn==27.0.1"]
LAY = Path(__file__).with_name("pretix_lay.py")
NAME = "pretix"  # of its database, its organiser and its token's team


def install(folder: Path) -> Path:
    """Its own virtual environment; made once. Returns its python."""
    python = folder / "venv" / "bin" / "python"
    if not (folder / f"installed-{VERSION}").exists():
        print("  installing pretix (some two minutes, 410 MB) …", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (folder / f"installed-{VERSION}").touch()
    return python


@dataclass
class Place:
    """Where one pretix lives: its python, its data, its database, and the Redis it may use."""

    python: Path
    data: Path
    server: Server | None = None  # None = SQLite
    redis: int = 0  # a port; 0 = none, and tasks run inside the request
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        said = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.data),
            "LANG": "C.UTF-8",
            "DJANGO_SETTINGS_MODULE": "pretix.settings",
            "DATA_DIR": str(self.data),
            "PRETIX_PRETIX_DATADIR": str(self.data),
            "PRETIX_PRETIX_URL": "http://127.0.0.1",
            "PRETIX_LOCALE_TIMEZONE": "Asia/Tokyo",
            "PRETIX_DATABASE_BACKEND": "sqlite3",
            "PRETIX_DATABASE_NAME": str(self.data / "db.sqlite3"),
        }
        if self.server:
            said |= {
                "PRETIX_DATABASE_BACKEND": "postgresql",
                "PRETIX_DATABASE_NAME": NAME,
                "PRETIX_DATABASE_USER": "bench",
                "PRETIX_DATABASE_HOST": str(self.server.socket),
            }
        if self.redis:
            where = f"redis://127.0.0.1:{self.redis}"
            said |= {
                "PRETIX_REDIS_LOCATION": f"{where}/0",
                "PRETIX_CELERY_BROKER": f"{where}/1",
                "PRETIX_CELERY_BACKEND": f"{where}/2",
            }
        return said | self.extra

    def run(self, *arguments: str) -> str:
        """One command of its python; what it said. Raises SystemExit with its last words."""
        done = subprocess.run(
            [str(self.python), *arguments],
            env=self.env, cwd=self.data, check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"pretix {' '.join(arguments[:3])}: {done.stderr[-3000:]}")
        return done.stdout


# ------------------------------------------------------------------ a database that is migrated once


def template(folder: Path, database: str) -> Path:
    """Its migrated, empty database as a file: a copy of SQLite's, or a dump of PostgreSQL's."""
    kept = folder / f"{VERSION}.{'sqlite3' if database == 'sqlite' else 'dump'}"
    if kept.exists():
        return kept
    print(f"  pretix migrates its {database} database, once: one to eight minutes …", flush=True)
    python = install(folder)
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-pretix-")))
        server = stack.enter_context(postgres()) if database == "postgres" else None
        if server:
            server.create(NAME)
        began = time.monotonic()
        Place(python, data, server).run("-m", "pretix", "migrate", "-v", "0")
        part = kept.with_suffix(".part")
        if server:
            dump = [
                str(binary("pg_dump")),
                "-h",
                str(server.socket),
                "-U",
                "bench",
                "-Fc",
                "-f",
                str(part),
                NAME,
            ]
            subprocess.run(dump, check=True)
        else:
            shutil.copyfile(data / "db.sqlite3", part)
        part.rename(kept)
        print(f"  … {time.monotonic() - began:.0f} s, kept as {kept}", flush=True)
    return kept


def restored(kept: Path, data: Path, server: Server | None) -> None:
    if server is None:
        shutil.copyfile(kept, data / "db.sqlite3")
        return
    server.create(NAME)
    load = [
        str(binary("pg_restore")),
        "-h",
        str(server.socket),
        "-U",
        "bench",
        "-d",
        NAME,
        "--no-owner",
        str(kept),
    ]
    subprocess.run(load, check=True)


# ------------------------------------------------------------------ open


@contextmanager
def redis_beside(port: int) -> Iterator[int]:
    """A Redis of its own that keeps nothing; 0 where none is installed."""
    server = shutil.which("redis-server")
    if server is None:
        print(
            "  no redis-server (apt install redis-server): pretix runs without cache and worker", flush=True
        )
        yield 0
        return
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    settings = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([server, *settings], **quiet)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def running(
    *, folder: Path, data: Path, server: Server | None, port: int, workers: int, wanted: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """pretix behind gunicorn with `workers` processes on a database of its own; what was laid there."""
    kept = template(folder, "postgres" if server else "sqlite")
    with ExitStack() as stack:
        place = Place(install(folder), data, server)
        restored(kept, data, server)
        if server:
            place.redis = stack.enter_context(redis_beside(port + 1))
        laid: dict[str, Any] = json.loads(place.run("-P", str(LAY), json.dumps(wanted)).splitlines()[-1])
        bind = ["-w", str(workers), "-b", f"127.0.0.1:{port}", "--log-level", "error", "--timeout", "120"]
        children = [["gunicorn", *bind, "pretix.wsgi"]]
        if place.redis:
            children.append(["celery", "-A", "pretix.celery_app", "worker", "-l", "error", "-c", "1"])
        laid["pids"] = [stack.enter_context(_child(place, command)) for command in children]
        wait_for(f"http://127.0.0.1:{port}/api/v1/version")
        yield laid


@contextmanager
def _child(place: Place, command: list[str]) -> Iterator[int]:
    log = place.data / f"{command[0]}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(place.python), "-m", *command], env=place.env, cwd=place.data, stdout=out, stderr=out
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)


def order(token: str, event: str, position: dict[str, Any], number: int) -> tuple[str, bytes, dict[str, str]]:
    """One order as its API wants it: path, body, headers."""
    body = {
        "email": f"{number}@mihon.invalid",
        "locale": "en",
        "sales_channel": "web",
        "send_email": False,
        "positions": [{"attendee_name": "見本 はな", **position}],
    }
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    return f"/api/v1/organizers/bench/events/{event}/orders/", json.dumps(body).encode(), headers
