"""A form of 300 questions and 65 conditions, checked whole: ours beside jsonschema, and beside json-logic.

    ./mado bench validation

Peers run in a virtual environment of their own under var/bench/, in a process of their own, each compiled once
and warm. Before anything is timed, all three must name the very same faults in the very same answers. Printed are
the medians of rounds made in turns, and the ratios; seconds of a shared machine say nothing alone.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")

PEERS = ("jsonschema==4.25.1", "json-logic-qubit==0.9.1")
QUESTIONS, CONDITIONS, SHEETS = 300, 65, 40
ROUNDS, TURNS = 9, 3
ABOUT = {"ground": "bench", "keep": "case", "label": "q", "sensitivity": "none"}
OPTIONS = {"a": "A", "b": "B", "c": "C", "d": "D"}


def questions() -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """The fields as a pack writes them, and their conditions as plain data both sides are made from."""
    kinds: list[dict[str, Any]] = [
        {"type": "number", "least": 0, "most": 99},
        {"type": "choice", "options": OPTIONS},
        {"type": "text"},
        {"type": "yes_no"},
        {"type": "money", "least": 0, "most": 9_999_999},
        {"type": "date"},
        {"type": "choices", "options": OPTIONS, "least": 1, "most": 3},
    ]
    fields = {f"f{number}": {**ABOUT, **kinds[number % len(kinds)]} for number in range(QUESTIONS)}
    free = QUESTIONS - CONDITIONS
    conditions = []
    for number in range(CONDITIONS):
        first = _test(f"f{number * 3 % free}", kinds[number * 3 % free % len(kinds)]["type"])
        second = _test(f"f{(number * 5 + 1) % free}", kinds[(number * 5 + 1) % free % len(kinds)]["type"])
        joined = ("and", "or")[number % 2]
        conditions.append(
            {"shows": f"f{free + number}", "join": joined, "tests": [first, second][: 1 + number % 3 % 2]}
        )
    return fields, conditions


def _test(name: str, kind: str) -> dict[str, Any]:
    return {
        "number": {"name": name, "is": "at_least", "value": 20},
        "money": {"name": name, "is": "at_least", "value": 1_000_000},
        "choice": {"name": name, "is": "equal", "value": "b"},
        "choices": {"name": name, "is": "holds", "value": "c"},
        "yes_no": {"name": name, "is": "equal", "value": True},
        "text": {"name": name, "is": "equal", "value": "はい"},
        "date": {"name": name, "is": "equal", "value": "2026-11-02"},
    }[kind]


def cel(condition: dict[str, Any]) -> str:
    """The condition in the language of packs."""
    signs = {"at_least": "{name} >= {value}", "equal": "{name} == {value}", "holds": "{value} in {name}"}
    said = []
    for test in condition["tests"]:
        value = test["value"]
        written = ("true" if value else "false") if isinstance(value, bool) else repr(value)
        if isinstance(value, str) and value[:4].isdigit():
            written = f"date({value!r})"
        said.append(signs[test["is"]].format(name=test["name"], value=written))
    return {"and": " && ", "or": " || "}[condition["join"]].join(said)


def sheets(fields: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Answers somebody might send: half of them whole, the others with single faults."""
    random = Random(3)
    return [_sheet(fields, random, faults=0 if number % 2 else 1 + number % 7) for number in range(SHEETS)]


def _sheet(fields: dict[str, dict[str, Any]], random: Random, *, faults: int) -> dict[str, Any]:
    good: dict[str, Any] = {}
    for name, field in fields.items():
        good[name] = {
            "number": random.randint(0, 99),
            "money": random.randint(0, 9_999_999),
            "choice": random.choice("abcd"),
            "choices": random.sample("abcd", random.randint(1, 3)),
            "yes_no": random.random() < 0.5,
            "text": random.choice(["はい", "いいえ", "見本区見本町のことについて書きました。"]),
            "date": random.choice(["2026-11-02", "1990-04-12", "2020-02-29"]),
        }[field["type"]]
    for name in random.sample(sorted(fields), faults):
        broken: dict[str, list[Any]] = {
            "number": [100, -1, "3", None],
            "money": [10_000_000, -1, "3", None],
            "choice": ["z", 7, None],
            "choices": [["z"], "a", [], None],
            "yes_no": ["yes", 1, None],
            "text": ["", 12, "あ" * 201, None],
            "date": ["2026-13-01", "soon", 20261102, None],
        }
        value = random.choice(broken[fields[name]["type"]])
        good[name] = value
        if value is None:
            del good[name]
    return good


