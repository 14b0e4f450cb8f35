"""Fields of a block that only a space parts from their label: 「該当頁　12ページ」「反映結果　修正あり」."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from ..flow import Bit
from ..words import Role, heading_role, squeezed
from .labels import label_of

FIELDS: frozenset[Role] = frozenset({"item", "category", "place", "count"})
_SPACED = re.compile(r"^[■●◆◇○□・]?\s*(?P<label>[^\s。、「」:：]{2,12})\s+(?P<rest>[^。\s][^。]{0,60})$")
_LEAD = re.compile(r"^[■●◆◇○□▼・※]\s*")
_LEAST = 0.95
_OFTEN = 2
_SHARE = 0.75  # of the answers: a field stands in nearly every block


def field_of(text: str) -> tuple[Role, str, str] | None:
    """What the first word of a line may name: its role, the word for comparing, and what stands behind it."""
    found = _SPACED.match(text)
    if not found:
        return None
    role, worth = heading_role(found["label"])
    if role not in FIELDS or worth < _LEAST:
        return None
    if heading_role(found["rest"].split()[0])[1] >= _LEAST:
        return None  # the heading row of a table
    return role, squeezed(found["label"]), found["rest"].strip()


def alone(text: str) -> tuple[Role, str] | None:
    """A label that has its line for itself: 「■対応区分」; what it says stands on the next."""
    label = _LEAD.sub("", text)
    role, worth = heading_role(label)
    return (role, squeezed(label)) if role in FIELDS and worth >= _LEAST and len(label) <= 12 else None


def recurring(bits: Iterable[Bit], furniture: AbstractSet[int]) -> frozenset[str]:
    """The words that come again and again: a label that stands once may be running text."""
    lines = [bit.text for bit in bits if bit.text and bit.index not in furniture]
    found = (alone(text) or field_of(text) for text in lines)
    times = Counter(one[1] for one in found if one is not None)
    answers = sum(found is not None and found.role == "answer" for found in map(label_of, lines))
    least = max(_OFTEN, _SHARE * answers)
    return frozenset(label for label, often in times.items() if often >= least)
