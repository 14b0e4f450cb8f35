"""Answering a search box. Whatever is typed, the answer is a list."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length
from django.utils.translation import get_language

from .. import links
from ..refs import Actor, Ref
from ..text import fold
from .index import LAST, sendable
from .models import Audience, Entry

MOST_TYPED = 200
MOST_WORDS = 8
MOST_HITS = 100
_SNIPPET = 80
# What carries the meaning when a whole sentence was typed: runs of kanji, of katakana, of letters and digits.
_WORDS = re.compile(r"[々〇㐀-鿿豈-﫿\U00020000-\U0003ffff]{2,}|[ァ-ヶー]{2,}|[A-Za-z0-9]{2,}|[가-힣]{2,}")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    ref: Ref
    kind: str
    title: str
    snippet: str
    href: str


def find(query: str, *, by: Actor, kinds: Iterable[str] | None = None, limit: int = 20) -> list[Hit]:
    """What `by` may see that holds all words of `query`, best first.

    When nothing holds all of them, what holds most of the words that carry meaning. Never raises, whatever
    is typed.
    """
    typed = sendable(query)[:MOST_TYPED]
    limit = max(0, min(limit, MOST_HITS))
    words = _folded(typed.split())
    if not words or not limit:
        return []
    seen = _visible(by, kinds)
    # The same thing may be found in several languages: look a little further than asked.
    entries = list(_ranked(_holding_all(seen, words), [fold(typed), *words])[: limit * 5])
    if not entries:
        words = _folded(_WORDS.findall(typed))
        entries = list(_holding_most(seen, words)[: limit * 5]) if words else []
    return [_hit(entry, words) for entry in _once_each(entries)[:limit]]


def _folded(words: Iterable[str]) -> list[str]:
    """The words folded, each once, the first few."""
    return list(dict.fromkeys(folded for word in words if (folded := fold(word))))[:MOST_WORDS]


def _visible(by: Actor, kinds: Iterable[str] | None) -> QuerySet[Entry]:
    may = Q(audience=Audience.ANYONE)
    if by.is_staff:
        mine = [Q(divisions__contains=f"|{key}|") for key in sorted(by.divisions)]
        may |= Q(audience=Audience.STAFF) & functools.reduce(operator.or_, mine, Q(divisions=""))
    entries = Entry.objects.filter(may)
    return entries if kinds is None else entries.filter(kind__in=list(kinds))


def _holding_all(entries: QuerySet[Entry], words: list[str]) -> QuerySet[Entry]:
    for word in words:
        entries = entries.filter(_holds(word))
    return entries


def _holding_most(entries: QuerySet[Entry], words: list[str]) -> QuerySet[Entry]:
    """Entries with at least half of the words, most first; a word in the title or a name counts twice."""
    score = functools.reduce(
        operator.add,
        (
            Case(
                When(folded_title__contains=word, then=Value(2.0)),
                When(folded_names__contains=word, then=Value(2.0)),
                When(folded_text__contains=word, then=Value(1.0)),
                default=Value(0.0),
                output_field=FloatField(),
            )
            for word in words
        ),
    )
    some = functools.reduce(operator.or_, (_holds(word) for word in words))
    enough = entries.filter(some).annotate(score=score).filter(score__gte=len(words) / 2)
    return _best_first(enough)


def _best_first(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    comes_last = Case(When(weight__lte=LAST, then=Value(1)), default=Value(0), output_field=IntegerField())
    return entries.order_by(comes_last, -(F("score") * F("weight")), Length("folded_title"), "pk")


def _ranked(entries: QuerySet[Entry], said: list[str]) -> QuerySet[Entry]:
    """Title before text: the whole title or another name, the beginning, somewhere in them, only in the text."""
    score = functools.reduce(
        operator.add,
        (
            Case(
                When(folded_title=part, then=Value(8.0)),
                When(folded_names__contains=f"|{part}|", then=Value(8.0)),
                When(folded_title__startswith=part, then=Value(5.0)),
                When(folded_title__contains=part, then=Value(4.0)),
                When(folded_names__contains=part, then=Value(4.0)),
                default=Value(1.0),
                output_field=FloatField(),
            )
            for part in said
        ),
    )
    return _best_first(entries.annotate(score=score))


def _holds(word: str) -> Q:
    if connection.vendor == "sqlite" and len(word) >= 3:
        phrase = '"' + word.replace('"', '""') + '"'
        matching = RawSQL("SELECT rowid FROM search_words WHERE search_words MATCH %s", [phrase])
        return Q(pk__in=matching)
    # Words of one and two characters (住所, 介護) are shorter than a trigram. PostgreSQL answers all by its trigram index.
    return Q(folded_title__contains=word) | Q(folded_text__contains=word)


def _once_each(entries: list[Entry]) -> list[Entry]:
    """Each thing once, in the reader's language wherever it is told in that one."""
    language = get_language() or "ja"
    chosen: dict[str, Entry] = {}
    for entry in entries:
        if entry.ref not in chosen or (entry.language == language and chosen[entry.ref].language != language):
            chosen[entry.ref] = entry
    foreign = [ref for ref, entry in chosen.items() if entry.language != language]
    if foreign:
        # Whoever types かいご into the Japanese page may have hit the words of やさしい日本語: they read their own.
        told = {entry.ref: entry for entry in Entry.objects.filter(ref__in=foreign, language=language)}
        for ref, entry in told.items():
            hit = chosen[ref]
            if (entry.audience, entry.divisions) == (hit.audience, hit.divisions):
                chosen[ref] = entry
    return list(chosen.values())


def _hit(entry: Entry, words: list[str]) -> Hit:
    ref = Ref.parse(entry.ref)
    return Hit(ref, entry.kind, entry.title, _snippet(entry.text, words), links.href(ref, entry.href_face))


def _snippet(text: str, words: list[str]) -> str:
    """A stretch of the text around the first word found, as it was written."""
    text = " ".join(text.split())
    step = _SNIPPET // 2
    for start in range(0, len(text), step):
        stretch = text[start : start + _SNIPPET]
        if any(word in fold(stretch) for word in words):
            break
    else:
        start, stretch = 0, text[:_SNIPPET]
    before, after = "…" if start else "", "…" if start + _SNIPPET < len(text) else ""
    return f"{before}{stretch.strip()}{after}"
