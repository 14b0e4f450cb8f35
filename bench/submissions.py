"""A claim over HTTP from the first question to the receipt number, by eight people at once, as the cases pile up.

    ./mado bench submissions [--database sqlite|postgres] [--cases 1000,100000,1000000] [--rounds 5] [--seconds 8]

Steps: draft → three saves → two files → submit. Every answer is read by its rules, every file judged, redrawn and
sealed, every step audited and repeatable by its Idempotency-Key. One database for each number of cases, measured
in turns; printed are submissions a second, p50 and p99 of one whole errand, and the cost beside the smallest.
Seconds of a shared machine say nothing alone: the ratio does.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

CLIENTS = 8
RESIDENTS = 25  # for each client: nobody applies a hundred times a minute
PORT = 8790


class Peer(Protocol):
    """What is measured: one errand, in steps that each are one request."""

    def draft(self) -> None: ...
    def save_applicant(self) -> None: ...
    def save_children(self) -> None: ...
    def save_account(self) -> None: ...
    def attach(self, number: int) -> None: ...
    def submit(self) -> str: ...


def errand(peer: Peer) -> None:
    peer.draft()
    peer.save_applicant()
    peer.save_children()
    peer.save_account()
    peer.attach(0)
    peer.attach(1)
    peer.submit()


@dataclass
class City:
    """One installation with its own data and so many cases in it."""

    cases: int
    env: dict[str, str]
    tokens: list[str] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=dict)


# ------------------------------------------------------------------ the city, in a process of its own


def lay(cases: int) -> None:
    """Pack, people with their tokens, and the cases. Prints the tokens."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    import seeding

    from madoguchi.engines.procedures import services as procedures
    from madoguchi.engines.procedures.tests import make
    from madoguchi.kernel.access import scopes, services
    from madoguchi.kernel.refs import SYSTEM

    make.publish_canonical()
    app, _secret = services.add_client(
        name="bench",
        redirect_uris=["https://bench.invalid/"],
        scopes_=scopes.KEYS,
        by=SYSTEM,
        is_public=True,
    )
    tokens = []
    for number in range(CLIENTS * RESIDENTS):
        who = make.resident(f"bench-{number}")
        grant = services.connect(client=app, asked=scopes.KEYS, by=who)
        tokens.append(services.issue_pair(grant=grant, asked=scopes.KEYS, by=who).access)

    def one() -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile
        from peers.ours import PICTURE

        who = make.resident("mould")
        draft = make.answer_all(make.draft_of(who), who, make.ANSWERS | ANSWERS_OF_MOULD)
        for paper in queries.draft_for(who, draft.pk).papers.needed:
            upload = SimpleUploadedFile("paper.png", PICTURE)
            procedures.attach(
                draft=draft, document=paper.document.id, upload=upload, name="paper.png", by=who
            )
        procedures.submit(draft=draft, by=who)

    from madoguchi.engines.procedures import queries

    rows = seeding.mould(one)
    seeding.cast(rows, 0, cases)
    print(json.dumps({"tokens": tokens, "rows": len(rows)}))


# Beside the tests' own answers: who moved in hands in two papers.
ANSWERS_OF_MOULD: dict[str, dict[str, str]] = {"event": {"value": "move_in"}}


# ------------------------------------------------------------------ driving


def drive(port: int, tokens: list[str], until: float, answer: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    """One person after another, until time is up. Tells how long each errand and each step took."""
    from peers.ours import Claim, Refused

    took: list[float] = []
    steps: dict[str, list[float]] = {}
    turn = 0
    try:
        while time.monotonic() < until:
            peer = Timed(Claim(port, tokens[turn % len(tokens)]), steps)
            began = time.monotonic()
            errand(peer)
            took.append(time.monotonic() - began)
            turn += 1
    except (Refused, OSError, HTTPException) as error:  # a refused step is told, not hidden
        answer.put((took, steps, repr(error)))
        return
    answer.put((took, steps, ""))


class Timed:
    """The peer, with a watch on each step."""

    def __init__(self, peer: Peer, steps: dict[str, list[float]]) -> None:
        self.peer, self.steps = peer, steps

    def __getattr__(self, name: str):  # type: ignore[no-untyped-def]
        verb = getattr(self.peer, name)

        def timed(*args: object) -> object:
            began = time.monotonic()
            try:
                return verb(*args)
            finally:
                self.steps.setdefault(name, []).append(time.monotonic() - began)

        return timed


@contextmanager
def serving(city: City, port: int) -> Iterator[None]:
    from madoguchi.faces.cli.running import web_command

    log = Path(city.env["MADO_VAR"]) / "web.log"
    with log.open("ab") as out:
        web = subprocess.Popen(web_command(port), env=city.env, cwd=ROOT, stdout=out, stderr=out)
    try:
        wait_for(port)
        yield
    finally:
        web.terminate()
        web.wait(30)


def wait_for(port: int) -> None:
    import urllib.request

    for _try in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/procedures", timeout=10).read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server does not answer")