def ours(fields: dict[str, dict[str, Any]], conditions: list[dict[str, Any]]) -> Any:
    """A function that names the faults of one sheet."""
    import django

    django.setup()
    from madoguchi.engines.forms.checking import check
    from madoguchi.engines.forms.definition import FieldDef, PageDef
    from madoguchi.engines.forms.form import compile_form

    shown = {condition["shows"]: cel(condition) for condition in conditions}
    made = {
        name: FieldDef.model_validate({**field, "shown_when": shown.get(name, "")})
        for name, field in fields.items()
    }
    form = compile_form([PageDef(id="all", title="all", fields=made)])
    return lambda sheet: check(form, sheet)


class Peer:
    """The peers' process: it is told what to check, and says what it found or how long it took."""

    def __init__(self, told: dict[str, Any]) -> None:
        python = peers_python()
        self.process = subprocess.Popen(
            [str(python), str(ROOT / "bench" / "peers" / "validation.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ask(told)

    def ask(self, message: dict[str, Any]) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def peers_python() -> Path:
    """The peers' own environment, made at the first run."""
    folder = Path(os.environ.get("MADO_VAR", ROOT / "var")) / "bench" / "validation"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEERS], check=True)
        (folder / "ready").touch()
    return python


def timed(check: Any, answers: list[dict[str, Any]]) -> float:
    began = time.perf_counter()
    for _turn in range(TURNS):
        for sheet in answers:
            check(sheet)
    return (time.perf_counter() - began) / (TURNS * len(answers))


def main() -> None:
    fields, conditions = questions()
    answers = sheets(fields)
    began = time.perf_counter()
    check = ours(fields, conditions)
    check(answers[0])
    compiled = time.perf_counter() - began
    peer = Peer({"fields": fields, "conditions": conditions, "sheets": answers})
    found = [sorted([problem.path, problem.code] for problem in check(sheet)) for sheet in answers]
    for name in ("jsonschema", "json-logic"):
        theirs = peer.ask({"find": name})
        if theirs != found:
            differs = next(place for place, (a, b) in enumerate(zip(theirs, found, strict=True)) if a != b)
            raise SystemExit(
                f"{name} and ours differ on sheet {differs}: {theirs[differs]} / {found[differs]}"
            )
    faults = sum(map(len, found))
    print(
        f"{QUESTIONS} questions, {CONDITIONS} conditions, {len(answers)} sheets with {faults} faults: the same three times"
    )
    print(f"ours, compiled at the first use: {compiled * 1000:.0f} ms once (with Django's start)")
    times: dict[str, list[float]] = {"ours": [], "jsonschema": [], "json-logic": []}
    for _round in range(ROUNDS + 1):
        times["ours"].append(timed(check, answers))
        for name in ("jsonschema", "json-logic"):
            times[name].append(peer.ask({"time": name, "turns": TURNS}))
    peer.close()
    middle = {name: statistics.median(taken[1:]) for name, taken in times.items()}  # the first round warms up
    for name, taken in times.items():
        print(
            f"{name:10}  median {middle[name] * 1e6:8.0f} µs a sheet   {min(taken[1:]) * 1e6:.0f}–{max(taken[1:]) * 1e6:.0f}"
        )
    for name in ("jsonschema", "json-logic"):
        print(f"{name} / ours = {middle[name] / middle['ours']:.1f}")


if __name__ == "__main__":
    main()
