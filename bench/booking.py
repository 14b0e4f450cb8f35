"""A place taken over HTTP by many at once, and the calendar it shows in, beside pretix.

    ./mado bench booking [--database sqlite|postgres] [--clients 1,8,16] [--rounds 5] [--seconds 6]
                         [--only hot|full|calendar] [--alone]

Workloads:
  hot       clients that book one place after another of the same slot: accepted a second, p50 and p95.
  full      64 clients want 100 places: how many were given (100, or it is broken), faults.
  calendar  one week of 200 units × 60 days, read by 8 clients of whom every twentieth request books: p50, p95, bytes.

Peer: pretix (PyPI, in a virtual environment of its own) on the same server, with as many workers, measured in turns
with ours in every round; `peers/pretix.py` says what it is spared. The first run installs it and migrates its
databases (two to sixteen minutes, kept under var/bench/pretix); after that a run takes some ten minutes for both
databases. Requests a second of a shared machine say nothing alone: the ratio of the rounds does, and the processor
time per booking of the server's and the database's own processes (and their machine instructions, where `perf` is
allowed to count them). Ends with 1 when anything was oversold, or when
ours answered with 5xx.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from ground.costs import Cost, can_count, counted  # noqa: E402
from ground.driving import Request, Script, Seen, drive  # noqa: E402
from ground.postgres import Server, binary, postgres  # noqa: E402
from peers import ours_booking, pretix  # noqa: E402
from peers.caluma import wait_for  # noqa: E402

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


class Subject:
    """Whoever is measured."""

    name = ""
    port = 0
    pids: tuple[int, ...] = ()

    def __init__(self) -> None:
        self.figures: dict[str, Figures] = {}
        self.runs = 0
        self.fulls = 0

    def of(self, what: str) -> Figures:
        return self.figures.setdefault(what, Figures())

    def hot(self, clients: int) -> Script:
        raise NotImplementedError

    def full(self, turn: int) -> Script:
        raise NotImplementedError

    def calendar(self, turn: int, etag: bool) -> Script:
        raise NotImplementedError

    def sold(self, turn: int) -> int:
        raise NotImplementedError


class Ours(Subject):
    name = "Madoguchi"
    port = PORT

    def __init__(self, laid: dict[str, Any], pids: tuple[int, ...], rounds: int, ask: Any) -> None:
        super().__init__()
        self.laid, self.pids, self.ask = laid, pids, ask
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

    def calendar(self, turn: int, etag: bool) -> Script:
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
        super().__init__()
        self.laid, self.pids, self.ask = laid, pids, ask
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

    def calendar(self, turn: int, etag: bool) -> Script:
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
        yield Ours(laid, (web.pid, *([server.pid] if server else [])), rounds, ask)
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
        yield Pretix(laid, (*laid["pids"], *([server.pid] if server else [])), rounds, ask)


# ------------------------------------------------------------------ measuring


def measure(
    subject: Subject, what: str, script: Script, clients: int, seconds: float, kind: str = ""
) -> Seen:
    with counted(*subject.pids) as cost:
        seen = drive(subject.port, script, clients, seconds)
    good = seen.count(200, 201, 304, kind=kind)
    subject.of(what).note(seen, cost, good)
    return seen


def warm(subject: Subject, calendar: bool) -> None:
    drive(subject.port, subject.hot(4), 4, 1.5)
    if calendar:
        drive(subject.port, subject.calendar(90, etag=False), 2, 1.5)


def rounds_of(subjects: list[Subject], turn: int) -> list[Subject]:
    return subjects if turn % 2 == 0 else subjects[::-1]


def run(subjects: list[Subject], wanted: argparse.Namespace) -> None:
    clients = [int(one) for one in wanted.clients.split(",")]
    for subject in subjects:
        warm(subject, wanted.only in ("", "calendar"))
    for turn in range(wanted.rounds):
        for subject in rounds_of(subjects, turn):
            if wanted.only in ("", "hot"):
                for many in clients:
                    measure(subject, f"hot {many}", subject.hot(many), many, wanted.seconds)
            if wanted.only in ("", "full"):
                measure(subject, "full", subject.full(turn), FULL_CLIENTS, 90)
                subject.of("full").oversold += max(0, subject.sold(turn) - FULL)
            if wanted.only in ("", "calendar"):
                script = subject.calendar(turn, etag=False)
                measure(subject, "calendar", script, READERS, wanted.seconds, kind="read")
        print(f"   round {turn + 1} of {wanted.rounds}", flush=True)


def report(subjects: list[Subject]) -> int:
    """Prints what was seen; returns what was broken: places sold twice by anybody, 5xx of ours."""
    broken = 0
    counts = "Minstr" if can_count() else ""
    print(
        f"   {'':12} {'':>10} {'a second':>22} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8} {counts:>7}  answers"
    )
    for what in subjects[0].figures:
        kind = "read" if what == "calendar" else ""
        for subject in subjects:
            seen = subject.of(what)
            broken += seen.oversold + (seen.seen.faults if isinstance(subject, Ours) else 0)
            rate = f"{statistics.median(seen.rates):.1f} [{min(seen.rates):.1f}–{max(seen.rates):.1f}]"
            cpu = statistics.median(one.cpu for one in seen.costs) * 1000
            million = statistics.median(one.instructions for one in seen.costs) / 1e6
            good = (200, 201, 304)
            answers = ", ".join(
                f"{k or 'POST'} {s or 'none'}: {n}" for (k, s), n in sorted(seen.seen.answers.items())
            )
            print(
                f"   {what:12} {subject.name:>10} {rate:>22} {seen.seen.ms(50, *good, kind=kind):>8.1f} "
                f"{seen.seen.ms(95, *good, kind=kind):>8.1f} {cpu:>8.1f} {million if counts else '':>7}  {answers}"
                + (f", oversold {seen.oversold}" if what == "full" else "")
            )
        if len(subjects) > 1:
            print(f"   {what:12} {'ratio':>10} {ratios(subjects[0].of(what), subjects[1].of(what))}")
    for subject in subjects:
        for what, seen in subject.figures.items():
            for status, said in seen.seen.said.items():
                print(f"   {subject.name}, {what}, {status}: {said[:160]!r}")
            sizes = [size for (of, status), size in seen.seen.sizes.items() if of == "read" and status == 200]
            if sizes:
                print(f"   {subject.name}, {what}: {max(sizes):,} bytes a page")
    return broken


def ratios(ours_: Figures, theirs_: Figures) -> str:
    """Round beside round, so that a slow minute hits both."""
    pairs = [a / b for a, b in zip(ours_.rates, theirs_.rates, strict=True) if b]
    cpu = [b.cpu / a.cpu for a, b in zip(ours_.costs, theirs_.costs, strict=True) if a.cpu]
    if not pairs or not cpu:
        return "–"
    return (
        f"{statistics.median(pairs):.1f}× a second [{min(pairs):.1f}–{max(pairs):.1f}], "
        f"{statistics.median(cpu):.1f}× less CPU [{min(cpu):.1f}–{max(cpu):.1f}]"
    )


def bench(database: str, wanted: argparse.Namespace) -> int:
    print(f"── {database}: {WORKERS} workers each", flush=True)
    clients = len(wanted.clients.split(","))
    calendar = {"units": UNITS, "days": DAYS, "places": PLACES} if wanted.only in ("", "calendar") else {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-bench-")))
        server = stack.enter_context(postgres()) if database == "postgres" else None
        (folder / "ours").mkdir()
        (folder / "theirs").mkdir()
        slots = A_RUN * (clients * wanted.rounds + 2)
        hot = [[slots, RESIDENTS], [wanted.rounds, FULL]]
        subjects: list[Subject] = [
            stack.enter_context(
                ours(folder / "ours", server, {"residents": RESIDENTS, "hot": hot, **calendar}, wanted.rounds)
            )
        ]
        if not wanted.alone:
            hot = [[clients * wanted.rounds + 2, 1_000_000], [wanted.rounds, FULL]]
            subjects.append(
                stack.enter_context(
                    theirs(folder / "theirs", server, {"hot": hot, **calendar}, wanted.rounds)
                )
            )
        settle(["city", *([] if wanted.alone else [pretix.NAME])], server)
        run(subjects, wanted)
        return report(subjects)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--clients", default="1,8,16")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--only", choices=["hot", "full", "calendar"], default="")
    parser.add_argument("--alone", action="store_true", help="without the peer")
    wanted = parser.parse_args()
    return min(1, sum(bench(one, wanted) for one in wanted.database or ["sqlite", "postgres"]))


if __name__ == "__main__":
    sys.exit(main())
