"""Settling what the reader was unsure of: decided, or left unknown, by a person who looked at the source."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.refs import Actor

from ... import rules
from ...errors import DecisionUnclear, DocumentIsTwin, DocumentTaken
from ...keeping import CHECK, settled, wrong_totals
from ...models import Call, Doubt, ReadDocument
from .documents import State, check_may, working

TEXTS = frozenset({"opinion", "answer", "section", "item", "item_title", "plan_item", "title"})
NUMBERS = frozenset(
    {"no", "answer_shared_from", "item_final_no", "item_draft_no", "count", "opinions_printed", "persons", "organisations"}
)  # fmt: skip
LISTS = frozenset({"section_path"})
MOST_TEXT = 20_000
_COUNTED = frozenset({"category", "count"})


@writes
def decide(*, doubt: Doubt, value: Any, by: Actor) -> Doubt:
    """So it is, says a person who looked at the source. Raises DecisionUnclear, DocumentTaken, SomebodyWasFaster."""
    return _settle(doubt, Doubt.State.DECIDED, _clean(doubt, value), by)


@writes
def leave_unknown(*, doubt: Doubt, by: Actor) -> Doubt:
    """Nobody can tell: it stays missing, and no guess takes its place."""
    return _settle(doubt, Doubt.State.UNKNOWN, None, by)


@writes
def leave_all_unknown(*, document: ReadDocument, by: Actor) -> int:
    """Every doubt that is still open, on the word of one person. How many they were."""
    _claim(document, by)
    left = document.doubts.filter(state=Doubt.State.OPEN).update(
        state=Doubt.State.UNKNOWN, decided_by=rules.person(by), decided_at=clock.now()
    )
    if left:
        audit.record("consultation.doubts_left", document.ref, by=by, facts={"doubts": left})
    return left


@writes
def undo(*, doubt: Doubt, by: Actor) -> Doubt:
    """It is open again."""
    if doubt.state == Doubt.State.OPEN:
        return doubt
    return _settle(doubt, Doubt.State.OPEN, None, by)


def undo_last(*, document: ReadDocument, by: Actor) -> Doubt:
    """Take back what this person settled last. Raises NotFound when there is nothing."""
    mine = document.doubts.exclude(state=Doubt.State.OPEN).filter(decided_by=rules.person(by))
    last = mine.order_by("decided_at", "pk").last()
    if last is None:
        raise NotFound
    return undo(doubt=last, by=by)


def _settle(doubt: Doubt, state: str, value: Any, by: Actor) -> Doubt:
    _claim(doubt.document, by)
    is_open = state == Doubt.State.OPEN
    as_read = Doubt.objects.filter(pk=doubt.pk, state=doubt.state, decided_at=doubt.decided_at)
    said = {
        "state": state,
        "decided": value,
        "decided_by": None if is_open else rules.person(by),
        "decided_at": None if is_open else clock.now(),
    }
    if not as_read.update(**said):
        raise SomebodyWasFaster
    for name, one in said.items():
        setattr(doubt, name, one)
    if doubt.field in _COUNTED:
        _count_again(doubt.document)
    audit.record(
        "consultation.doubt_settled", doubt.document.ref, by=by, facts={"field": doubt.field, "state": state}
    )
    return doubt


def _claim(document: ReadDocument, by: Actor) -> None:
    """Only while it may be changed; whoever takes it over at the same moment is told that it changed."""
    check_may(by)
    if document.state == State.MERGED:
        raise DocumentIsTwin(name=document.same_as.name if document.same_as else "")
    mine = ReadDocument.objects.filter(pk=document.pk)
    open_ones = mine.filter(state=State.READ) | mine.filter(state=State.TAKEN, call__origin=Call.Origin.PACK)
    if not ReadDocument.objects.filter(pk__in=open_ones.values("pk")).update(version=F("version") + 1):
        raise DocumentTaken
    document.version += 1


def said(document: ReadDocument) -> dict[tuple[int | None, str], Any]:
    """{(row, field): what a person said}; None where they left it unknown."""
    done = document.doubts.exclude(state=Doubt.State.OPEN)
    return {(one.row, one.field): one.decided for one in done if ":" not in one.field}


def _count_again(document: ReadDocument) -> None:
    """A sign that was decided mends a total, or breaks one: what does not hold now is open."""
    whole = settled(working(document), said(document))
    known = document.doubts.filter(field__startswith=f"{CHECK}category:")
    wrong = {one.field: one for one in wrong_totals(whole)}
    known.filter(state=Doubt.State.OPEN).exclude(field__in=wrong).delete()
    there = dict(known.values_list("field", "pk"))
    for name, one in wrong.items():
        if name in there:
            Doubt.objects.filter(pk=there[name]).update(value=one.value, reason=one.reason)
        else:
            Doubt.objects.create(
                document=document, field=name, value=one.value, confidence=0.0, reason=one.reason
            )


def _clean(doubt: Doubt, value: Any) -> Any:
    """The value as its field takes it."""
    if doubt.field in TEXTS:
        text = str(value or "").replace("\0", "").replace("\r\n", "\n").strip()
        if not text or len(text) > MOST_TEXT:
            raise DecisionUnclear(what=_("1字以上、%(most)s字までで書いてください") % {"most": MOST_TEXT})
        return text
    if doubt.field in NUMBERS:
        return _number(value)
    if doubt.field == "cross_refs":
        return [_number(one) for one in str(value or "").replace("、", " ").replace(",", " ").split()]
    if doubt.field in LISTS:
        return [line.strip() for line in str(value or "").split("\n") if line.strip()][:10]
    if doubt.field == "category":
        signs = {one["glyph"] for one in working(doubt.document)["meta"]["legend"] if one["glyph"]}
        if value in {"", None}:
            return None
        if value not in signs | {doubt.value}:
            raise DecisionUnclear(what=_("この資料の凡例にある区分から選んでください"))
        return value
    if doubt.field == "period":
        return _period(value)
    return True  # a total, a problem, lines nobody took: the person looked, and it is right as it is


def _number(value: Any) -> int | None:
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    if not (text.isdecimal() and len(text) <= 5):
        raise DecisionUnclear(what=_("数字で書いてください"))
    return int(text)


def _period(value: Any) -> dict[str, Any]:
    """Two days as the form sends them: 2016-07-01 2016-07-25."""
    unclear = DecisionUnclear(what=_("始まりと終わりの日を「2016-07-01 2016-07-25」のように書いてください"))
    try:
        start, end = (dt.date.fromisoformat(part) for part in str(value).split())
    except ValueError:
        raise unclear from None
    if end < start:
        raise unclear
    return {"printed": "", "start": start.isoformat(), "end": end.isoformat()}
