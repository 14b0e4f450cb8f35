"""The draw itself, without a database: four texts, their digests, and what follows from them.

Every text has exactly one way to be written, so that its SHA-256 means what it says. `verifier/verify.py` and the
verifier on the page were written from docs/engines/lottery.md and share no line with this file: a slip here shows there.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = "madoguchi-draw-v1"
RULES = "madoguchi-rules-v1"
ENTRIES = "madoguchi-entries-v1"
RESULT = "madoguchi-result-v1"
NUMBERS = "madoguchi-numbers-v1"

ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
# Crockford's letters: nobody mistakes one for another on the telephone or on a postcard.
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
RECEIPT = re.compile(rf"[{LETTERS}]{{4}}(-[{LETTERS}]{{4}}){{3}}")
_MISTAKEN = str.maketrans("ilo", "110")


@dataclass(frozen=True, slots=True)
class Tier:
    """Who is drawn before whom: the first tier first."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a round lets people wish for and win."""

    wishes: int  # ranked wishes an entry may hold
    bundle_size: int  # items that may be wished for together, to be won whole or not at all
    win_cap: int  # wishes one entry may win
    tiers: tuple[Tier, ...]
    confirm_days: int  # 0: a win needs no answer
    runners_up: int  # places in the line of each item


@dataclass(frozen=True, slots=True)
class Item:
    """What can be won, so many times."""

    item: str
    capacity: int
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """An entry as the file shows it: nobody's name."""

    receipt: str
    tier: int
    cap: int
    wishes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Won:
    receipt: str
    rank: int  # 1 = the first wish
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What follows from a seed: everybody's place, what they won, and who is next in the line of each item."""

    order: tuple[str, ...]
    wins: tuple[Won, ...]
    lines: dict[str, tuple[str, ...]]


# ------------------------------------------------------------------ texts


