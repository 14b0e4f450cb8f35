"""Files from strangers: read in a child with limits, and never answered by anything but a Source or a Refusal."""

from __future__ import annotations

import random

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi.engines.consultation.reading import errors
from madoguchi.engines.consultation.reading.source import Source
from madoguchi.engines.consultation.reading.sources import Limits, open_source

from . import make_documents as make

PDF = make.pdf(f"#table({make.COLUMNS}, {make.HEADER} [1], [あ], [い], [○])")
BOOK = make.saved(make.book(意見=[("No", "意見"), (1, "あ")]))
LETTER = docx.Document()
LETTER.add_paragraph("以上")
KINDS = {
    "a.pdf": PDF,
    "a.xlsx": BOOK,
    "a.docx": make.saved(LETTER),
    "a.html": "<table><tr><td rowspan=2>あ<td>い<tr><td>う</table>".encode("cp932"),
    "a.csv": 'No,意見\r\n1,"あ"\r\n'.encode("cp932"),
    "a.txt": "No\t意見\n1\tあ\n".encode(),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_read_in_the_child(name):
    assert open_source(name, KINDS[name]).pages


def test_a_document_that_takes_too_long_is_given_up():
    content = make.pdf("#for n in range(60) [#lorem(600) #pagebreak()] 終")

    with pytest.raises(errors.DocumentTooHard):
        open_source("a.pdf", content, Limits(seconds=1))


def test_a_child_without_memory_reads_nothing():
    with pytest.raises((errors.DocumentTooHard, errors.DocumentUnreadable)):
        open_source("a.xlsx", BOOK, Limits(memory=1024 * 1024))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(name=st.sampled_from(sorted(KINDS)), seed=st.integers(0, 2**32))
def test_mutated_files_are_read_or_refused_and_nothing_else(monkeypatch, name, seed):
    make.read_in_this_process(monkeypatch, faults=Exception)
    try:
        found = open_source(name, mutated(KINDS[name], random.Random(seed)))
    except errors.Refusal:
        return
    assert isinstance(found, Source)


def mutated(content: bytes, chance: random.Random) -> bytes:
    out = bytearray(content)
    for _one in range(chance.randint(1, 20)):
        at = chance.randrange(len(out))
        match chance.randrange(3):
            case 0:
                out[at] = chance.randrange(256)
            case 1:
                del out[at : at + chance.randint(1, 30)]
                out = out or bytearray(b"x")
            case _:
                out[at:at] = bytes(chance.randrange(256) for _byte in range(chance.randint(1, 10)))
    return bytes(out)
