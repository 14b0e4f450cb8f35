"""Applications for a draw by e-mail: `moushikomi+<key of the draw>@…` with one line for each thing that is asked.

The mailbox is read by who owns it (engines/consultation); it offers each mail here first. What cannot be read whole is
not guessed: it waits in that engine's list, where a person reads it and enters it by hand.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from madoguchi.engines.lottery import queries as lottery
from madoguchi.kernel import vault
from madoguchi.kernel.calendar import parse_date, split_date
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.text import my_numbers

from ..models import Channel
from . import drawing

SENDERS = "booking.draw_sender"
# How people write the labels: the first word of a line, with a colon of either width, or in brackets.
_LABELS = {
    "name": ("氏名", "名前", "お名前", "なまえ"),
    "kana": ("ふりがな", "フリガナ", "よみがな"),
    "birth": ("生年月日", "誕生日"),
    "address": ("住所", "ご住所"),
    "phone": ("電話", "電話番号", "でんわ"),
    "wishes": ("希望", "第1希望", "希望の催し"),
}
# After NFKC: brackets and colons are half as wide.
_LINE = re.compile(
    r"^[\s・●■◆*-]*[【\[(]?\s*(?P<label>[^\s:】\])]{1,12})\s*(?:[】\])]\s*:?|:|\s)\s*(?P<said>\S.*)$"
)
_SPACE = re.compile(r"[\s　]+")


@dataclass(frozen=True, slots=True)
class Mailed:
    """One application as it was written."""

    profile: dict[str, Any]
    wishes: list[list[str]]


def take_mail(*, tags: list[str], text: str, sender: str, digest: str) -> bool:
    """Whether the mail was an application for a draw that is open, and is in it now (or was before).

    The same mail twice is one entry, and one address enters a draw once. False for what is not for a draw, and for
    what a person has to read.
    """
    for tag in tags:
        try:
            round_ = lottery.round_(tag)
        except NotFound:
            continue
        if drawing.is_ours(round_.about):
            return _entered(round_, text, sender, digest)
    return False


def _entered(round_: Any, text: str, sender: str, digest: str) -> bool:
    asked = f"mail:{digest}"[:80]
    if lottery.is_in(round_, asked):
        return True
    mailed = read(text, [one["item"] for one in round_.inventory])
    if mailed is None or my_numbers(text) or not sender or vault.lookup(SENDERS, f"{round_.key}:{sender}"):
        return False
    try:
        _enter(round_, mailed, sender, asked)
    except Refusal:
        return False
    return True


@writes
def _enter(round_: Any, mailed: Mailed, sender: str, asked: str) -> None:
    party = people.keep_party(profile=mailed.profile | {"email": sender}, by=SYSTEM)
    entry = drawing.enter_draw(
        round=round_,
        party=party,
        person=party,
        wishes=mailed.wishes,
        by=SYSTEM,
        channel=Channel.MAIL,
        asked=asked,
    )
    vault.remember(SENDERS, f"{round_.key}:{sender}", entry.ref)


def read(text: str, items: list[str]) -> Mailed | None:
    """What the lines say; None unless name and address (or telephone) stand there, and what is wished for is clear."""
    said: dict[str, str] = {}
    for line in unicodedata.normalize("NFKC", text).splitlines():
        found = _LINE.match(line)
        if found and (key := _key(found["label"])) and key not in said:
            said[key] = found["said"].strip()[:200]
    if "name" not in said or not ("address" in said or "phone" in said):
        return None
    wishes = _wishes(said.get("wishes", ""), items)
    if wishes is None:
        return None
    family, _space, given = _SPACE.sub(" ", said["name"]).partition(" ")
    kana_family, _space, kana_given = _SPACE.sub(" ", said.get("kana", "")).partition(" ")
    profile: dict[str, Any] = {
        "name": {"family": family, "given": given, "family_kana": kana_family, "given_kana": kana_given}
    }
    if "address" in said:
        profile["address"] = {"postcode": "", "address": said["address"], "building": ""}
    if "phone" in said:
        profile["phone"] = said["phone"][:20]
    if birth := _birth(said.get("birth", "")):
        profile["birth"] = birth
    return Mailed(profile, wishes)


def _key(label: str) -> str:
    return next((key for key, names in _LABELS.items() if label in names), "")


def _wishes(said: str, items: list[str]) -> list[list[str]] | None:
    """One thing to wish for needs no words; of several the mail must name one exactly."""
    if len(items) == 1:
        return [[items[0]]]
    named = [item for item in items if item == said.strip()]
    return [[named[0]]] if named else None


def _birth(said: str) -> str:
    parts = split_date(said)
    if parts is None:
        return ""
    try:
        return parse_date(*parts).isoformat()
    except (ValueError, Refusal):
        return ""
