"""Near-duplicate opinions: ours beside datasketch (MinHash LSH) and scikit-learn (TF-IDF cosine), all with all.

    ./mado bench opinions [--number 10000] [--rounds 3] [--seed 11] [--alone]

Texts with planted copies (`ground/opinions.py`): courtesies, widths, particles, order, sentences added or dropped,
slips, synonyms; and neighbours that say something else of the same matter. The threshold of each, ours too, is the best
on another seed (`TUNED`) at the same number; then each stands once a round, in turns, on the seed that is measured.
Printed: precision, recall and F1 of the pairs, seconds of one CPU and of the clock, and the ratio of ours to each.
What the city really shows (`suggest`, at its own threshold, in groups) is a line of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from ground.opinions import opinions  # noqa: E402

from madoguchi.engines.consultation.grouping import normal, suggest  # noqa: E402
from madoguchi.engines.consultation.grouping.suggesting import _pairs  # noqa: E402

PEERS = ["datasketch==2.0.0", "scikit-learn==1.9.1"]
TUNED = 3
Pairs = Sequence[tuple[int, int, float]]


@dataclass
class Way:
    """One way of finding pairs, with its lowest threshold worth asking for and the one it is measured at."""

    name: str
    find: Callable[[list[str], float], dict[str, Any]]
    lowest: float
    least: float = 0.0
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)


def ours(texts: list[str], least: float) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    pairs = _pairs(texts, least)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "pairs": pairs,
    }


class Peer:
    """A peer in a process of its own, so that its memory is its own."""

    def __init__(self, by: str, size: int) -> None:
        self.by, self.size = by, size

    def __call__(self, texts: list[str], least: float) -> dict[str, Any]:
        asked = json.dumps({"by": self.by, "texts": texts, "least": least, "size": self.size})
        run = subprocess.run(
            [str(peers_python()), str(ROOT / "bench" / "peers" / "alike.py")],
            input=asked, capture_output=True, text=True, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(run.stdout)
        return answer


def peers_python() -> Path:
    """The peers' own environment, made at the first run."""
    folder = Path(os.environ.get("MADO_VAR", ROOT / "var")) / "bench" / "opinions"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEERS], check=True)
        (folder / "ready").touch()
    return python


def planted(truth: Sequence[int]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(truth).values())


def best(pairs: Pairs, truth: Sequence[int]) -> float:
    """The threshold at which F1 is highest."""
    every, right, highest, threshold = planted(truth), 0, 0.0, 1.0
    for place, (one, other, near) in enumerate(sorted(pairs, key=lambda pair: -pair[2]), 1):
        right += truth[one] == truth[other]
        if (f1 := 2 * right / (place + every)) > highest:
            highest, threshold = f1, near
    return threshold


def judged(found: int, right: int, truth: Sequence[int]) -> str:
    every = planted(truth)
    return f"F1 {2 * right / (found + every):.3f}  precision {right / max(found, 1):.3f}  recall {right / every:.3f}"


def bench(number: int, rounds: int, seed: int, alone: bool) -> None:
    ways = [Way("ours", ours, 0.5)]
    if not alone:
        ways += [
            Way("datasketch, 5 signs", Peer("datasketch", 5), 0.3),
            Way("datasketch, 3 signs", Peer("datasketch", 3), 0.35),
            Way("scikit-learn, 2 signs", Peer("sklearn", 2), 0.55),
            Way("scikit-learn, 3 signs", Peer("sklearn", 3), 0.5),
        ]
    texts, truth = opinions(number, seed=TUNED)
    plain = [normal(text) for text in texts]
    for way in ways:
        way.least = best(way.find(plain, way.lowest)["pairs"], truth)
    texts, truth = opinions(number, seed=seed)
    plain = [normal(text) for text in texts]
    print(
        f"{number:,} opinions, {planted(truth):,} planted pairs, seed {seed} (tuned on {TUNED})", flush=True
    )
    for turn in range(rounds):
        for way in ways if turn % 2 == 0 else ways[::-1]:
            way.last = way.find(plain, way.least)
            way.cpu.append(way.last["cpu"])
            way.wall.append(way.last["wall"])
    for way in ways:
        right = sum(truth[one] == truth[other] for one, other, _near in way.last["pairs"])
        ratio = statistics.median(a / b for a, b in zip(way.cpu, ways[0].cpu, strict=True))
        print(
            f"{way.name:22} {judged(len(way.last['pairs']), right, truth)}  CPU {statistics.median(way.cpu):6.1f} s"
            f"  clock {statistics.median(way.wall):6.1f} s  {ratio:5.2f}×  {way.last['peak']} MB  at {way.least:.2f}"
        )
    cpu = time.process_time()
    groups = [group.members for group in suggest(texts)]
    cpu = time.process_time() - cpu
    found = sum(len(members) * (len(members) - 1) // 2 for members in groups)
    right = sum(planted([truth[place] for place in members]) for members in groups)
    print(
        f"{'suggest, in groups':22} {judged(found, right, truth)}  CPU {cpu:6.1f} s  {len(groups):,} groups"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--alone", action="store_true", help="without the peers")
    given = parser.parse_args()
    bench(given.number, given.rounds, given.seed, given.alone)


if __name__ == "__main__":
    main()
