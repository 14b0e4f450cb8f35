"""Who is measured by bench/booking.py: ours and pretix, each open on a database of its own, and the requests they get."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ground.costs import Cost
from ground.driving import Request, Script, Seen
from ground.postgres import Server, binary

from . import ours_booking, pretix
from .caluma import wait_for

ROOT = Path(__file__).resolve().parents[2]
PORT, PRETIX_PORT = 8792, 8793
RESIDENTS = 512
A_RUN = 5  # hot slots (or products) one run may use up
FULL, FULL_CLIENTS = 100, 64
UNITS, DAYS, PLACES, READERS = 200, 60, 5, 8
WRITES_EVERY = 20  # one of so many requests
WORKERS = int(os.environ.get("MADO_WORKERS", "2"))


@dataclass
class Figures:
    """What was seen of one subject in one workload, round by round."""

    rates: list[float] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)  # of one accepted booking, or of one read
    seen: Seen = field(default_factory=Seen)
    oversold: int = 0

    def note(self, seen: Seen, cost: Cost, many: int) -> None:
        self.rates.append(many / seen.lasted if seen.lasted else 0.0)
        self.costs.append(Cost(cost.cpu / max(many, 1), cost.instructions // max(many, 1)))
        self.seen.add(seen)


class Subject(ABC):
    """Whoever is measured: what its clients ask for in each workload."""

    name = ""
    port = 0
    pids: tuple[int, ...] = ()
    statements: float | None = None  # of one page of the calendar
    counted_by: Any = None  # how many statements its database has carried out

    def __init__(self, laid: dict[str, Any], pids: tuple[int, ...], ask: Any) -> None:
        self.laid, self.pids, self.ask = laid, pids, ask
        self.figures: dict[str, Figures] = {}
        self.runs = 0

    def of(self, what: str) -> Figures:
        return self.figures.setdefault(what, Figures())

    @abstractmethod
    def hot(self, clients: int) -> Script:
        """Clients that book one place after another of the same slot."""

    @abstractmethod
    def full(self, turn: int) -> Script:
        """Everybody wants one of FULL places."""

    @abstractmethod
    def calendar(self, turn: int) -> Script:
        """One week, read; every so many requests a booking."""

    @abstractmethod
    def sold(self, turn: int) -> int:
        """How many places of that turn's `full` were given."""


class Ours(Subject):
    name = "Madoguchi"
    port = PORT

    def __init__(self, laid: dict[str, Any], pids: tuple[int, ...], rounds: int, ask: Any) -> None:
        super().__init__(laid, pids, ask)
        self.hot_slots = laid["slots"][: -rounds or None]
        self.full_slots = laid["slots"][-rounds:]

    def _order(self, token: str, slot: str, number: int, kind: str = "") -> Request:
        path, body, headers = ours_booking.order(token, slot, number)
        return Request("POST", path, body, headers, kind)

    def hot(self, clients: int) -> Script:
        self.runs += 1
        turn, tokens = self.runs, self.laid["tokens"]
        slots = [self.hot_slots[(turn * A_RUN + n) % len(self.hot_slots)] for n in range(A_RUN)]

        def script(client: int) -> Iterator[Request]:
            number = (turn << 64) + (client << 32)
            for slot in slots:
                for token in tokens[client::clients]:
                    number += 1
                    yield self._order(token, slot, number)

        return script

    def full(self, turn: int) -> Script:
        tokens, slot = self.laid["tokens"], self.full_slots[turn]

        def script(client: int) -> Iterator[Request]:
            for number, token in enumerate(tokens[client::FULL_CLIENTS]):
                yield self._order(token, slot, ((turn + 1) << 96) + (client << 32) + number)

        return script

    def sold(self, turn: int) -> int:
        slot = self.full_slots[turn]
        return int(
            self.ask(f"SELECT count(*) FROM booking_booking WHERE state = 'booked' AND slot_id = '{slot}'")
        )

    def calendar(self, turn: int) -> Script:
        since = dt.date.today() + dt.timedelta(days=7)
        path = f"/api/v1/areas/{self.laid['calendar']}/availability?since={since}&until={since + dt.timedelta(days=6)}"
        tokens, times = self.laid["tokens"], self.laid["times"]

        def script(client: int) -> Iterator[Request]:
            for number in range(100_000):
                if number % WRITES_EVERY == WRITES_EVERY - 1:
                    at = (turn * 7919 + client * 1009 + number * 13) % len(times)
                    token = tokens[(client * 61 + number) % len(tokens)]
                    yield self._order(
                        token, times[at], ((turn + 1) << 100) + (client << 32) + number, "write"
                    )
                yield Request("GET", path, headers={"Accept": "application/json"}, kind="read")

        return script


