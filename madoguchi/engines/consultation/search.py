"""How published opinions and calls are found in the portal's one box."""

from __future__ import annotations

from collections.abc import Iterator

from madoguchi.kernel.refs import Ref
from madoguchi.kernel.search import Found, register

from . import references
from .models import Call, Opinion
from .queries.calls import shown

CALLS, OPINIONS = "call", "opinion"


def _calls() -> Iterator[Found]:
    for call in shown():
        words = [call.document, *(said.get("summary", "") for said in call.words.values())]
        yield Found(
            Ref("consultation", "call", call.key), title=call.title, text=" ".join(filter(None, words))
        )


def _opinions() -> Iterator[Found]:
    rows = Opinion.objects.filter(call__state=Call.State.PUBLISHED).exclude(number=None)
    numbers = {str(pk): number or 0 for pk, number in rows.values_list("pk", "number")}
    for opinion in rows.select_related("call", "answer"):
        raw = (opinion.answer.text or opinion.answer.summary) if opinion.answer else ""
        answer = references.shown(opinion.call, raw, numbers)
        yield Found(
            opinion.ref,
            title=opinion.summary or opinion.text[:100],
            text=f"{opinion.text} {opinion.item_title} {answer}",
            # Below errands and pages: who types 「Wi-Fi」 wants the service first, the talk about it after.
            weight=0.3,
        )


register(CALLS, _calls)
register(OPINIONS, _opinions)
