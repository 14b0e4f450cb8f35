"""The plug is pulled at a random moment, hundreds of times: nothing accepted is lost, and nothing is there twice.

    ./mado bench kills [--database sqlite|postgres] [--kills 200] [--seed N] [--only ACT]

Each round a process of its own walks one claim through (`ground/errand.py`) and is killed with SIGKILL in one of six
acts, all as often: upload, submit, decide, letter, send, erase. Every fourth time the clock says when; otherwise it
is right before one of the moments of that act (`ground/moments.py`), in the gap between two lasting ones that was hit
least so far, up to the gap after the answer. What it had been answered by then it had written to a pipe. Then the city
recovers as it would by itself twenty minutes later (jobs whose worker died, reconcilers, sweepers), the rest of the
errand is done again by a person who does not know how far it came, and everything promised is looked at, both times
(`ground/promises.py`). Peer: none; no other system was found that says what it promises here. Prints for each act how
many kills fell between which moments, and every broken promise; ends with 1 when there is any.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from ground import promises  # noqa: E402
from ground.errand import ERASE, SEND, TARGETS, UPLOAD, Claim, Resident, recover, walk  # noqa: E402
from ground.moments import Aim, Trace  # noqa: E402
from ground.processes import at_once, forked, lines  # noqa: E402

ALSO_ERASED = 3  # one of so many claims that were cut before is erased at its end
BY_THE_CLOCK = 4  # one of so many kills
OVERSHOOT = 1.2


@dataclass
class Known:
    """What the acts look like here, from one errand nobody disturbs."""

    seconds: dict[str, float] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)

    def __str__(self) -> str:
        return ", ".join(
            f"{act} {seconds * 1000:.0f} ms"
            for act, seconds in self.seconds.items()
            if act.partition(".")[0] in TARGETS
        )


def harmless(gap: str) -> int:
    """Which gaps come first: rows and bytes not of one mind, then whatever is committed, last where nothing is yet."""
    return 0 if "bytes" in gap else 2 if gap.startswith("begin") else 1


@dataclass
class Kills:
    """Where the plug is pulled next, and where it was."""

    known: Known
    dice: random.Random
    only: str = ""
    bag: list[str] = field(default_factory=list)
    fell: dict[str, Counter[str]] = field(default_factory=dict)
    number: int = 0

    def next_aim(self) -> Aim:
        """Every act as often as any other, in no order; in it by the clock, or in the gap that was hit least."""
        self.number += 1
        if not self.bag:
            self.bag = [self.only] * len(TARGETS) if self.only else self.dice.sample(TARGETS, len(TARGETS))
        kind = self.bag.pop()
        act = f"{UPLOAD}.{self.dice.randrange(2)}" if kind == UPLOAD else kind
        if self.number % BY_THE_CLOCK == 0:
            return Aim(act, seconds=self.dice.uniform(0, OVERSHOOT * self.known.seconds[act]))
        gaps = self.known.traces[act].gaps()
        hit = self.fell.get(kind, Counter())
        gap = min(gaps, key=lambda gap: (hit[gap], harmless(gap), self.dice.random()))
        return Aim(act, moment=self.dice.choice(gaps[gap]))

    def note(self, claim: Claim) -> str:
        """Where it was found dead, by what it had told: in the act it began last, or after its answer."""
        act = claim.stopped_in
        gap = self.known.traces[act].gap_after(claim.moments)
        self.fell.setdefault(act.partition(".")[0], Counter())[gap] += 1
        return f"{act}: {gap}"

    def told(self) -> list[str]:
        """One line for each act: kills, gaps hit of gaps there are, and how often each."""
        said = []
        for kind in sorted(self.fell, key=lambda kind: (kind not in TARGETS, -self.fell[kind].total())):
            hit, gaps = self.fell[kind], self._gaps(kind)
            where = "; ".join(f"{gap} {hit[gap]}" for gap in dict.fromkeys([*gaps, *hit]))
            met = sum(1 for gap in gaps if hit[gap])
            said.append(f"{kind}: {hit.total()} kills, {met} of {len(gaps)} gaps hit: {where}")
        return said

    def _gaps(self, kind: str) -> list[str]:
        found = [trace.gaps() for act, trace in self.known.traces.items() if act.partition(".")[0] == kind]
        return list(dict.fromkeys(gap for gaps in found for gap in gaps))


def cut(claim: Claim, aim: Aim | None = None) -> None:
    """Walk the claim in a child from where it stands, and kill it where it was aimed at."""
    pid, reading = forked(lambda tell: walk(claim, tell, aim))
    waits = aim is not None and aim.seconds >= 0
    for line in lines(reading):
        if line["what"] == "broke":
            claim.broken.append(line["said"])
            break
        claim.hear(line)
        if waits and aim and line["what"] == "begin" and line["act"] == aim.act:
            time.sleep(aim.seconds)
            os.kill(pid, signal.SIGKILL)
            waits = False
    os.waitpid(pid, 0)


def undisturbed(claim: Claim) -> Known:
    """How long each act takes here and what moments it has."""
    known = Known()
    pid, reading = forked(lambda tell: walk(claim, tell))
    began = 0.0
    for line in lines(reading):
        if line["what"] == "broke":
            raise SystemExit(line["said"])
        claim.hear(line)
        if line["what"] == "begin":
            began = time.monotonic()
        elif line["what"] == "done":
            known.seconds[line["act"]] = time.monotonic() - began
            known.traces[line["act"]] = Trace(claim.moments)
    os.waitpid(pid, 0)
    return known


def afterwards(claim: Claim) -> list[str]:
    """The city recovers, the person comes back; what is broken of that claim, after the one and after the other."""
    at_once(recover)
    wrong: list[str] = at_once(lambda: promises.of_claim(claim))
    cut(claim)
    at_once(recover)
    wrong += [*claim.broken, *at_once(lambda: promises.of_claim(claim))]
    if SEND not in claim.done:
        wrong.append(f"claim {claim.number} could not be finished afterwards")
    return wrong


def city(folder: Path, database: str) -> list[str]:
    """The procedure, two members of staff, and residents with their tokens."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="madoguchi.config.settings",
        MADO_VAR=str(folder),
        MADO_DATABASE=database or f"sqlite:///{folder / 'madoguchi.sqlite3'}",
        MADO_FACES="portal,desk,api",
        MADO_DEMO="1",
        MADO_PLAIN_STATIC="1",
        MADO_HOSTS="testserver",
        MADO_API_PER_MINUTE="1000000",
        MADO_LOG="ERROR",
        MADO_EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'bench'}",
    )
    laid = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "submissions.py"), "--lay", "0"],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if laid.returncode:
        raise SystemExit(laid.stderr[-3000:])
    tokens: list[str] = json.loads(laid.stdout.splitlines()[-1])["tokens"]
    (folder / "static").mkdir(exist_ok=True)
    import django

    django.setup()
    return tokens


