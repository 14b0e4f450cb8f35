"""A reading as it is kept: whole, as plain JSON with the lines of its source, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from .reading import Reading
from .reading.result import READ_FIELDS, SURE
from .reading.source import Source, Table

_READING: TypeAdapter[Reading] = TypeAdapter(Reading)
_MOST_REASON = 300
META_FIELDS = ("title", "period", "opinions_printed", "persons", "organisations")
CHECK, PROBLEM, UNREAD = "check:", "problem:", "unread"


@dataclass(frozen=True, slots=True)
class Unsure:
    """One thing a person has to look at. `row` is its place among the opinions, None for the whole document."""

    row: int | None
    number: str
    field: str
    value: Any
    confidence: float
    reason: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Total:
    """One class of the legend: how many it prints, how many rows have the sign. `difference` None: it cannot be told."""

    sign: str
    label: str
    printed: int | None
    counted: int
    difference: int | None


def kept(reading: Reading, source: Source | None = None) -> dict[str, Any]:
    """Everything that was read, and the lines it was read from, so that nobody has to read the file again."""
    whole: dict[str, Any] = _storable(_READING.dump_python(reading, mode="json"))
    whole["lines"] = _storable(list(_lines(source))) if source is not None else []
    return whole


def reading_of(whole: Mapping[str, Any]) -> Reading:
    return _READING.validate_python({name: part for name, part in whole.items() if name != "lines"})


def _lines(source: Source) -> Iterator[list[Any]]:
    """[page, number, [cells or the one line]] in reading order."""
    for page in source.pages:
        for block in page.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    yield [page.number, row.number, [cell or "" for cell in row.cells]]
            else:
                yield [page.number, block.number, block.text.split("\t")]


def _storable(value: Any) -> Any:
    """PostgreSQL keeps neither NUL nor half a surrogate pair, and a file may hold anything."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return value


def unsure_of(whole: Mapping[str, Any]) -> Iterator[Unsure]:
    """Every field below the threshold or with a reason, every total that does not hold, every line nobody took."""
    for name in META_FIELDS:
        if _is_doubted(read := whole["meta"][name]):
            yield _unsure(None, "", name, read, None)
    for place, opinion in enumerate(whole["opinions"]):
        for name in READ_FIELDS:
            if _is_doubted(read := opinion[name]) and not _is_told_by_sharing(opinion, name):
                yield _unsure(place, str(opinion["no"]["value"]), name, read, opinion["line"])
    for place, check in enumerate(whole["checks"]):
        if check["ok"] is False and check["key"] != "category":
            reason = f"{check['what']}：資料 {check['printed']} ／ 読み取り {check['found']}"
            yield Unsure(None, "", f"{CHECK}{place}", check["found"], 0.0, reason[:_MOST_REASON], None)
    yield from wrong_totals(whole)
    for place, problem in enumerate(whole["problems"]):
        if problem["code"] != "category_conflict":  # the two rows say so themselves
            reason, line = problem["message"][:_MOST_REASON], problem["line"] or None
            yield Unsure(None, "", f"{PROBLEM}{place}", None, 0.5, reason, line)
    if unread := whole["unread"]:
        reason = f"読み取っていない行が{len(unread)}行あります：{unread[0][1]}"
        yield Unsure(None, "", UNREAD, None, 0.3, reason[:_MOST_REASON], unread[0][0])


def _is_told_by_sharing(opinion: Mapping[str, Any], name: str) -> bool:
    """An empty cell read as "the answer above" is one question, not two."""
    shared = opinion["answer_shared_from"]
    return name == "answer" and _is_doubted(shared) and shared["reason"] == opinion["answer"]["reason"]


def _is_doubted(read: Mapping[str, Any]) -> bool:
    return read["confidence"] < SURE or bool(read["reason"])


def _unsure(row: int | None, number: str, name: str, read: Mapping[str, Any], line: int | None) -> Unsure:
    reason = (read["reason"] or "たしかさが足りません。")[:_MOST_REASON]
    return Unsure(row, number[:20], name, read["value"], read["confidence"], reason, line)


def wrong_totals(whole: Mapping[str, Any]) -> Iterator[Unsure]:
    """Classes whose printed total differs from what the rows say."""
    for place, total in enumerate(totals(whole)):
        if total.difference:
            reason = f"対応区分 {total.sign} {total.label}：凡例 {total.printed} ／ 行 {total.counted}"
            name = f"{CHECK}category:{place}"
            yield Unsure(None, "", name, total.counted, 0.0, reason[:_MOST_REASON], None)


def totals(whole: Mapping[str, Any]) -> list[Total]:
    """The legend beside what the rows say. Where rows lack their sign, a total that is not reached proves nothing."""
    rows: dict[str | None, int] = {}
    weighed: dict[str | None, int] = {}
    for opinion in whole["opinions"]:
        sign = opinion["category"]["value"]
        rows[sign] = rows.get(sign, 0) + 1
        weighed[sign] = weighed.get(sign, 0) + int(opinion["count"]["value"] or 1)
    told = []
    for entry in whole["meta"]["legend"]:
        sign, printed = entry["glyph"], entry["count"]
        counted = rows.get(sign, 0) if sign else 0
        if printed is not None and sign and weighed.get(sign, 0) == printed:
            counted = printed
        is_open = printed is None or sign is None or (bool(rows.get(None)) and counted != printed)
        told.append(
            Total(sign or "", entry["label"], printed, counted, None if is_open else counted - printed)
        )
    return told


def settled(whole: Mapping[str, Any], said: Mapping[tuple[int | None, str], Any]) -> dict[str, Any]:
    """The reading as persons settled it: {(row, field): value} laid over it. None is "left unknown".

    Words that were printed stay as printed when they are left unknown: only what we made of them goes.
    """
    whole = {**deepcopy({name: part for name, part in whole.items() if name != "lines"}), "lines": []}
    for (row, name), value in said.items():
        place = whole["meta"] if row is None else whole["opinions"][row]
        if name in place and not (value is None and name in {"opinion", "answer", "no", "title", "count"}):
            place[name]["value"] = value
    answers = {one["no"]["value"]: one["answer"]["value"] for one in whole["opinions"]}
    for row, opinion in enumerate(whole["opinions"]):
        if (row, "answer_shared_from") in said:
            other = said[row, "answer_shared_from"]
            opinion["answer"]["value"] = answers.get(other, "") if other is not None else ""
    return whole