class Pretix(Subject):
    name = "pretix"
    port = PRETIX_PORT

    def __init__(self, laid: dict[str, Any], pids: tuple[int, ...], rounds: int, ask: Any) -> None:
        super().__init__(laid, pids, ask)
        items = [item for item, _quota in laid["items"]]
        self.hot_items, self.full_items = items[:-rounds], items[-rounds:]

    def _order(self, event: str, position: dict[str, Any], number: int, kind: str = "") -> Request:
        path, body, headers = pretix.order(self.laid["token"], event, position, number)
        return Request("POST", path, body, headers, kind)

    def hot(self, clients: int) -> Script:
        self.runs += 1
        item = self.hot_items[self.runs % len(self.hot_items)]

        def script(client: int) -> Iterator[Request]:
            for number in range(100_000):
                yield self._order("hot", {"item": item}, number)

        return script

    def full(self, turn: int) -> Script:
        item = self.full_items[turn]

        def script(client: int) -> Iterator[Request]:
            for number in range(RESIDENTS // FULL_CLIENTS):
                yield self._order("hot", {"item": item}, number)

        return script

    def sold(self, turn: int) -> int:
        item = self.full_items[turn]
        return int(self.ask(f"SELECT count(*) FROM pretixbase_orderposition WHERE item_id = {item}"))

    def calendar(self, turn: int) -> Script:
        path, events = pretix_week(), self.laid["subevents"]
        item = self.laid["item"]

        def script(client: int) -> Iterator[Request]:
            for number in range(100_000):
                if number % WRITES_EVERY == WRITES_EVERY - 1:
                    at = (turn * 7919 + client * 1009 + number * 13) % len(events)
                    yield self._order("calendar", {"item": item, "subevent": events[at]}, number, "write")
                yield Request("GET", path, kind="read")

        return script


def pretix_week() -> str:
    week = dt.date.today() + dt.timedelta(days=7)
    return f"/bench/calendar/?style=week&date={week:%G-W%V}"


# ------------------------------------------------------------------ opening both


def question(database: str, server: Server | None) -> Any:
    """Asks one database for one figure."""

    def of_sqlite(sql: str) -> Any:
        # UUIDs are text without dashes there.
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        try:
            return connection.execute(undashed(sql)).fetchone()[0]
        finally:
            connection.close()

    def of_postgres(sql: str) -> Any:
        command = [
            str(binary("psql")),
            "-h",
            str(server.socket if server else ""),
            "-U",
            "bench",
            "-Atc",
            sql,
            database,
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    return of_postgres if server else of_sqlite


def counter(ask: Any, server: Server | None) -> Any:
    """Asks one PostgreSQL database how many statements it has carried out."""
    if server is None:
        return None
    ask("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    calls = (
        "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid "
        "WHERE d.datname = current_database()"
    )
    return lambda: int(ask(calls))


def settle(databases: list[str], server: Server | None) -> None:
    """PostgreSQL counts what it holds, as it does by itself within minutes: else it plans for tables it thinks empty."""
    for name in databases if server else []:
        command = [
            str(binary("psql")),
            "-h",
            str(server.socket if server else ""),
            "-U",
            "bench",
            "-qc",
            "ANALYZE",
            name,
        ]
        subprocess.run(command, check=True)


def undashed(sql: str) -> str:
    head, quote, rest = sql.rpartition("= '")
    return head + quote + rest.replace("-", "") if quote else sql


@contextmanager
def ours(folder: Path, server: Server | None, wanted: dict[str, Any], rounds: int) -> Iterator[Ours]:
    from madoguchi.faces.cli.running import web_command

    database = server.create("city") if server else ""
    env = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'bench'}",
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
        "MADO_VAR": str(folder),
        "MADO_FACES": "portal,api",
        "MADO_DEMO": "1",
        "MADO_PLAIN_STATIC": "1",
        "MADO_WORKERS": str(WORKERS),
    }
    if database:
        env["MADO_DATABASE"] = database
    run = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "peers" / "ours_booking.py"), "--lay", json.dumps(wanted)],
        env=env, cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if run.returncode:
        raise SystemExit(run.stderr[-3000:])
    laid = json.loads(run.stdout.splitlines()[-1])
    with (folder / "web.log").open("ab") as out:
        web = subprocess.Popen(web_command(PORT), env=env, cwd=ROOT, stdout=out, stderr=out)
    try:
        wait_for(f"http://127.0.0.1:{PORT}/api/v1/about")
        ask = question("city" if server else str(folder / "madoguchi.sqlite3"), server)
        subject = Ours(laid, (web.pid, *([server.pid] if server else [])), rounds, ask)
        subject.counted_by = counter(ask, server)
        yield subject
    finally:
        web.terminate()
        web.wait(30)


@contextmanager
def theirs(folder: Path, server: Server | None, wanted: dict[str, Any], rounds: int) -> Iterator[Pretix]:
    kept = ROOT / "var" / "bench" / "pretix"
    with pretix.running(
        folder=kept, data=folder, server=server, port=PRETIX_PORT, workers=WORKERS, wanted=wanted
    ) as laid:
        ask = question(pretix.NAME if server else str(folder / "db.sqlite3"), server)
        subject = Pretix(laid, (*laid["pids"], *([server.pid] if server else [])), rounds, ask)
        subject.counted_by = counter(ask, server)
        yield subject
