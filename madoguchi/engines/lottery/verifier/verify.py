#!/usr/bin/env python3
"""抽選をもう一度行って確かめる / Draw it again and see whether the city drew as it said.

    python3 verify.py FILE [--noted HASH]... [--result OUT] [--json]

FILE is the proof (one JSON file) offered on the page of a draw. Nothing but Python 3.8 or later is needed, and nothing
is sent anywhere. Name the digests you noted before the draw with --noted: a proof that was made up afterwards holds
together as well, but its digests are others. Exit code 0: it is so (一致). 1: it is not (不一致). 2: not a proof at all.

Written from the description alone, without the code of the city's own draw. No warranty; do with it what you like.
"""

import argparse
import datetime as dt
import hashlib
import json
import re
import sys
from typing import Any

LARGEST = 64 * 1024 * 1024
MOST_ENTRIES = 1000000
HASH = re.compile(r"[0-9a-f]{64}\Z")
HEX = re.compile(r"(?:[0-9a-f]{2})+\Z")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}\Z")
RECEIPT = re.compile(r"[0-9a-hjkmnp-tv-z]{4}(?:-[0-9a-hjkmnp-tv-z]{4}){3}\Z")
STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
WHOLE = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z")

STEPS = [
    ("read", "証明ファイルを読む", "the proof can be read"),
    ("rules", "規則は公表したもの", "the rules are those published"),
    ("inventory", "当たるものは公表したもの", "what can be won is what was published"),
    ("entries", "申込ファイルは締め切りのときのもの", "the entries are those frozen at closing"),
    ("salt", "塩は約束したもの", "the salt is the one promised"),
    (
        "beacon",
        "乱数は名指ししたもので、締め切りのあとに出た",
        "the beacon was named, and came after freezing",
    ),
    ("seed", "種は計算どおり", "the seed follows from these"),
    ("draw", "抽選の結果は計算どおり", "the result follows from the seed"),
]

BUNDLE = {
    "format", "rules", "rules_hash", "inventory", "inventory_hash", "entries", "entries_hash", "salt", "beacon",
    "seed", "result", "result_hash",
}  # fmt: skip
SAID = {
    "format", "round", "title", "about", "rules", "inventory_hash", "salt_commitment", "beacons", "opens_at",
    "closes_at", "draws_at", "redraws", "why",
}  # fmt: skip


class Wrong(Exception):
    """This step does not hold."""


def must(holds: Any) -> None:
    if not holds:
        raise Wrong


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sha_text(text: str) -> str:
    return sha(text.encode("utf-8"))


