"""Putting things into the index and taking them out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import connection

from ..db import writes
from ..refs import Ref
from ..text import fold
from .models import Audience, Entry

MOST_TEXT = 20_000
LAST = 0.5  # the weight of what comes after everything else, however well it fits


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to be found, as an engine describes it."""

    ref: Ref
    title: str
    text: str = ""
    href_face: str = "portal"
    audience: str = Audience.ANYONE
    divisions: tuple[str, ...] = field(default=())
    language: str = "ja"
    weight: float = 1.0
    names: tuple[str, ...] = field(default=())


_sources: dict[str, Callable[[], Iterable[Found]]] = {}


def register(kind: str, rows: Callable[[], Iterable[Found]]) -> None:
    """Tell how everything of `kind` can be listed, so that the index can be built anew."""
    _sources[kind] = rows


@writes
def put(
    ref: Ref,
    *,
    kind: str,
    title: str,
    text: str,
    href_face: str = "portal",
    audience: str = Audience.ANYONE,
    divisions: Iterable[str] = (),
    language: str = "ja",
    weight: float = 1.0,
    names: Iterable[str] = (),
) -> None:
    """Make `ref` findable in `language`; putting it again replaces what was there.

    `names` are other words people use for it: found as well as the title is, and not shown. What has a weight of
    `LAST` or less comes after everything else.
    """
    title, text = sendable(title)[:200], sendable(text)[:MOST_TEXT]
    called = [folded for name in names if (folded := fold(sendable(name).replace("|", " ")))]
    entry, _made = Entry.objects.update_or_create(
        ref=str(ref),
        language=language,
        defaults={
            "kind": kind,
            "title": title,
            "text": text,
            "folded_title": fold(title),
            # The names as well: one column and one full-text table answer what holds a word.
            "folded_text": "|".join([fold(text), *called]),
            "folded_names": f"|{'|'.join(called)}|" if called else "",
            "audience": Audience(audience),
            "divisions": "".join(f"|{key}" for key in divisions) + "|" if divisions else "",
            "href_face": href_face,
            "weight": weight,
        },
    )
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO search_words (rowid, title, text) VALUES (%s, %s, %s)",
                [entry.pk, entry.folded_title, entry.folded_text],
            )


@writes
def remove(ref: Ref) -> None:
    """Make `ref` unfindable, in every language."""
    _drop(list(Entry.objects.filter(ref=str(ref)).values_list("pk", flat=True)))


@writes
def keep_only(kind: str, refs: Iterable[Ref]) -> int:
    """Make everything of `kind` that is not among `refs` unfindable; returns how many entries went.

    For whoever applies a pack: what is no longer in it is no longer there to be found.
    """
    kept = {str(ref) for ref in refs}
    there = Entry.objects.filter(kind=kind).values_list("pk", "ref")
    gone = [pk for pk, ref in there if ref not in kept]
    _drop(gone)
    return len(gone)


@writes
def rebuild(kind: str | None = None) -> int:
    """Put everything of `kind` (or of all registered kinds) anew and drop what is no longer there."""
    count = 0
    for each in [kind] if kind else list(_sources):
        seen = set()
        for found in _sources[each]():
            put(
                found.ref,
                kind=each,
                title=found.title,
                text=found.text,
                href_face=found.href_face,
                audience=found.audience,
                divisions=found.divisions,
                language=found.language,
                weight=found.weight,
                names=found.names,
            )
            seen.add((str(found.ref), found.language))
        there = Entry.objects.filter(kind=each).values_list("pk", "ref", "language")
        _drop([pk for pk, ref, language in there if (ref, language) not in seen])
        count += len(seen)
    return count


def sendable(text: str) -> str:
    """`text` without what no database takes: NUL and other controls become spaces, broken characters go."""
    kept = []
    for character in str(text):
        category = unicodedata.category(character)
        if category == "Cc":
            kept.append(" ")
        elif category != "Cs":
            kept.append(character)
    return "".join(kept)


def _drop(numbers: list[int]) -> None:
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        Entry.objects.filter(pk__in=part).delete()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.executemany(
                    "DELETE FROM search_words WHERE rowid = %s", [(number,) for number in part]
                )
