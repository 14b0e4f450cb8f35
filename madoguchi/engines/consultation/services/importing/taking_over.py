"""A document whose doubts are settled becomes a call of the past, or its words are laid over the call of a pack."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import audit
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from ... import references
from ...errors import CallKeyTaken, DocumentIsTwin, DocumentLacks, DocumentTaken, DoubtsOpen
from ...keeping import settled
from ...models import Answer, Call, Category, Doubt, Opinion, ReadDocument
from ..claims import change
from .documents import State, check_may, working
from .doubting import said
from .likeness import call_like, signs_of

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person says of a new call: its key, what its signs mean, and what the document does not tell."""

    key: str
    meanings: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    opens_on: dt.date | None = None
    closes_on: dt.date | None = None


@writes
def take_over(*, document: ReadDocument, by: Actor, facts: Facts | None = None) -> Call:
    """Lay the words over the pack's call it tells of, or make the call that `facts` name.

    Laid over: only Opinion.text and Answer.text are filled; where the document says something else than the pack, the
    pack stands and the difference is written down. Doing it again lays the same words again. Any planner may: a call of
    the past has no letters, and whose it was then may be nobody's now.

    Raises DoubtsOpen, DocumentIsTwin, DocumentTaken, DocumentLacks, CallKeyTaken, NotAllowed, SomebodyWasFaster.
    """
    check_may(by)
    if document.state == State.MERGED:
        raise DocumentIsTwin(name=document.same_as.name if document.same_as else "")
    if document.state == State.DROPPED:
        raise DocumentTaken
    if still_open := document.doubts.filter(state=Doubt.State.OPEN).count():
        raise DoubtsOpen(n=still_open)
    whole = settled(working(document), said(document))
    if facts is None:
        return _lay_over(document, whole, by)
    if document.state == State.TAKEN:
        raise DocumentTaken
    return _make_call(document, whole, facts, by)


def _lay_over(document: ReadDocument, whole: dict[str, Any], by: Actor) -> Call:
    call = document.call or call_like(working(document))
    if call is None or call.origin != Call.Origin.PACK:
        raise DocumentTaken if document.state == State.TAKEN else DocumentLacks(what=_("重ねる先の募集"))
    report = _lay_words(call, whole)
    left = document.doubts.filter(state=Doubt.State.UNKNOWN).count()
    merging = {**document.merging, "overlay": {**report, "unknown": left}}
    change(document, state=State.TAKEN, call=call, merging=merging)
    audit.record("consultation.originals_laid", call.ref, by=by, facts={"opinions": len(whole["opinions"])})
    return call


def _lay_words(call: Call, whole: Mapping[str, Any]) -> dict[str, Any]:
    """Fill the words. Returns what the pack says otherwise: [{no, field, pack, document}]."""
    rows = {one["no"]["value"]: one for one in whole["opinions"]}
    differences: list[dict[str, Any]] = []
    answered: set[Any] = set()
    laid = 0
    for opinion in call.opinions.select_related("answer", "category").order_by("number"):
        row = rows.pop(opinion.number, None)
        if row is None:
            differences.append(
                {"no": opinion.number, "field": "no", "pack": opinion.number, "document": None}
            )
            continue
        laid += 1
        Opinion.objects.filter(pk=opinion.pk).update(text=row["opinion"]["value"])
        differences += _differences(opinion, row)
        answer = opinion.answer
        if answer is not None and answer.pk not in answered:
            answered.add(answer.pk)
            words = references.taken_in(call, row["answer"]["value"])
            Answer.objects.filter(pk=answer.pk).update(text=words)
    differences += [{"no": no, "field": "no", "pack": None, "document": no} for no in rows]
    return {"laid": laid, "differences": differences}


