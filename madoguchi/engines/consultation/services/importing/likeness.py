"""Which call a document is about, and what its signs mean."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count

from ...models import Call, Category

_ALIKE = 0.6
Meaning = Category.Meaning
# In this order: 「反映できない」 is not 「反映する」, and 「実施等の際に検討」 is not 「実施している」.
_WORDS = (
    (Meaning.CANNOT, ("できない", "困難", "難しい")),
    (Meaning.CONSIDER, ("検討", "参考")),
    (Meaning.ALREADY, ("実施して", "実施済", "取り組んでいる")),
    (Meaning.IN_DRAFT, ("掲載して", "記載して", "盛り込まれ", "含まれて")),
    (Meaning.REFLECTED, ("反映", "修正する", "修正した", "趣旨を踏まえ")),
)


def call_like(whole: Mapping[str, Any]) -> Call | None:
    """The pack's call this document tells of: the same two days, as many opinions, and a title that is alike."""
    period = whole["meta"]["period"]["value"]
    if not period or not period["start"] or not period["end"]:
        return None
    days = Call.objects.filter(
        origin=Call.Origin.PACK, opens_on=period["start"], closes_on=period["end"]
    ).annotate(n=Count("opinions"))
    title = whole["meta"]["title"]["value"] or ""
    found = [call for call in days if call.n == len(whole["opinions"]) and _is_titled(call, title)]
    return found[0] if len(found) == 1 else None


def _is_titled(call: Call, title: str) -> bool:
    return not title or any(
        _plain(one) in _plain(title) or SequenceMatcher(None, _plain(one), _plain(title)).ratio() >= _ALIKE
        for one in (call.document, call.title, call.source)
        if one
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def meaning_of(label: str) -> str:
    """What a class seems to say, by its words. A suggestion: a person confirms it."""
    return next((meaning for meaning, words in _WORDS if any(word in label for word in words)), Meaning.OTHER)


def signs_of(whole: Mapping[str, Any]) -> dict[str, str]:
    """{sign: label} of the classes a call made of it has: the legend, and signs that stand in rows only."""
    signs = {
        (one["glyph"] or one["label"])[:12]: one["label"][:200] or one["glyph"] for one in whole["meta"]["legend"]
    }  # fmt: skip
    for opinion in whole["opinions"]:
        if sign := opinion["category"]["value"]:
            signs.setdefault(sign[:12], sign[:200])
    return signs
