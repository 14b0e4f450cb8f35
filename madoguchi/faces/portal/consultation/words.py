"""What a call says in the reader's language; in Japanese where nobody has translated it yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from madoguchi.engines.consultation import queries

JAPANESE = "ja"


@dataclass(frozen=True, slots=True)
class Passage:
    """One unit of the draft as it is read."""

    key: str
    number: str
    heading: str
    body: str
    text: str = ""  # what the reader has written about it


def of_call(call: Any, language: str) -> dict[str, Any]:
    """Title and summary; `in_japanese` says that it had to be the Japanese."""
    ours = call.words.get(language) or {}
    japanese = call.words.get(JAPANESE) or {}
    return {
        "title": ours.get("title") or japanese.get("title") or call.title,
        "summary": ours.get("summary") or japanese.get("summary") or "",
        "in_japanese": language != JAPANESE and not ours.get("summary"),
    }


def passages(call: Any, language: str, written: dict[str, str] | None = None) -> list[Passage]:
    """The newest draft, unit by unit, in the reader's language where it is there."""
    version = queries.draft_of(call)
    texts = list(version.texts.all()) if version is not None else []
    written = written or {}
    # A correction may have dropped a passage somebody is writing about: their words stay on the page, and are sent.
    gone = {key for key, text in written.items() if text} - {text.unit.key for text in texts}
    if gone:
        texts += [
            text for unit in queries.units(call) if unit.key in gone for text in list(unit.texts.all())[-1:]
        ]
    return [_passage(text, language, written) for text in texts]


def _passage(text: Any, language: str, written: dict[str, str]) -> Passage:
    ours = text.words.get(language) or {}
    key = text.unit.key
    return Passage(
        key=key,
        number=text.number,
        heading=ours.get("heading") or text.heading,
        body=ours.get("body") or text.body,
        text=written.get(key, ""),
    )
