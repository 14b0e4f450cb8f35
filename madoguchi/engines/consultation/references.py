"""Cross references in answers. They hold the opinion, so that its number may change until it is published."""

from __future__ import annotations

import re

from django.db.models import F

from .models import Answer, Call, Opinion

# No.2 / №２ / NO 2 as people write it; 「番号2」 too. The digits may be of either width. Not 電話番号03-…, 受付番号, NO2, 1-3.
_WRITTEN = re.compile(
    r"(?:(?<![A-Za-zＡ-Ｚａ-ｚ])[NＮ](?:[oｏ]\s?[.．]?\s?|[OＯ](?:\s?[.．]\s?|\s))|№\s?"
    r"|(?:(?<![一-鿿々ァ-ヶー])|(?<=意見))番号\s?)([0-9０-９]{1,5})(?![0-9０-９]|\s?[-－‐–][0-9０-９])"
)
_KEPT = re.compile(r"\{\{opinion:([0-9a-f-]{36})\}\}")


def taken_in(call: Call, text: str) -> str:
    """`text` with every number of an opinion of this call turned into a reference. Others stay as written."""
    known = {number: str(pk) for pk, number in _numbers(call)}

    def keep(found: re.Match[str]) -> str:
        there = known.get(int(found[1]))
        return f"{{{{opinion:{there}}}}}" if there else found[0]

    return _WRITTEN.sub(keep, text)


def shown(call: Call, text: str, numbers: dict[str, int] | None = None) -> str:
    """The text as people read it: each reference is the number its opinion has now."""
    if "{{opinion:" not in text:
        return text
    known = {str(pk): number for pk, number in _numbers(call)} if numbers is None else numbers
    return _KEPT.sub(lambda found: f"No.{known.get(found[1], '―')}", text)


def named_in(text: str) -> list[str]:
    """Ids of the opinions a text refers to, in its order."""
    return _KEPT.findall(text)


def move(call: Call, old: Opinion, new: Opinion) -> None:
    """Whoever referred to `old` refers to `new`."""
    for answer in Answer.objects.filter(call=call, text__contains=f"{{{{opinion:{old.pk}}}}}"):
        text = answer.text.replace(f"{{{{opinion:{old.pk}}}}}", f"{{{{opinion:{new.pk}}}}}")
        # Whoever has it open reads a number that is gone: what they save would point nowhere.
        Answer.objects.filter(pk=answer.pk).update(text=text, version=F("version") + 1)


def _numbers(call: Call) -> list[tuple[object, int]]:
    rows = Opinion.objects.filter(call=call).exclude(number=None).values_list("pk", "number")
    return [(pk, number or 0) for pk, number in rows]