def open_city(token: str) -> None:
    """Two members of staff begin, and everything that every child would wake up first is woken up once.

    A cut by the clock would fall into that, where nothing is lost. Nothing is drawn here: that starts threads, which
    no fork takes along.
    """
    from django.db import connections

    from madoguchi.engines.procedures.tests import make

    make.clerk("sato")
    make.head("ogawa")
    connections.close_all()
    at_once(recover)
    recover()
    claim = Claim(-1, token)
    resident = Resident(claim)
    draft = claim.done["draft"] = resident.begin()
    resident.answer(draft)
    resident.documents(draft)
    promises.of_claim(claim)
    connections.close_all()


def run(database: str, kills: int, seed: int, only: str) -> int:
    """So many kills on one database; returns how many promises were broken."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-kills-")))
        address = ""
        if database == "postgres":
            from madoguchi.faces.cli.testing import postgres

            address = stack.enter_context(postgres())
        tokens = city(folder, address)
        open_city(tokens[0])
        known = undisturbed(Claim(0, tokens[0], is_erased=True))
        print(f"── {database}: {kills} kills, seed {seed}; {known}", flush=True)
        plan, broken = Kills(known, random.Random(seed), only), 0
        for number in range(1, kills + 1):
            aim = plan.next_aim()
            is_erased = aim.act == ERASE or number % ALSO_ERASED == 0
            claim = Claim(number, tokens[number % len(tokens)], is_erased)
            cut(claim, aim)
            where = plan.note(claim)
            broken += shown(afterwards(claim), f"kill {number}, {where}")
        broken += shown(at_once(promises.of_city), f"the city after {kills} kills")
    for line in plan.told():
        print(f"   {line}")
    print(f"   {broken} broken promises")
    return broken


def shown(wrong: list[str], when: str) -> int:
    """Told at once: whoever waits for the rest may look already."""
    for promise in wrong:
        print(f"   BROKEN ({when}): {promise}", flush=True)
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=TARGETS, default="", help="cut in this act alone")
    wanted = parser.parse_args()
    if wanted.database:
        return min(run(wanted.database, wanted.kills, wanted.seed, wanted.only), 1)
    # One process for each: settings are read once.
    codes = [
        subprocess.run([sys.executable, __file__, "--database", one, *sys.argv[1:]], check=False).returncode
        for one in ("sqlite", "postgres")
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
