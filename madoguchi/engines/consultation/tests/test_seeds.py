"""What the damaged one of Nerima's documents may and may not tell by itself. All else: tests/house/test_import_command.py."""

from __future__ import annotations

import pytest

from madoguchi.engines.consultation.queries import read_documents
from madoguchi.engines.consultation.reading import Reading, read

from .seeds import needs_seeds, oracle, seed

pytestmark = needs_seeds


def test_read_gives_damaged_items_their_numbers_from_the_titles_of_the_plan():
    titles = {
        one["item_title"]: (one["item_final_no"], one["item_draft_no"])
        for one in oracle("003")["opinions"]
        if one["item_final_no"]
    }

    [reading] = read_documents([(seed("002").name, seed("002").read_bytes())], titles).readings

    expected = oracle("002")["opinions"]
    assert [(one.item_final_no.value, one.item_draft_no.value) for one in reading.opinions] == [
        (one["item_final_no"], one["item_draft_no"]) for one in expected
    ]


def test_read_does_not_believe_the_garbled_numbers_of_002():
    [reading] = read_documents([(seed("002").name, seed("002").read_bytes())]).readings

    assert {one.item_final_no.value for one in reading.opinions} == {None}
    assert all(
        not one.item_final_no.is_sure and one.item_final_no.reason
        for one in reading.opinions
        if one.item_title.value != "その他"
    )


def words(reading: Reading) -> list[tuple[int, str, str, str | None]]:
    return [
        (one.no.value, one.opinion.value, one.answer.value, one.category.value) for one in reading.opinions
    ]


def in_bars(line: str) -> str:
    return f"| {' | '.join(line.split(chr(9)))} |" if "\t" in line else line


def in_spaces(line: str) -> str:
    return line.replace("\t", "  ")


def in_blocks(line: str) -> str:
    return line.replace("\t", "\n\n") + "\n" * ("\t" in line)


@pytest.mark.parametrize("parted", [in_bars, in_spaces, in_blocks])
def test_read_gives_the_same_however_the_cells_of_002_are_parted(parted):
    text = seed("002").read_text(encoding="utf-8")

    reading = read("意見.txt", "\n".join(map(parted, text.split("\n"))).encode())

    assert words(reading) == words(read("意見.txt", text.encode()))


def test_read_needs_no_empty_lines_in_003():
    text = seed("003").read_text(encoding="utf-8")

    reading = read("意見.txt", "\n".join(line for line in text.split("\n") if line.strip()).encode())

    sound = read("意見.txt", text.encode())
    assert [(one.no.value, one.category.value) for one in reading.opinions] == [
        (one.no.value, one.category.value) for one in sound.opinions
    ]
    differing = [
        one
        for one, other in zip(reading.opinions, sound.opinions, strict=True)
        if one.opinion.value != other.opinion.value
    ]
    assert all(not one.opinion.is_sure for one in differing)
