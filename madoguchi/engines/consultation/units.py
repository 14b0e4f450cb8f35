"""A draft as text: one passage per heading, each with a key that stays when the passage is renumbered.

    ■① 待ち人数を家から見る {shirase}
    本文。

A heading line begins with ■; the number (①, (1), 1-2) and, in braces, the key and the plan's item may follow. A
heading without a key gets one. The next version starts from the text of the last one, keys and all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .errors import DraftUnclear
from .models import DraftVersion

_HEADING = re.compile(r"^[■#]\s*(?P<rest>.*)$")
_NUMBER = re.compile(
    r"^(?P<number>[①-⑳㉑-㉟㊱-㊿]|[（(]\d{1,3}[）)]|\d{1,3}(?:[-－]\d{1,3})*[.．]?(?=[\s　]))[\s　]*(?P<rest>.+)$"
)
_KEY = re.compile(r"\{\s*(?P<key>[a-z0-9][a-z0-9-]{0,59})(?:\s+(?P<item>[A-Z][0-9-]{1,18}))?\s*\}\s*$")
MOST_UNITS = 300
MOST_HEADING = 300
MOST_BODY = 20_000


@dataclass(frozen=True, slots=True)
class Written:
    """One passage as it stands in the text."""

    key: str
    number: str
    heading: str
    body: str
    item: str = ""
    is_new: bool = False  # it named no key and was given one


def read_units(text: str, *, known: frozenset[str] = frozenset()) -> list[Written]:
    """The passages of `text`. New ones get keys that `known` does not hold. Raises DraftUnclear."""
    blocks: list[tuple[str, list[str]]] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if found := _HEADING.match(line):
            blocks.append((found["rest"].strip(), []))
        elif blocks:
            blocks[-1][1].append(line)
        elif line.strip():
            raise DraftUnclear(what=_("見出しの行は■で始めます。最初の行は見出しにしてください"))
    if not 0 < len(blocks) <= MOST_UNITS:
        raise DraftUnclear(what=_("見出しを1つ以上、%(most)s個までにします") % {"most": MOST_UNITS})
    taken = set(known) | {found["key"] for heading, _body in blocks if (found := _KEY.search(heading))}
    read = [_written(heading, body, taken) for heading, body in blocks]
    keys = [one.key for one in read]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise DraftUnclear(what=_("同じ名前の見出しが二つあります（%(key)s）") % {"key": min(twice)})
    return read


def _written(heading: str, body: list[str], taken: set[str]) -> Written:
    key, item = "", ""
    if found := _KEY.search(heading):
        key, item = found["key"], found["item"] or ""
        heading = heading[: found.start()].strip()
    number = ""
    if found := _NUMBER.match(heading):
        number, heading = found["number"], found["rest"].strip()
    text = "\n".join(body).strip()
    if not heading or len(heading) > MOST_HEADING or len(text) > MOST_BODY:
        raise DraftUnclear(
            what=_("見出しは%(heading)s字まで、本文は%(body)s字までです")
            % {"heading": MOST_HEADING, "body": MOST_BODY}
        )
    return Written(key or _free(taken), number, heading, text, item, is_new=not key)


def _free(taken: set[str]) -> str:
    number = 1
    while f"u{number}" in taken:
        number += 1
    taken.add(f"u{number}")
    return f"u{number}"


def as_text(version: DraftVersion | None) -> str:
    """The version as `read_units` reads it back."""
    if version is None:
        return ""
    return "\n\n".join(_lines(version.texts.all()))


def _lines(texts: Iterable[object]) -> Iterable[str]:
    for text in texts:
        unit = text.unit  # type: ignore[attr-defined]
        mark = f"{unit.key} {unit.item}".strip()
        head = f"■{text.number} {text.heading} {{{mark}}}"  # type: ignore[attr-defined]
        yield f"{head}\n{text.body}".strip()  # type: ignore[attr-defined]
