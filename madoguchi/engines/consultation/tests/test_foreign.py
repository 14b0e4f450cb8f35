"""Documents the importer was not made for: other columns, marks, lists, and what extraction leaves of them."""

from __future__ import annotations

from typing import Any

import pytest

from madoguchi.engines.consultation.reading import Reading, read

from .foreign import DOCUMENTS, Foreign


def told(reading: Reading, asked: Foreign) -> list[dict[str, Any]]:
    """Opinions in the shape of the expected rows. A number printed just so is not told twice."""
    return [
        {
            "no": one.no.value,
            "opinion": one.opinion.value,
            "answer": one.answer.value,
            "printed": one.no_printed if one.no_printed != str(one.no.value) else None,
            "category": one.category.value,
            "item": one.item.value,
            "path": one.section_path.value,
            "place": one.place,
            "shared_from": one.answer_shared_from.value,
            "count": one.count.value,
            "refs": one.cross_refs.value,
            "other": one.other,
            "unsure": [name for name, _read in one.unsure()],
        }
        for one in reading.opinions
    ]


@pytest.mark.parametrize("asked", DOCUMENTS, ids=lambda asked: asked.name)
def test_read_gives_every_opinion_of_a_foreign_document(asked: Foreign):
    reading = read(f"{asked.name}.txt", asked.data)

    assert told(reading, asked) == asked.rows
    assert reading.meta.layout == asked.layout
    assert [line for line, _text in reading.unread] == asked.unread


@pytest.mark.parametrize("asked", DOCUMENTS, ids=lambda asked: asked.name)
def test_read_gives_the_front_matter_of_a_foreign_document(asked: Foreign):
    meta = read(f"{asked.name}.txt", asked.data).meta

    period = meta.period.value
    assert meta.title.value == asked.title
    assert (period and (str(period.start), str(period.end))) == asked.period
    assert (meta.opinions_printed.value, meta.persons.value, meta.organisations.value) == asked.counts
    assert meta.by_channel == asked.channels
    assert (meta.announced, meta.briefed_groups) == (asked.announced, asked.groups)
    assert [(one.glyph, one.label, one.count) for one in meta.legend] == asked.legend


@pytest.mark.parametrize("asked", DOCUMENTS, ids=lambda asked: asked.name)
def test_read_says_which_printed_totals_of_a_foreign_document_do_not_hold(asked: Foreign):
    checks = read(f"{asked.name}.txt", asked.data).checks

    assert [check.key for check in checks if check.ok is False] == asked.broken


@pytest.mark.parametrize("asked", DOCUMENTS, ids=lambda asked: asked.name)
def test_every_doubt_has_its_reason(asked: Foreign):
    reading = read(f"{asked.name}.txt", asked.data)

    assert all(read.reason for one in reading.opinions for _name, read in one.unsure())
