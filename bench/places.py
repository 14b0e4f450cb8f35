"""A crowd of processes fights for places, cells and numbers while the plug is pulled on them: nothing is given twice.

    ./mado bench places [--database sqlite|postgres] [--processes 2,16,64] [--seconds 20] [--every 0.3] [--seed N]

So many processes (`ground/crowd.py`) hold, book, confirm, cancel, let lapse, stand in line, take the court or half of
it, take numbers at the counters and call them, all at random. Every `--every` seconds one of them is killed with SIGKILL,
whatever it is doing, and another takes its place. Then the city recovers as its worker would, and everything promised is
counted (`ground/balance.py`): taken = Σ bookings ≤ capacity; each cell once; what was answered has one row, and no row
went unanswered but by a kill; no hold outlives its end; the line is served in its order; numbers without gap or twin;
one desk for each number called. It measures nothing but what is broken, of which there must be nothing: otherwise it
ends with 1. Peer: none; pretix' own test of this kind covers its orders on PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from ground import balance, crowd  # noqa: E402
from ground.processes import at_once, forked  # noqa: E402


@dataclass
class Watch:
    """Who is there, and what they told."""

    told: list[dict[str, Any]] = field(default_factory=list)
    pipes: dict[int, tuple[int, int, bytes]] = field(
        default_factory=dict
    )  # fd -> (pid, number, what was cut)
    here: set[int] = field(default_factory=set)  # fds of those who have begun
    kills: int = 0

    def send(self, world: crowd.World, number: int, seed: int) -> None:
        def work(tell: Any) -> None:
            for reading in self.pipes:  # the ends its siblings read from are not its own
                os.close(reading)
            crowd.Member(world, number, seed, tell).go()

        pid, reading = forked(work)
        self.pipes[reading] = (pid, number, b"")

    def listen(self, seconds: float) -> None:
        """Hear whatever is said within so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not self.pipes:
                return
            for reading in select.select(list(self.pipes), [], [], left)[0]:
                self._hear(reading)

    def _hear(self, reading: int) -> None:
        pid, number, cut = self.pipes[reading]
        said = os.read(reading, 1 << 16)
        if not said:
            os.close(reading)
            del self.pipes[reading]
            self.here.discard(reading)
            os.waitpid(pid, 0)
            return
        *whole, cut = (cut + said).split(b"\n")
        self.here.add(reading)
        self.told += [json.loads(line) for line in whole]
        self.pipes[reading] = (pid, number, cut)

    def kill(self, dice: random.Random) -> int | None:
        """Pull the plug on one who is at it; returns whose it was. What it had said by then is heard."""
        if not self.here:
            return None
        reading = dice.choice(sorted(self.here))
        pid, number, _cut = self.pipes[reading]
        os.kill(pid, signal.SIGKILL)
        self.kills += 1
        while reading in self.pipes:
            self._hear(reading)
        return number

    def send_home(self) -> None:
        for pid, _number, _cut in self.pipes.values():
            os.kill(pid, signal.SIGTERM)
        self.listen(60)
        for pid, _number, _cut in self.pipes.values():
            os.kill(pid, signal.SIGKILL)


def city(folder: Path, database: str) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="madoguchi.config.settings",
        MADO_VAR=str(folder),
        MADO_DATABASE=database or f"sqlite:///{folder / 'madoguchi.sqlite3'}",
        MADO_DEMO="1",
        MADO_PLAIN_STATIC="1",
        MADO_LOG="ERROR",
        PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'bench'}",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fight(world: crowd.World, processes: int, seconds: float, every: float, seed: int) -> Watch:
    """So many processes for so long, one killed and replaced every so often."""
    from django.db import connections

    connections.close_all()
    watch, dice = Watch(), random.Random(seed)
    for number in range(processes):
        watch.send(world, number, seed * 1000 + number)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        watch.listen(dice.uniform(0.5, 1.5) * every)
        number = watch.kill(dice)
        if number is not None:
            watch.send(world, number, dice.randrange(1 << 30))
    watch.send_home()
    return watch


def run(database: str, processes: int, wanted: argparse.Namespace) -> int:
    """One fight on one database of its own; returns how many promises it broke."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-places-")))
        address = ""
        if database == "postgres":
            from ground.postgres import postgres

            address = stack.enter_context(postgres()).create("city")
        city(folder, address)
        world = crowd.lay(processes)
        watch = fight(world, processes, wanted.seconds, wanted.every, wanted.seed)
        at_once(balance.recover)
        wrong: list[str] = at_once(lambda: balance.broken(watch.told, watch.kills))
        faults = [one["said"] for one in watch.told if one["what"] == "broke"]
    acts = Counter(one["what"] for one in watch.told)
    refused = Counter(one["code"] for one in watch.told if one["what"] == "refused")
    print(
        f"{database:>9} {processes:>10} {watch.kills:>6} {acts['made']:>7} {acts['confirmed']:>10} {acts['ended']:>10} "
        f"{acts['waits']:>6} {acts['ticket']:>8} {acts['called']:>7} {refused.total():>8} {len(faults):>7} {len(wrong):>7}",
        flush=True,
    )
    for one in [*wrong[:20], *faults[:5]]:
        print(f"   BROKEN: {one}", flush=True)
    return len(wrong) + len(faults)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=["sqlite", "postgres"])
    parser.add_argument("--processes", default="2,16,64")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--every", type=float, default=0.3, help="seconds between two kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.one:
        return min(run(wanted.database, int(wanted.processes), wanted), 1)
    print(
        f"{'':>9} {'processes':>10} {'kills':>6} {'booked':>7} {'confirmed':>10} {'given back':>10} {'lines':>6} "
        f"{'tickets':>8} {'called':>7} {'refused':>8} {'faults':>7} {'broken':>7}",
        flush=True,
    )
    # One process for each: settings are read once.
    codes = [
        subprocess.run(
            [sys.executable, __file__, "--one", "--database", one, "--processes", many, "--seed", str(wanted.seed),
             "--seconds", str(wanted.seconds), "--every", str(wanted.every)],
            check=False,
        ).returncode
        for one in ([wanted.database] if wanted.database else ["sqlite", "postgres"])
        for many in wanted.processes.split(",")
    ]  # fmt: skip
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
