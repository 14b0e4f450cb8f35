"""A claim over HTTP from the first question to the receipt number, by eight people at once, as the cases pile up.

    ./mado bench submissions [--database sqlite|postgres] [--cases 1000,100000,1000000] [--rounds 5] [--seconds 8]
                             [--alone]

Steps: draft → three saves → two files → submit. Every answer is read by its rules, every file judged, redrawn and
sealed, every step audited and repeatable by its Idempotency-Key. One database for each number of cases, measured
in turns; printed are submissions a second, p50 and p99 of one whole errand, and the cost beside the smallest.
On PostgreSQL, Caluma does the same errand in the same rounds on the same server, with as many processes (`--alone`
leaves it out); `peers/caluma.py` says what it is spared. Seconds of a shared machine say nothing alone: the ratio
does.
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
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from ground.postgres import Server, postgres  # noqa: E402
from peers.caluma import wait_for  # noqa: E402

CLIENTS = 8
RESIDENTS = 25  # for each client: nobody applies a hundred times a minute
PORT, CALUMA_PORT = 8790, 8791


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
class Figures:
    """What was seen of somebody: errands a second by round, seconds of each errand and of each step."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=dict)


@dataclass
class City:
    """One installation of ours with its own data and so many cases in it."""

    cases: int
    env: dict[str, str]
    tokens: list[str]
    seen: Figures = field(default_factory=Figures)

    @property
    def name(self) -> str:
        return f"{self.cases:,}"

    @contextmanager
    def serving(self) -> Iterator[None]:
        from madoguchi.faces.cli.running import web_command

        log = Path(self.env["MADO_VAR"]) / "web.log"
        with log.open("ab") as out:
            web = subprocess.Popen(web_command(PORT), env=self.env, cwd=ROOT, stdout=out, stderr=out)
        try:
            wait_for(f"http://127.0.0.1:{PORT}/api/v1/procedures")
            yield
        finally:
            web.terminate()
            web.wait(30)

    def person(self, client: int) -> Callable[[int], Peer]:
        """Whoever stands at this client, turn by turn: everybody is another resident."""
        from peers.ours import Claim

        tokens = self.tokens[client::CLIENTS]
        return lambda turn: Claim(PORT, tokens[turn % len(tokens)])


@dataclass
class Caluma:
    """The peer, open for the whole bench on the same server."""

    seen: Figures = field(default_factory=Figures)
    name: str = "Caluma"

    @contextmanager
    def serving(self) -> Iterator[None]:
        yield

    def person(self, client: int) -> Callable[[int], Peer]:
        from peers.caluma import Claim

        return lambda turn: Claim(CALUMA_PORT)


# ------------------------------------------------------------------ the city, in a process of its own


def lay(cases: int) -> None:
    """Pack, people with their tokens, and the cases. Prints the tokens."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from ground import seeding

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


def drive(person: Callable[[int], Peer], until: float, answer: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    """One errand after another, until time is up. Tells how long each errand and each step took."""
    took: list[float] = []
    steps: dict[str, list[float]] = {}
    turn = 0
    try:
        while time.monotonic() < until:
            peer = Timed(person(turn), steps)
            began = time.monotonic()
            errand(peer)
            took.append(time.monotonic() - began)
            turn += 1
    except (OSError, RuntimeError, ValueError, HTTPException) as error:  # a refused step is told, not hidden
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


def measure(subject: City | Caluma, seconds: float) -> None:
    answers: multiprocessing.Queue = multiprocessing.Queue()  # type: ignore[type-arg]
    with subject.serving():
        drive(subject.person(0), time.monotonic() + 1, multiprocessing.Queue())  # warm
        began = time.monotonic()
        people = [
            multiprocessing.Process(target=drive, args=(subject.person(n), began + seconds, answers))
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
            raise SystemExit(f"{subject.name}: {error}")
    took = [each for many, _steps, _error in told for each in many]
    subject.seen.rates.append(len(took) / lasted)
    subject.seen.took += took
    for _took, steps, _error in told:
        for name, many in steps.items():
            subject.seen.steps.setdefault(name, []).extend(many)


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


def report(subjects: list[City | Caluma]) -> None:
    least = subjects[0].seen
    print(f"{'cases':>10} {'a second':>22} {'p50 ms':>8} {'p99 ms':>8} {'cost':>6}")
    for subject in subjects:
        seen = subject.seen
        # In turns: each round beside the same round of the smallest, so that a slow minute hits both.
        cost = statistics.median(a / b for a, b in zip(least.rates, seen.rates, strict=True))
        cuts = statistics.quantiles(seen.took, n=100)
        rate = f"{statistics.median(seen.rates):.2f} [{min(seen.rates):.2f}–{max(seen.rates):.2f}]"
        print(f"{subject.name:>10} {rate:>22} {cuts[49] * 1000:>8.0f} {cuts[98] * 1000:>8.0f} {cost:>5.2f}×")
    print("median ms of a step:")
    for subject in subjects:
        steps = ", ".join(f"{n} {statistics.median(m) * 1000:.0f}" for n, m in subject.seen.steps.items())
        print(f"  {subject.name}: {steps}")


def bench(database: str, sizes: list[int], rounds: int, seconds: float, alone: bool) -> None:
    print(f"── {database}: draft → 3 saves → 2 files → submit, {CLIENTS} clients", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-bench-")))
        server = stack.enter_context(postgres()) if database == "postgres" else None
        subjects: list[City | Caluma] = []
        for size in sizes:
            address = server.create(f"city{size}") if server else ""
            subjects.append(prepared(size, address, folder / str(size)))
        if server and not alone:
            subjects.append(stack.enter_context(caluma_beside(server)))
        for turn in range(rounds):
            for subject in subjects if turn % 2 == 0 else subjects[::-1]:
                measure(subject, seconds)
        report(subjects)


@contextmanager
def caluma_beside(server: Server) -> Iterator[Caluma]:
    """Caluma on a database of its own, with the form set up, and shown to refuse what is incomplete."""
    from peers import caluma

    server.create("caluma")
    where = {"name": "caluma", "user": "bench", "host": str(server.socket)}
    folder = ROOT / "var" / "bench" / "caluma"
    workers = int(os.environ.get("MADO_WORKERS", "2"))
    with caluma.running(
        folder=folder, database=where, port=CALUMA_PORT, store_port=CALUMA_PORT + 1, workers=workers
    ):
        caluma.set_up(HTTPConnection("127.0.0.1", CALUMA_PORT, timeout=60))
        empty = caluma.Claim(CALUMA_PORT)
        empty.draft()
        try:
            empty.submit()
        except caluma.Refused:
            yield Caluma()
            return
        raise SystemExit("Caluma took an empty claim: its validation is off, and nothing would be compared")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lay", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--cases", default="1000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--alone", action="store_true", help="without the peer")
    wanted = parser.parse_args()
    if wanted.lay is not None:
        lay(wanted.lay)
        return
    sizes = [int(one) for one in wanted.cases.split(",")]
    for database in wanted.database or ["sqlite", "postgres"]:
        bench(database, sizes, wanted.rounds, wanted.seconds, wanted.alone)


if __name__ == "__main__":
    main()