def _differences(opinion: Opinion, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Facts of one row that the pack and the document tell differently. Missing in the document is not a difference."""
    pairs = (
        ("category", opinion.category.sign if opinion.category else None, row["category"]["value"]),
        ("item_title", opinion.item_title or None, row["item_title"]["value"]),
        ("item_final_no", opinion.item_number or None, circled(row["item_final_no"]["value"]) or None),
        ("item_draft_no", opinion.item_draft_number or None, circled(row["item_draft_no"]["value"]) or None),
    )
    return [
        {"no": opinion.number, "field": name, "pack": pack, "document": found}
        for name, pack, found in pairs
        if found is not None and pack != found
    ]


def circled(number: int | None) -> str:
    """① … ㊿, as items are numbered in print."""
    if number is None:
        return ""
    for last, first in ((20, 0x2460), (35, 0x3251 - 20), (50, 0x32B1 - 35)):
        if 1 <= number <= last:
            return chr(first + number - 1)
    return str(number)


def _make_call(document: ReadDocument, whole: dict[str, Any], facts: Facts, by: Actor) -> Call:
    meta = whole["meta"]
    period = meta["period"]["value"] or {}
    title = (meta["title"]["value"] or facts.title).strip()[:300]
    opens_on = _day(period.get("start")) or facts.opens_on
    closes_on = _day(period.get("end")) or facts.closes_on
    lacks = [
        name for name, value in ((_("表題"), title), (_("募集の期間"), opens_on and closes_on)) if not value
    ]
    if lacks or opens_on is None or closes_on is None:
        raise DocumentLacks(what="、".join(lacks))
    if closes_on < opens_on:
        raise DocumentLacks(what=_("正しい募集の期間"))
    if not _KEY.fullmatch(facts.key) or Call.objects.filter(key=facts.key).exists():
        raise CallKeyTaken(key=facts.key)
    call = Call.objects.create(
        key=facts.key,
        title=title,
        document=title,
        opens_on=opens_on,
        closes_on=closes_on,
        state=Call.State.PUBLISHED,
        origin=Call.Origin.DOCUMENT,
        words={"ja": {"title": title}},
        notices=[{"kind": "group", "text": name, "except": "", "on": "", "url": ""} for name in meta["briefed_groups"]],
        persons=meta["persons"]["value"],
        organisations=meta["organisations"]["value"],
        printed=_printed(whole),
        source=f"{title}（{document.name}）"[:300],
    )  # fmt: skip
    _make_rows(call, whole, _make_categories(call, whole, facts.meanings))
    change(document, state=State.TAKEN, call=call)
    count = len(whole["opinions"])
    audit.record("consultation.document_taken_over", call.ref, by=by, facts={"opinions": count})
    return call


def _day(said_day: str | None) -> dt.date | None:
    return dt.date.fromisoformat(said_day) if said_day else None


def _printed(whole: Mapping[str, Any]) -> dict[str, Any]:
    meta = whole["meta"]
    return {
        "opinions": meta["opinions_printed"]["value"],
        "categories": {
            one["glyph"]: one["count"] for one in meta["legend"] if one["glyph"] and one["count"] is not None
        },
        "sections": [{"title": one["name"], "n": one["count"]} for one in meta["parts"] if one["count"] is not None],
        "announced": meta["announced"],
        "notes": [],
    }  # fmt: skip


def _make_categories(
    call: Call, whole: Mapping[str, Any], meanings: Mapping[str, str]
) -> dict[str, Category]:
    """What each sign means is said by a person; one nobody spoke of is 「その他」."""
    made = {}
    for order, (sign, label) in enumerate(signs_of(whole).items(), 1):
        meaning = meanings.get(sign, "")
        if meaning not in Category.Meaning.values:
            meaning = Category.Meaning.OTHER
        made[sign] = Category.objects.create(call=call, sign=sign, label=label, meaning=meaning, order=order)
    return made


def _make_rows(call: Call, whole: Mapping[str, Any], categories: Mapping[str, Category]) -> None:
    """Opinions as printed; one answer for all that share it; 「No.2に記載のとおり」 kept as a reference."""
    answers: dict[int, Answer] = {}
    opinions = []
    for row in whole["opinions"]:
        number, shared = row["no"]["value"], row["answer_shared_from"]["value"]
        text = row["answer"]["value"]
        if shared is None and text:
            answers[number] = Answer(call=call, text=text, state=Answer.State.APPROVED)
        answer = answers.get(number if shared is None else shared)
        opinions.append(_opinion(call, row, answer, categories))
    Answer.objects.bulk_create(answers.values())
    Opinion.objects.bulk_create(opinions)
    for answer in answers.values():
        words = references.taken_in(call, answer.text) if _may_refer(answer.text) else answer.text
        if words != answer.text:
            Answer.objects.filter(pk=answer.pk).update(text=words)


def _may_refer(text: str) -> bool:
    return any(sign in text for sign in ("No", "NO", "№", "Ｎ", "番号"))


def _opinion(
    call: Call, row: Mapping[str, Any], answer: Answer | None, categories: Mapping[str, Category]
) -> Opinion:
    count = row["count"]["value"] or 1
    item = row["item_title"]["value"] or row["item"]["value"] or ""
    return Opinion(
        call=call,
        number=row["no"]["value"],
        section=row["section_path"]["value"] or [],
        item_title=item[:300],
        item_number=circled(row["item_final_no"]["value"])[:10],
        item_draft_number=circled(row["item_draft_no"]["value"])[:10],
        text=row["opinion"]["value"],
        category=categories.get((row["category"]["value"] or "")[:12]),
        category_printed=(row["category_printed"] or "")[:20],
        answer=answer,
        same_printed=count if count > 1 else None,
    )


@writes
def remove_overlay(*, call: Call, by: Actor) -> None:
    """要約にもどす: the words of the document go from the pack's call; what was read and settled stays."""
    check_may(by)
    if call.origin != Call.Origin.PACK:
        raise DocumentTaken
    call.opinions.exclude(text="").update(text="")
    call.answers.exclude(text="").update(text="")
    for document in ReadDocument.objects.filter(call=call, state=State.TAKEN):
        merging = {name: part for name, part in document.merging.items() if name != "overlay"}
        change(document, state=State.READ, call=None, merging=merging)
    audit.record("consultation.originals_removed", call.ref, by=by)
