"""Proofs made without a database, for the verifiers: as many entries as wanted, and every way to spoil one."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from madoguchi.engines.lottery import drawing
from madoguchi.engines.lottery.drawing import Item, Rules, Ticket, Tier

SIGNATURE = "ab" * 48


def parts(entries: int = 30, items: int = 8, *, rng: random.Random, numbers: bool = False) -> dict[str, Any]:
    """A proof as a dictionary; everything in it follows from `rng`."""
    inventory = [Item(f"c{n}.am", 1 + n % 3, f"コート{n}") for n in range(items)]
    items_text = drawing.inventory_file(inventory)
    salt = rng.randbytes(32).hex()
    rules_text = drawing.rules_file(
        key="mihon-1",
        title="見本の抽選",
        about="booking:area:mihon",
        rules=Rules(5, 2, 2, (Tier("here", "区民"), Tier("others", "ほか")), 5, 4),
        inventory_hash=drawing.digest(items_text),
        salt_commitment=drawing.commitment(salt),
        beacons=_beacons(),
        opens_at="2026-01-01T00:00:00Z",
        closes_at="2026-02-01T00:00:00Z",
        draws_at="2026-02-02T00:00:00Z",
    )
    names = [one.item for one in inventory]
    tickets = [
        Ticket(
            _receipt(rng),
            rng.choice([0, 1]),
            rng.choice([1, 2]),
            tuple(tuple(rng.sample(names, rng.choice([1, 2]))) for _ in range(rng.randint(1, 5))),
        )
        for _ in range(entries)
    ]
    entries_text = drawing.entry_file(
        key="mihon-1",
        rules_hash=drawing.digest(rules_text),
        inventory_hash=drawing.digest(items_text),
        frozen_at="2026-02-01T00:00:09Z",
        tickets=tickets,
    )
    beacon = _used(numbers)
    made = {
        "format": drawing.FORMAT,
        "rules": rules_text,
        "rules_hash": drawing.digest(rules_text),
        "inventory": items_text,
        "inventory_hash": drawing.digest(items_text),
        "entries": entries_text,
        "entries_hash": drawing.digest(entries_text),
        "salt": salt,
        "beacon": beacon,
    }
    made["seed"] = drawing.seed_of(
        entries_hash=made["entries_hash"], rules_hash=made["rules_hash"], salt=salt, beacon=beacon["value"]
    )
    stock = {one.item: one.capacity for one in inventory}
    drawn = drawing.draw(seed=made["seed"], tickets=tickets, capacity=stock, runners_up=4)
    made["result"] = drawing.result_file(seed=made["seed"], drawn=drawn)
    made["result_hash"] = drawing.digest(made["result"])
    return made


def bundle(entries: int = 30, items: int = 8, *, rng: random.Random, numbers: bool = False) -> bytes:
    return drawing.canonical(parts(entries, items, rng=rng, numbers=numbers)).encode()


def _beacons() -> list[dict[str, Any]]:
    chain = {"kind": "drand", "chain": "0" * 64, "public_key": "ab", "scheme": "x"}
    return [
        chain | {"genesis": 1692803367, "period": 3, "round": 40_000_000, "until": "2027-06-01T00:00:00Z"},
        {
            "kind": "numbers",
            "source": "見本くじ（架空）",
            "at": "2027-06-02T00:00:00Z",
            "until": "2027-06-03T00:00:00Z",
        },
    ]


def _used(numbers: bool) -> dict[str, Any]:
    if numbers:
        named = _beacons()[1]
        value = drawing.numbers_value(source=named["source"], at=named["at"], numbers="12 34")
        return {"kind": "numbers", "place": 1, "numbers": "12 34", "value": value}
    value = hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest()
    return {"kind": "drand", "place": 0, "round": 40_000_000, "signature": SIGNATURE, "value": value}


def _receipt(rng: random.Random) -> str:
    letters = "".join(rng.choice(drawing.LETTERS) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))
