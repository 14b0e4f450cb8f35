"""Questions about pages. A page that is missing in a language is answered in Japanese, and says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from . import markdown
from .errors import NoSuchPage
from .models import Page

SOURCE_LANGUAGE = "ja"


@dataclass(frozen=True, slots=True)
class PageText:
    """A page ready to show. `html` is safe. `language` is the one it is really written in."""

    slug: str
    language: str
    title: str
    summary: str
    html: str
    life_events: tuple[str, ...]
    checked_on: dt.date | None
    is_translated: bool
    is_life: bool = False


def page(slug: str, lang: str = SOURCE_LANGUAGE) -> PageText:
    """One page in `lang`, else in Japanese. Raises NoSuchPage."""
    found = {row.language: row for row in Page.objects.filter(slug=slug, language__in=_wanted(lang))}
    row = found.get(lang) or found.get(SOURCE_LANGUAGE)
    if row is None:
        raise NoSuchPage
    return _text(row, lang)


def life_event(slug: str, lang: str = SOURCE_LANGUAGE) -> PageText:
    """The page of a life event. Raises NoSuchPage, also for a page that is none."""
    if not Page.objects.filter(slug=slug, language=SOURCE_LANGUAGE, life__gt=0).exists():
        raise NoSuchPage
    return page(slug, lang)


def life_events(lang: str = SOURCE_LANGUAGE) -> list[PageText]:
    """The life events in the pack's order."""
    return _pages(Page.objects.filter(life__gt=0), lang)


def pages(lang: str = SOURCE_LANGUAGE, life: str | None = None) -> list[PageText]:
    """All pages; with `life`, those that name this life event."""
    found = _pages(Page.objects.all(), lang)
    return [text for text in found if life in text.life_events] if life else found


def _pages(rows: object, lang: str) -> list[PageText]:
    best: dict[str, Page] = {}
    for row in rows.filter(language__in=_wanted(lang)):  # type: ignore[attr-defined]
        if row.slug not in best or row.language == lang:
            best[row.slug] = row
    return [_text(row, lang) for row in sorted(best.values(), key=lambda row: (row.life, row.slug))]


def _wanted(lang: str) -> set[str]:
    return {lang, SOURCE_LANGUAGE}


def _text(row: Page, lang: str) -> PageText:
    return PageText(
        slug=row.slug,
        language=row.language,
        title=row.title,
        summary=row.summary,
        html=markdown.render(row.body),
        life_events=tuple(row.life_events),
        checked_on=row.checked_on,
        is_translated=row.language == lang,
        is_life=row.life > 0,
    )