def canonical(said: Any) -> str:
    """JSON in the one way it is written here: sorted names, no spaces, letters as they are."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def inventory_file(items: Iterable[Item]) -> str:
    return canonical([asdict(item) for item in sorted(items, key=lambda item: item.item)])


def rules_file(
    *,
    key: str,
    title: str,
    about: str,
    rules: Rules,
    inventory_hash: str,
    salt_commitment: str,
    beacons: Sequence[Mapping[str, Any]],
    opens_at: str,
    closes_at: str,
    draws_at: str,
    redraws: str = "",
    why: str = "",
) -> str:
    """All that is said beforehand. It holds the digest of the inventory, so that its own digest binds both."""
    said = {
        "format": RULES,
        "round": key,
        "title": title,
        "about": about,
        "rules": asdict(rules),
        "inventory_hash": inventory_hash,
        "salt_commitment": salt_commitment,
        "beacons": [dict(one) for one in beacons],
        "opens_at": opens_at,
        "closes_at": closes_at,
        "draws_at": draws_at,
        "redraws": redraws,
        "why": why,
    }
    return canonical(said)


def entry_file(
    *, key: str, rules_hash: str, inventory_hash: str, frozen_at: str, tickets: Iterable[Ticket]
) -> str:
    """One line an entry, sorted by receipt; the head binds it to the rules and to the moment it was frozen."""
    head = [
        ENTRIES,
        f"round {key}",
        f"rules {rules_hash}",
        f"inventory {inventory_hash}",
        f"frozen {frozen_at}",
    ]
    lines = sorted(
        " ".join([one.receipt, str(one.tier), str(one.cap), *("+".join(wish) for wish in one.wishes)])
        for one in tickets
    )
    return "\n".join([*head, *lines]) + "\n"


def tickets_of(text: str) -> list[Ticket]:
    """The entries of a file this module wrote."""
    found = []
    for line in text.splitlines()[5:]:
        receipt, tier, cap, *wishes = line.split(" ")
        found.append(Ticket(receipt, int(tier), int(cap), tuple(tuple(wish.split("+")) for wish in wishes)))
    return found


def result_file(*, seed: str, drawn: Drawn) -> str:
    """Everybody in the order of the draw with what they won, then the line of each item."""
    won: dict[str, list[str]] = {receipt: [] for receipt in drawn.order}
    for win in drawn.wins:
        won[win.receipt].append(f"{win.rank}:{'+'.join(win.items)}")
    lines = [" ".join([receipt, *wins]) for receipt, wins in won.items()]
    waiting = [" ".join(["next", item, *drawn.lines[item]]) for item in sorted(drawn.lines)]
    return "\n".join([RESULT, f"seed {seed}", *lines, *waiting]) + "\n"


# ------------------------------------------------------------------ chance


def new_receipt() -> str:
    """80 random bits in four groups: it says nothing of when or who."""
    letters = [secrets.choice(LETTERS) for _ in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))


def normalise_receipt(typed: str) -> str | None:
    """The receipt somebody typed, spelled our way; None when it cannot be one."""
    plain = re.sub(r"[\s\-‐‑‒–—−ー]", "", typed[:80]).lower().translate(_MISTAKEN)
    spelled = "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))
    return spelled if RECEIPT.fullmatch(spelled) else None


def commitment(salt: str) -> str:
    """What is published of the salt beforehand."""
    return hashlib.sha256(bytes.fromhex(salt)).hexdigest()


def numbers_value(*, source: str, at: str, numbers: str) -> str:
    """Public numbers (a draw on television, an index) as a beacon: where they stand, when they come out, what they are."""
    return digest(f"{NUMBERS}\n{source}\n{at}\n{numbers}\n")


def seed_of(*, entries_hash: str, rules_hash: str, salt: str, beacon: str) -> str:
    """SHA-256 of the name of this scheme (17 bytes) and four fields of 32 bytes each, so that none can run into the next.

    The inventory is bound twice: its digest stands in the rules file and in the head of the entry file.
    """
    fields = [bytes.fromhex(one) for one in (entries_hash, rules_hash, salt, beacon)]
    if any(len(one) != 32 for one in fields):
        raise ValueError("every field of the seed is 32 bytes")
    return hashlib.sha256(FORMAT.encode() + b"".join(fields)).hexdigest()


def in_order(seed: str, tickets: Iterable[Ticket]) -> list[Ticket]:
    """The order of the draw: tier by tier, in each by SHA-256 of the seed and the receipt."""
    key = bytes.fromhex(seed)
    return sorted(
        tickets,
        key=lambda one: (one.tier, hashlib.sha256(key + one.receipt.encode()).digest()),
    )


def draw(*, seed: str, tickets: Iterable[Ticket], capacity: Mapping[str, int], runners_up: int) -> Drawn:
    """Random serial dictatorship: each in turn gets the first of their wishes that can still be had whole.

    Who may win more than one gets them in the same turn. A wish for something they have won already is passed over.
    Whoever won less than they may stands in the line of every item they wished for and did not get.
    """
    left = dict(capacity)
    wins: list[Won] = []
    lines: dict[str, list[str]] = {}
    order = in_order(seed, tickets)
    for one in order:
        mine: set[str] = set()
        count = 0
        for rank, wish in enumerate(one.wishes, 1):
            if count == one.cap:
                break
            if all(left[item] > 0 and item not in mine for item in wish):
                for item in wish:
                    left[item] -= 1
                mine.update(wish)
                wins.append(Won(one.receipt, rank, wish))
                count += 1
        if count < one.cap:
            for item in dict.fromkeys(item for wish in one.wishes for item in wish):
                line = lines.setdefault(item, [])
                if item not in mine and len(line) < runners_up:
                    line.append(one.receipt)
    kept = {item: tuple(line) for item, line in lines.items() if line}
    return Drawn(tuple(one.receipt for one in order), tuple(wins), kept)
