"""W4: drawing 20,000 entries with five bundles each, and drawing them again from the proof; beside `matching`.

    ./mado bench draws [--entries 20000] [--items 2000] [--rounds 3] [--peer 4000] [--alone]

Ours in full: freezing (entry file and digest), the draw with its lines of runners-up, the result file, the proof, and
what a stranger's program needs to check it all (Python, and the browser's script in Node where there is one).
Then a smaller game that both can play: unit demand, one win each. `matching` (PyPI) solves it as hospitals and
residents, comparable only as that; with all hospitals ranking in the order of the draw both must come out the same,
and the bench stops where they do not. Medians over the rounds, in turns, with range.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")

from madoguchi.engines.lottery import drawing  # noqa: E402
from madoguchi.engines.lottery.drawing import Item, Rules, Ticket, Tier  # noqa: E402

PEERS = ["matching==1.4.3"]
VERIFIER = ROOT / "madoguchi" / "engines" / "lottery" / "verifier" / "verify.py"
SCRIPT = ROOT / "madoguchi" / "faces" / "portal" / "static" / "portal" / "draw-check.js"
SIGNATURE = "ab" * 48
RUN = """
import { readFileSync } from "node:fs";
import { check } from "./check.mjs";
const content = new Uint8Array(readFileSync(process.argv[2]));
const began = performance.now();
const { report } = await check(content);
process.stdout.write(JSON.stringify({ verdict: report.verdict, wall: (performance.now() - began) / 1000 }));
"""


def tickets_of(entries: int, items: int, wishes: int, bundle: int, cap: int, seed: int) -> list[Ticket]:
    rng, names = random.Random(seed), [f"c{n}.am" for n in range(items)]
    return [
        Ticket(
            drawing.new_receipt(),
            rng.choice([0, 1]),
            cap,
            tuple(tuple(rng.sample(names, rng.randint(1, bundle))) for _ in range(wishes)),
        )
        for _ in range(entries)
    ]


def proof(tickets: list[Ticket], items: int, took: dict[str, float]) -> str:
    """Everything from the frozen entries to the file that is published, each part timed."""
    inventory = [Item(f"c{n}.am", 3, f"コート{n}") for n in range(items)]
    items_text = drawing.inventory_file(inventory)
    salt = "5a" * 32
    rules = Rules(5, 2, 2, (Tier("here", "区民"), Tier("others", "ほか")), 5, 50)
    named = {
        "kind": "drand",
        "chain": "0" * 64,
        "public_key": "ab",
        "scheme": "x",
        "genesis": 1692803367,
        "period": 3,
    }
    rules_text = drawing.rules_file(
        key="bench", title="bench", about="bench:round:1", rules=rules, inventory_hash=drawing.digest(items_text),
        salt_commitment=drawing.commitment(salt), beacons=[named | {"round": 40_000_000, "until": "2028-01-01T00:00:00Z"}],
        opens_at="2026-01-01T00:00:00Z", closes_at="2026-02-01T00:00:00Z", draws_at="2026-02-02T00:00:00Z",
    )  # fmt: skip
    began = time.perf_counter()
    entries = drawing.entry_file(
        key="bench", rules_hash=drawing.digest(rules_text), inventory_hash=drawing.digest(items_text),
        frozen_at="2026-02-01T00:00:09Z", tickets=tickets,
    )  # fmt: skip
    hashed = drawing.digest(entries)
    took["freeze"] = time.perf_counter() - began
    value = hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest()
    began = time.perf_counter()
    seed = drawing.seed_of(
        entries_hash=hashed, rules_hash=drawing.digest(rules_text), salt=salt, beacon=value
    )
    drawn = drawing.draw(
        seed=seed,
        tickets=drawing.tickets_of(entries),
        capacity={one.item: 3 for one in inventory},
        runners_up=50,
    )
    result = drawing.result_file(seed=seed, drawn=drawn)
    took["draw"] = time.perf_counter() - began
    return drawing.canonical(
        {
            "format": drawing.FORMAT, "rules": rules_text, "rules_hash": drawing.digest(rules_text),
            "inventory": items_text, "inventory_hash": drawing.digest(items_text), "entries": entries,
            "entries_hash": hashed, "salt": salt, "seed": seed, "result": result, "result_hash": drawing.digest(result),
            "beacon": {"kind": "drand", "place": 0, "round": 40_000_000, "signature": SIGNATURE, "value": value},
        }
    )  # fmt: skip


def in_full(entries: int, items: int, rounds: int) -> None:
    took: dict[str, list[float]] = {}
    size = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for turn in range(rounds):
            one: dict[str, float] = {}
            content = proof(tickets_of(entries, items, 5, 2, 2, turn), items, one)
            size = len(content.encode())
            file = folder / "proof.json"
            file.write_text(content, encoding="utf-8")
            began = time.perf_counter()
            run = subprocess.run(
                [sys.executable, "-I", str(VERIFIER), "--json", str(file)],
                capture_output=True,
                text=True,
                check=True,
            )
            one["verify.py, whole process"] = time.perf_counter() - began
            if json.loads(run.stdout)["verdict"] != "match":
                raise SystemExit("verify.py does not agree")
            if shutil.which("node"):
                one["draw-check.js in Node"] = in_node(folder, file)
            for part, seconds in one.items():
                took.setdefault(part, []).append(seconds)
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{entries:,} entries × 5 bundles of up to 2, {items:,} items; proof {size / 1e6:.1f} MB")
    for part, seconds in took.items():
        print(f"  {part:26} {said(seconds)}")
    print(f"  peak: drawing {ours} MB, verifying {theirs} MB", flush=True)


def in_node(folder: Path, file: Path) -> float:
    (folder / "check.mjs").write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "run.mjs").write_text(RUN, encoding="utf-8")
    run = subprocess.run(
        ["node", str(folder / "run.mjs"), str(file)], capture_output=True, text=True, check=True
    )
    answer = json.loads(run.stdout)
    if answer["verdict"] != "match":
        raise SystemExit("draw-check.js does not agree")
    return float(answer["wall"])


def beside(entries: int, rounds: int) -> None:
    """The game both can play: five wishes for one thing each, one win."""
    items = max(entries // 10, 10)
    ours: list[float] = []
    theirs: list[float] = []
    peak = 0
    for turn in range(rounds):
        tickets = tickets_of(entries, items, 5, 1, 1, turn)
        capacity = {f"c{n}.am": 3 for n in range(items)}
        tickets = [Ticket(one.receipt, 0, 1, tuple(dict.fromkeys(one.wishes))) for one in tickets]
        began = time.process_time()
        drawn = drawing.draw(seed="11" * 32, tickets=tickets, capacity=capacity, runners_up=50)
        ours.append(time.process_time() - began)
        asked = {
            "residents": {one.receipt: [wish[0] for wish in one.wishes] for one in tickets},
            "order": drawn.order,
            "capacity": capacity,
        }
        run = subprocess.run(
            [str(peers_python()), str(ROOT / "bench" / "peers" / "hospital.py")],
            input=json.dumps(asked), capture_output=True, text=True, check=True,
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(run.stdout)
        if answer["won"] != {win.receipt: win.items[0] for win in drawn.wins}:
            raise SystemExit("the two do not come out the same")
        theirs.append(answer["cpu"])
        peak = max(peak, answer["peak"])
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    print(
        f"{entries:,} entries × 5 single wishes, {items:,} items of 3: the same {len(drawn.wins):,} wins in both"
    )
    print(f"  ours (CPU)                 {said(ours)}")
    print(f"  matching, HR only (CPU)    {said(theirs)}  {ratio:,.0f}×  {peak} MB")


def said(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):7.3f} s  ({min(seconds):.3f} to {max(seconds):.3f})"


def peers_python() -> Path:
    """The peer's own environment, made at the first run."""
    folder = Path(os.environ.get("MADO_VAR", ROOT / "var")) / "bench" / "draws"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEERS], check=True)
        (folder / "ready").touch()
    return python


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--items", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", type=int, default=4_000, help="entries of the game beside `matching`")
    parser.add_argument("--alone", action="store_true", help="without the peer")
    given = parser.parse_args()
    in_full(given.entries, given.items, given.rounds)
    if not given.alone:
        beside(given.peer, given.rounds)


if __name__ == "__main__":
    main()
