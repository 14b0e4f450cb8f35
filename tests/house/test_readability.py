"""What the packs tell the public is easy to read: short sentences, plain words, readings (N-28)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from madoguchi.kernel.text import easy_reading_hints, reading_hints

PACKS = Path(__file__).resolve().parents[2] / "packs"
READ = ("knowledge", "procedures", "forms", "consultation/calls", "templates")
# Not sentences of ours: names, law, expressions of the rules, what the law words (教示, 同意), others' documents.
NOT_OURS = {
    "also_called", "basis", "when", "shown_when", "required_when", "title", "statement", "appeal_notice", "divisions", "at",
    "source", "notices", "categories", "opinions", "text_of_law", "examples", "printed", "document",
}  # fmt: skip
LEGAL_NAMES = {"介護老人保健施設"}
OTHER_LANGUAGES = ("en", "ko", "zh-hans")


def files() -> list[Path]:
    found = [
        path
        for part in READ
        for path in sorted(PACKS.glob(f"*/{part}/**/*"))
        if path.suffix in {".md", ".yaml"}
    ]
    return [path for path in found if path.stem.rpartition(".")[2] not in OTHER_LANGUAGES]


def known() -> set[str]:
    """Names that must stand as they are: of the law, of divisions, and what the glossary explains."""
    names = set(LEGAL_NAMES)
    for path in (*PACKS.glob("*/glossary.csv"), *PACKS.glob("*/directory/*.csv")):
        with path.open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                names |= {row[key] for key in ("ja", "name") if row.get(key)}
    return names


def words(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in NOT_OURS and key not in OTHER_LANGUAGES:
                yield from words(value)
    elif isinstance(node, list):
        for value in node:
            yield from words(value)
    elif isinstance(node, str):
        yield node


def said_in(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [text] if path.suffix == ".md" else list(words(YAML(typ="safe").load(text)))


def test_there_are_public_texts_to_read():
    assert len(files()) > 40


@pytest.mark.parametrize("easy", [False, True], ids=["ja", "ja-easy"])
def test_public_texts_of_the_packs_are_easy_to_read(easy):
    names = known()
    found = [
        (str(path.relative_to(PACKS)), hint)
        for path in files()
        if path.stem.endswith(".ja-easy") == easy
        for text in said_in(path)
        for hint in (easy_reading_hints(text) if easy else reading_hints(text, known=names))
    ]
    assert found == []
