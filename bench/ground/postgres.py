"""Debian's PostgreSQL for a bench: with the extensions a peer asks for, on a socket of its own, gone afterwards.

The wheel the tests use has no contrib; whoever is measured here stands on the very same server.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DURABLE = {
    # What a city would run: nothing acknowledged is lost. Only the sizes are raised from Debian's.
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "max_connections": "100",
    "max_wal_size": "4GB",
    # Counts statements, for whoever wants to know how many a page asks.
    "shared_preload_libraries": "pg_stat_statements",
}


@dataclass(frozen=True)
class Server:
    """Where it answers: a folder with its socket; `bench` may do everything there."""

    socket: Path
    pid: int = 0

    def uri(self, database: str) -> str:
        return f"postgresql://bench@/{database}?host={self.socket}"

    def create(self, database: str) -> str:
        subprocess.run([str(binary("createdb")), "-h", str(self.socket), "-U", "bench", database], check=True)
        return self.uri(database)


def binary(name: str) -> Path:
    """A program of Debian's package `postgresql`. Raises FileNotFoundError with what to install."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found:
        raise FileNotFoundError(f"{name}: apt install postgresql")
    return found[-1]


@contextmanager
def postgres() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="mado-bench-pg-"))
    owner = {}
    if os.geteuid() == 0:  # it refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        owner = {"user": user.pw_uid, "group": user.pw_gid}
    data = folder / "data"
    settings = [part for key, value in DURABLE.items() for part in ("-c", f"{key}={value}")]
    subprocess.run(
        [
            str(binary("initdb")),
            "-D",
            str(data),
            "-U",
            "bench",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **owner,
    )
    server = subprocess.Popen(
        [str(binary("postgres")), "-D", str(data), "-k", str(folder), *settings],
        stderr=subprocess.DEVNULL,
        cwd=folder,
        **owner,
    )
    try:
        ready = [str(binary("pg_isready")), "-q", "-h", str(folder), "-t", "1"]
        for _try in range(60):
            if subprocess.run(ready, check=False).returncode == 0:
                break
            server.poll()
        yield Server(folder, server.pid)
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