def measure(city: City, port: int, seconds: float) -> None:
    answers: multiprocessing.Queue = multiprocessing.Queue()  # type: ignore[type-arg]
    with serving(city, port):
        warm: multiprocessing.Queue = multiprocessing.Queue()  # type: ignore[type-arg]
        drive(port, city.tokens[:1], time.monotonic() + 1, warm)
        began = time.monotonic()
        people = [
            multiprocessing.Process(
                target=drive, args=(port, city.tokens[n::CLIENTS], began + seconds, answers)
            )
            for n in range(CLIENTS)
        ]
        for one in people:
            one.start()
        told = [answers.get() for _one in people]
        for one in people:
            one.join()
        lasted = time.monotonic() - began
    for _took, _steps, error in told:
        if error:
            raise SystemExit(error)
    took = [each for many, _steps, _error in told for each in many]
    city.rates.append(len(took) / lasted)
    city.took += took
    for _took, steps, _error in told:
        for name, many in steps.items():
            city.steps.setdefault(name, []).extend(many)


# ------------------------------------------------------------------ all together


def prepared(cases: int, database: str, folder: Path) -> City:
    env = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'bench'}",
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
        "MADO_VAR": str(folder),
        "MADO_FACES": "portal,api",
        "MADO_DEMO": "1",
        "MADO_PLAIN_STATIC": "1",
        "MADO_API_PER_MINUTE": "1000000",
    }
    if database:
        env["MADO_DATABASE"] = database
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, __file__, "--lay", str(cases)],
        env=env, cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if run.returncode:
        raise SystemExit(run.stderr[-3000:])
    said = json.loads(run.stdout.splitlines()[-1])
    print(
        f"  {cases:>9,} cases laid in {time.monotonic() - began:.0f} s ({said['rows']} rows each)", flush=True
    )
    return City(cases, env, said["tokens"])


def report(cities: list[City]) -> None:
    least = cities[0]
    print(f"{'cases':>10} {'a second':>22} {'p50 ms':>8} {'p99 ms':>8} {'cost':>6}")
    for city in cities:
        # In turns: each round beside the same round of the smallest, so that a slow minute hits both.
        cost = statistics.median(a / b for a, b in zip(least.rates, city.rates, strict=True))
        cuts = statistics.quantiles(city.took, n=100)
        rate = f"{statistics.median(city.rates):.2f} [{min(city.rates):.2f}–{max(city.rates):.2f}]"
        print(f"{city.cases:>10,} {rate:>22} {cuts[49] * 1000:>8.0f} {cuts[98] * 1000:>8.0f} {cost:>5.2f}×")
    print("median ms of a step: " + "; ".join(
        f"{city.cases:,}: " + ", ".join(f"{n} {statistics.median(m) * 1000:.0f}" for n, m in city.steps.items())
        for city in cities
    ))  # fmt: skip


def bench(database: str, sizes: list[int], rounds: int, seconds: float) -> None:
    print(f"── {database}: draft → 3 saves → 2 files → submit, {CLIENTS} clients", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-bench-")))
        server = None
        if database == "postgres":
            from postgres import postgres

            server = stack.enter_context(postgres())
        cities = []
        for size in sizes:
            address = server.create(f"city{size}") if server else ""
            cities.append(prepared(size, address, folder / str(size)))
        for turn in range(rounds):
            order = cities if turn % 2 == 0 else cities[::-1]
            for city in order:
                measure(city, PORT, seconds)
        report(cities)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lay", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--cases", default="1000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8)
    wanted = parser.parse_args()
    if wanted.lay is not None:
        lay(wanted.lay)
        return
    sizes = [int(one) for one in wanted.cases.split(",")]
    for database in wanted.database or ["sqlite", "postgres"]:
        bench(database, sizes, wanted.rounds, wanted.seconds)


if __name__ == "__main__":
    main()
