"""A place taken over HTTP by many at once, and the calendar it shows in, beside pretix.

    ./mado bench booking [--database sqlite|postgres] [--clients 1,8,16] [--rounds 5] [--seconds 6]
                         [--only hot|full|calendar] [--alone]

Workloads:
  hot       clients that book one place after another of the same slot: accepted a second, p50 and p95.
  full      64 clients want 100 places: how many were given (100, or it is broken), faults.
  calendar  one week of 200 units × 60 days, read by 8 clients of whom every twentieth request books: p50, p95, bytes,
            and on PostgreSQL how many statements a page asks that nobody has asked for since the last booking.

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
import itertools
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from ground.costs import can_count, counted  # noqa: E402
from ground.driving import Script, Seen, drive  # noqa: E402
from ground.postgres import postgres  # noqa: E402
from peers import pretix  # noqa: E402
from peers.booking_subjects import (  # noqa: E402
    A_RUN,
    DAYS,
    FULL,
    FULL_CLIENTS,
    PLACES,
    READERS,
    RESIDENTS,
    UNITS,
    WORKERS,
    WRITES_EVERY,
    Figures,
    Ours,
    Subject,
    ours,
    settle,
    theirs,
)

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
        drive(subject.port, subject.calendar(90), 2, 1.5)


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
                script = subject.calendar(turn)
                measure(subject, "calendar", script, READERS, wanted.seconds, kind="read")
        print(f"   round {turn + 1} of {wanted.rounds}", flush=True)
    if wanted.only in ("", "calendar"):
        for subject in subjects:
            subject.statements = statements_of_a_page(subject)


def statements_of_a_page(subject: Subject) -> float | None:
    """Statements the server carried out for one page of the week, after a booking each (no cache holds it then).

    None where the database does not count them. The booking's own are counted apart and taken off.
    """
    if subject.counted_by is None:
        return None
    script, seen = subject.calendar(700)(0), []
    writes = [one for one in itertools.islice(script, 4 * WRITES_EVERY) if one.kind == "write"]
    page = next(one for one in subject.calendar(700)(0) if one.kind == "read")
    for write in writes:
        drive(subject.port, lambda _client, one=write: iter([one]), 1, 30)
        before = subject.counted_by()
        drive(subject.port, lambda _client: iter([page]), 1, 60)
        seen.append(subject.counted_by() - before - 1)  # 1: the question itself
    return statistics.median(seen)


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
                said = "" if subject.statements is None else f", {subject.statements:.0f} statements"
                print(f"   {subject.name}, {what}: {max(sizes):,} bytes a page{said}")
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
