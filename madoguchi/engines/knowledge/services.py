"""Keeping pages as the pack writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from madoguchi.kernel import search
from madoguchi.kernel.db import writes
from madoguchi.kernel.packs import ChangeKind
from madoguchi.kernel.refs import Actor, Ref

from . import markdown
from .models import Page


@writes
def keep_page(
    *,
    slug: str,
    language: str,
    title: str,
    body: str,
    by: Actor,
    summary: str = "",
    life: int = 0,
    life_events: list[str] | None = None,
    checked_on: dt.date | None = None,
) -> ChangeKind | None:
    """One page in one language. Says what changed; None when it stood so already."""
    facts = {
        "title": title,
        "summary": summary,
        "body": body,
        "life": life,
        "life_events": life_events or [],
        "checked_on": checked_on,
    }
    page = Page.objects.filter(slug=slug, language=language).first()
    if page is not None and all(getattr(page, name) == value for name, value in facts.items()):
        return None
    Page.objects.update_or_create(slug=slug, language=language, defaults=facts)
    search.put(
        Ref("knowledge", "page", slug),
        kind="page",
        title=title,
        text=f"{summary} {markdown.plain(body)}",
        language=language,
    )
    return ChangeKind.CHANGED if page else ChangeKind.ADDED


@writes
def drop_pages_except(there: Collection[tuple[str, str]], *, by: Actor) -> list[str]:
    """Pages whose files are gone. A page is no record: what it said stands in the pack's history."""
    gone = [page for page in Page.objects.all() if (page.slug, page.language) not in there]
    slugs = {slug for slug, _language in there}
    for page in gone:
        page.delete()
        if page.slug not in slugs:
            search.remove(Ref("knowledge", "page", page.slug))
    return [f"{page.title} ({page.language})" for page in gone]
