"""A reading as one JSON document, for other programs and for the eye. docs/engines/consultation-reading.md names every key."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from .merging import Document, MergeReport
from .result import Meta, Read, Reading, ReadOpinion

VERSION = 1


def told(reading: Reading) -> dict[str, Any]:
    """One document: its front matter, opinions, checks, problems and what nobody could read."""
    return {
        "meta": _meta(reading),
        "opinions": [_opinion(one) for one in reading.opinions],
        "checks": [asdict(check) for check in reading.checks],
        "problems": [asdict(problem) for problem in reading.problems],
        "unread": [{"line": line, "text": text} for line, text in reading.unread],
    }


def told_merged(document: Document) -> dict[str, Any]:
    """Several files of one document: what was put together and where they differ."""
    return {
        "files": document.reading.name.split(" + "),
        "reports": [_report(report) for report in document.reports],
        "document": told(document.reading),
    }


def _report(report: MergeReport) -> dict[str, Any]:
    return {
        "kept": report.kept,
        "other": report.other,
        "likeness": round(report.likeness, 4),
        "text_differences": [asdict(one) for one in report.differences],
        "cells_that_differ": report.cells,
        "category_conflicts": [asdict(one) for one in report.conflicts],
        "missing_marks": report.missing_marks,
        "filled": report.filled,
        "only_in": report.only_in,
    }


def _meta(reading: Reading) -> dict[str, Any]:
    meta = reading.meta
    period = meta.period.value
    return {
        "file": reading.name,
        "sha256": reading.sha256,
        "kind": reading.kind,
        "title": meta.title.value,
        "layout": meta.layout,
        "layout_reason": meta.layout_reason,
        "period": None if period is None else {
            "printed": period.printed,
            "start": _day(period.start),
            "end": _day(period.end),
            "calendar_days_inclusive": period.calendar_days,
            "opening_days_inclusive": period.opening_days,
        },
        "opinions_printed": meta.opinions_printed.value,
        "persons": meta.persons.value,
        "organisations": meta.organisations.value,
        "by_channel": meta.by_channel,
        "announced": meta.announced,
        "briefed_groups": meta.briefed_groups,
        "briefed_groups_printed": meta.briefed_groups_printed,
        "section_counts_printed": {part.name: part.count for part in meta.parts} or None,
        "category_legend": [
            {"glyph": one.glyph, "label": one.label, "count_printed": one.count, "printed": one.printed} for one in meta.legend
        ],
        "expected": _expected(reading),
        "doubts": _meta_doubts(meta),
    }  # fmt: skip


def _expected(reading: Reading) -> dict[str, Any]:
    """Totals computed from the rows, to lay beside the printed ones."""
    opinions = reading.opinions
    glyphs = [one.glyph for one in reading.meta.legend if one.glyph]
    marks = list(dict.fromkeys([*glyphs, *(one.category.value for one in opinions if one.category.value)]))
    sections = Counter(one.section.value for one in opinions)
    cross = {
        section: _by_mark([one for one in opinions if one.section.value == section], marks)
        for section in sections
    }
    return {
        "opinions": len(opinions),
        "section_counts": {str(name): count for name, count in sections.items()},
        "category_counts_in_rows": _by_mark(opinions, marks),
        "section_by_category": {str(name): counts for name, counts in cross.items()},
        "shared_answers": [
            [one.answer_shared_from.value, one.no.value] for one in opinions if one.answer_shared_from.value
        ],
        "distinct_answers": sum(
            bool(one.answer.value) and one.answer_shared_from.value is None for one in opinions
        ),
        "without_category": [one.no.value for one in opinions if one.category.value is None],
        "cross_refs": [[one.no.value, ref] for one in opinions for ref in one.cross_refs.value],
    }


def _by_mark(opinions: list[ReadOpinion], marks: list[str]) -> dict[str, int]:
    found = Counter(one.category.value for one in opinions)
    return {**{mark: found[mark] for mark in marks}, "null": found[None]}


def _opinion(one: ReadOpinion) -> dict[str, Any]:
    return {
        "no": one.no.value,
        "no_printed": one.no_printed,
        "line": one.line,
        "section_path": list(one.section_path.value),
        "section": one.section.value,
        "item": one.item.value,
        "item_title": one.item_title.value,
        "item_final_no": one.item_final_no.value,
        "item_draft_no": one.item_draft_no.value,
        "plan_item": one.plan_item.value,
        "place": one.place,
        "opinion": one.opinion.value,
        "answer": one.answer.value,
        "answer_shared_from": one.answer_shared_from.value,
        "category": one.category.value,
        "category_printed": one.category_printed,
        "count": one.count.value,
        "cross_refs": list(one.cross_refs.value),
        "other": one.other,
        "doubts": {name: _doubt(read) for name, read in one.unsure()},
    }


def _meta_doubts(meta: Meta) -> dict[str, Any]:
    reads: dict[str, Read[Any]] = {
        "title": meta.title,
        "period": meta.period,
        "opinions_printed": meta.opinions_printed,
        "persons": meta.persons,
        "organisations": meta.organisations,
    }
    return {name: _doubt(read) for name, read in reads.items() if not read.is_sure}


def _doubt(read: Read[Any]) -> dict[str, Any]:
    return {"confidence": round(read.confidence, 2), "reason": read.reason}


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