def is_count(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def refuse(_text: str) -> Any:
    raise ValueError("no such number in a proof")


def small(text: str) -> int:
    if len(text) > 15:
        raise ValueError("too large a number")
    return int(text)


def is_deep(text: str) -> bool:
    """More than twenty brackets into each other, outside of strings: no proof is, and a parser might not survive it."""
    depth = 0
    for sign in STRING.sub("", text):
        depth += (sign in "[{") - (sign in "]}")
        if depth > 20:
            return True
    return False


def parse(text: Any) -> Any:
    """JSON written in the one way allowed: sorted names, no spaces, whole numbers only."""
    must(isinstance(text, str) and not is_deep(text))
    try:
        said = json.loads(text, parse_float=refuse, parse_constant=refuse, parse_int=small)
        again = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        text.encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Wrong from error
    must(again == text)
    return said


def is_strings(said: Any, names: Any) -> bool:
    return all(isinstance(said[name], str) for name in names)


class Proof:
    """One bundle, and what was found out about it so far."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.found: Any = {}
        self.notes: Any = []

    def read(self) -> None:
        must(0 < len(self.content) <= LARGEST)
        try:
            text = self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Wrong from error
        self.said = said = parse(text)
        must(isinstance(said, dict) and set(said) == BUNDLE and isinstance(said["beacon"], dict))
        must(is_strings(said, BUNDLE - {"beacon"}) and said["format"] == "madoguchi-draw-v1")
        for name in ("rules_hash", "inventory_hash", "entries_hash", "salt", "seed", "result_hash"):
            must(HASH.match(said[name]))

    def rules(self) -> None:
        self.found["rules_hash"] = sha_text(self.said["rules"])
        must(self.found["rules_hash"] == self.said["rules_hash"])
        self.told = told = parse(self.said["rules"])
        must(isinstance(told, dict) and set(told) == SAID and told["format"] == "madoguchi-rules-v1")
        must(is_strings(told, SAID - {"rules", "beacons"}))
        must(all(TIME.match(told[name]) for name in ("opens_at", "closes_at", "draws_at")))
        must(told["opens_at"] < told["closes_at"] < told["draws_at"])
        limits = told["rules"]
        names = {"wishes", "bundle_size", "win_cap", "tiers", "confirm_days", "runners_up"}
        must(isinstance(limits, dict) and set(limits) == names)
        must(all(is_count(limits[name], 1, 100) for name in ("wishes", "bundle_size", "win_cap")))
        must(is_count(limits["confirm_days"], 0, 1000) and is_count(limits["runners_up"], 0, 1000000))
        must(isinstance(limits["tiers"], list) and 1 <= len(limits["tiers"]) <= 100)
        must(isinstance(told["beacons"], list) and 1 <= len(told["beacons"]) <= 10)

    def inventory(self) -> None:
        self.found["inventory_hash"] = sha_text(self.said["inventory"])
        must(self.found["inventory_hash"] == self.said["inventory_hash"] == self.told["inventory_hash"])
        rows = parse(self.said["inventory"])
        must(isinstance(rows, list) and rows)
        self.capacity: Any = {}
        before = ""
        for row in rows:
            must(isinstance(row, dict) and set(row) == {"item", "capacity", "title", "about"})
            must(is_strings(row, ("item", "title", "about")) and ITEM.match(row["item"]))
            must(before < row["item"] and is_count(row["capacity"], 1, 1000000))
            before = row["item"]
            self.capacity[before] = row["capacity"]

    def entries(self) -> None:
        said = self.said
        self.found["entries_hash"] = sha_text(said["entries"])
        must(self.found["entries_hash"] == said["entries_hash"])
        lines = said["entries"].split("\n")
        must(len(lines) >= 6 and lines.pop() == "" and len(lines) <= MOST_ENTRIES)
        must(lines[0] == "madoguchi-entries-v1" and lines[1] == "round " + self.told["round"])
        must(lines[2] == "rules " + said["rules_hash"] and lines[3] == "inventory " + said["inventory_hash"])
        must(lines[4].startswith("frozen "))
        self.frozen = lines[4][len("frozen ") :]
        must(TIME.match(self.frozen) and self.frozen >= self.told["closes_at"])
        self.tickets: Any = []
        before = ""
        for line in lines[5:]:
            ticket = self.ticket(line.split(" "))
            must(before < ticket[0])
            before = ticket[0]
            self.tickets.append(ticket)

    def ticket(self, words: Any) -> Any:
        limits = self.told["rules"]
        must(4 <= len(words) <= 3 + limits["wishes"])
        must(RECEIPT.match(words[0]) and WHOLE.match(words[1]) and WHOLE.match(words[2]))
        tier, cap = int(words[1]), int(words[2])
        must(tier < len(limits["tiers"]) and 1 <= cap <= limits["win_cap"])
        wishes = [word.split("+") for word in words[3:]]
        for wish in wishes:
            must(len(wish) <= limits["bundle_size"] and len(set(wish)) == len(wish))
            must(all(item in self.capacity for item in wish))
        return words[0], tier, cap, wishes

    def salt(self) -> None:
        must(sha(bytes.fromhex(self.said["salt"])) == self.told["salt_commitment"])

    def beacon(self) -> None:
        used = self.said["beacon"]
        must(isinstance(used.get("kind"), str) and isinstance(used.get("value"), str))
        must(is_count(used.get("place"), 0, len(self.told["beacons"]) - 1) and HASH.match(used["value"]))
        named = self.told["beacons"][used["place"]]
        must(isinstance(named, dict) and named.get("kind") == used["kind"])
        if used["kind"] == "drand":
            must(set(used) == {"kind", "place", "round", "signature", "value"})
            known, value = self.drand(named, used)
        else:
            must(used["kind"] == "numbers" and set(used) == {"kind", "place", "numbers", "value"})
            known, value = self.numbers(named, used)
        must(value == used["value"] and self.frozen < known)
        if used["place"]:
            self.notes.append("fallback")
        self.notes.append("look_up_" + used["kind"])

    def drand(self, named: Any, used: Any) -> Any:
        """The moment round N of a chain comes out, and SHA-256 of its signature. The signature itself: see the chain."""
        genesis, period, number = named.get("genesis"), named.get("period"), named.get("round")
        must(is_count(genesis, 0, 10**10) and is_count(period, 1, 86400) and is_count(number, 1, 10**9))
        must(used["round"] == number and type(used["round"]) is int)
        must(isinstance(used["signature"], str) and HEX.match(used["signature"]))
        second = genesis + (number - 1) * period
        must(second < 253402300800)
        known = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=second)
        return known.strftime("%Y-%m-%dT%H:%M:%SZ"), sha(bytes.fromhex(used["signature"]))

    def numbers(self, named: Any, used: Any) -> Any:
        must(isinstance(named.get("source"), str) and isinstance(named.get("at"), str))
        must(isinstance(used["numbers"], str) and TIME.match(named["at"]))
        fields = ["madoguchi-numbers-v1", named["source"], named["at"], used["numbers"], ""]
        return named["at"], sha_text("\n".join(fields))

    def seed(self) -> None:
        said = self.said
        fields = [said["entries_hash"], said["rules_hash"], said["salt"], said["beacon"]["value"]]
        self.found["seed"] = sha(b"madoguchi-draw-v1" + b"".join(bytes.fromhex(one) for one in fields))
        must(self.found["seed"] == said["seed"])

    def draw(self) -> None:
        self.result = self.drawn()
        self.found["result_hash"] = sha_text(self.result)
        must(self.result == self.said["result"] and self.found["result_hash"] == self.said["result_hash"])

    def drawn(self) -> str:
        seed = bytes.fromhex(self.said["seed"])
        chance = {row[0]: hashlib.sha256(seed + row[0].encode("ascii")).digest() for row in self.tickets}
        places = self.told["rules"]["runners_up"]
        left = dict(self.capacity)
        waiting: Any = {}
        lines = ["madoguchi-result-v1", "seed " + self.said["seed"]]
        for receipt, _tier, cap, wishes in sorted(self.tickets, key=lambda row: (row[1], chance[row[0]])):
            said = [receipt]
            got: Any = set()
            for rank, wish in enumerate(wishes, start=1):
                if (
                    len(said) - 1 < cap
                    and not got.intersection(wish)
                    and min(left[item] for item in wish) > 0
                ):
                    for item in wish:
                        left[item] -= 1
                    got.update(wish)
                    said.append(str(rank) + ":" + "+".join(wish))
            lines.append(" ".join(said))
            if len(said) - 1 < cap:
                wanted = {item for wish in wishes for item in wish} - got
                for item in wanted:
                    if len(waiting.setdefault(item, [])) < places:
                        waiting[item].append(receipt)
        lines += [" ".join(["next", item] + waiting[item]) for item in sorted(waiting) if waiting[item]]
        return "\n".join(lines) + "\n"


def check(content: bytes) -> Any:
    """What is found: the verdict (match, mismatch, unreadable), each step, and every digest computed anew."""
    proof = Proof(content)
    steps, verdict = [], "match"
    for name, _ja, _en in STEPS:
        try:
            getattr(proof, name)()
        except (Wrong, KeyError):
            steps.append([name, False])
            verdict = "unreadable" if name == "read" else "mismatch"
            break
        steps.append([name, True])
    report = {"verdict": verdict, "steps": steps, "found": proof.found, "notes": proof.notes}
    return report, proof.result if verdict == "match" else ""


WORDS = {
    "match": "一致: 公表された結果は、この規則・申し込み・乱数から計算したものです。 It is as published.",
    "mismatch": "不一致: 上の × のところが合いません。 It does not match; see the step marked ×.",
    "unreadable": "読めません: 抽選の証明ファイルではないか、書きかえられています。 Not a proof, or altered.",
    "fallback": "予備の乱数が使われました。先に名指しされた乱数が本当に取れなかったか、確かめてください。"
    " A fallback was used: look up whether the one before it really could not be had.",
    "look_up_drand": "drand の値が本物かは、drand の公開サーバーで同じ回を見て確かめてください。"
    " Look the drand round up at a public server.",
    "look_up_numbers": "数字が本物かは、名指しされた出典で確かめてください。 Look the numbers up at the source named.",
}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("file")
    asked.add_argument("--noted", action="append", default=[], metavar="HASH")
    asked.add_argument("--result", metavar="OUT", help="write the result computed anew")
    asked.add_argument("--json", action="store_true", help="the report as JSON")
    given = asked.parse_args()
    try:
        with open(given.file, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        print("ファイルを開けません。 The file cannot be opened: " + str(error.strerror), file=sys.stderr)
        return 2
    report, result = check(content)
    strange = [one for one in given.noted if one.strip().lower() not in report["found"].values()]
    if given.json:
        print(json.dumps(report, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    else:
        tell(report, strange)
    if given.result and report["verdict"] == "match":
        with open(given.result, "w", encoding="utf-8", newline="\n") as file:
            file.write(result)
    return {"match": 1 if strange else 0, "mismatch": 1, "unreadable": 2}[report["verdict"]]


def tell(report: Any, strange: Any) -> None:
    held = dict(report["steps"])
    for name, japanese, english in STEPS:
        sign = {True: "○", False: "×", None: "－"}[held.get(name)]
        print(sign + " " + japanese + " / " + english)
    for name, value in report["found"].items():
        print("  " + name + " " + value)
    for note in report["notes"]:
        print("・" + WORDS[note])
    for one in strange:
        print(
            "× 控えておいた " + one + " は、この証明にありません。 The digest you noted is not in this proof."
        )
    verdict = "mismatch" if strange and report["verdict"] == "match" else report["verdict"]
    print(WORDS[verdict])


if __name__ == "__main__":
    sys.exit(main())
