"""The pages one writes on, one thing each: words, papers, ways in, the route, letters, days, languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.engines.authoring import queries
from madoguchi.engines.authoring.queries import page_parts
from madoguchi.engines.authoring.services import editing
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.kernel.errors import NotFound, Refusal

from .showing import Typed, back, fresh, keep, show
from .views import WRITERS

READ_OR_SAVE = require_http_methods(["GET", "HEAD", "POST"])


def _edit(
    request: Asked,
    opened: Any,
    name: str,
    change: Callable[[Any], Any],
    draw: Callable[[Any, Refusal | None], HttpResponse],
    then: str = "",
) -> HttpResponse:
    """Show the page, or save what was typed on it; a refusal redraws it with what was typed."""
    if request.method != "POST":
        return draw(opened, None)
    try:
        keep(request, opened, change(request.POST), name)
    except Refusal as refusal:
        return draw(fresh(request, opened), refusal)
    return back(opened, request, then or name)


@READ_OR_SAVE
@guard(staff(*WRITERS))
def basics(request: Asked, blueprint_id: Any) -> HttpResponse:
    """Name, summary, basis, what to know before, where residents look."""

    def draw(opened: Any, refusal: Refusal | None) -> HttpResponse:
        posted = request.POST if refusal else None
        values = Typed(page_parts.basics(opened.source), posted)
        return show(request, opened, "basics", "basics", refusal, values=values)

    return _edit(request, queries.opened(request.actor, blueprint_id), "basics", editing.basics, draw)


@READ_OR_SAVE
@guard(staff(*WRITERS))
def papers(request: Asked, blueprint_id: Any) -> HttpResponse:
    """The papers that go with it; removing one is a button here."""

    def draw(opened: Any, refusal: Refusal | None) -> HttpResponse:
        found = page_parts.papers(opened.source)
        return show(request, opened, "papers", "papers", refusal, papers=found)

    opened = queries.opened(request.actor, blueprint_id)
    return _edit(
        request, opened, "papers", lambda posted: editing.remove_paper(posted.get("remove", "")), draw
    )


@READ_OR_SAVE
@guard(staff(*WRITERS))
def paper(request: Asked, blueprint_id: Any, paper_id: str = "") -> HttpResponse:
    """One paper: its name, how to get it, when it is needed."""
    opened = queries.opened(request.actor, blueprint_id)
    if paper_id and page_parts.paper(opened.source, paper_id) is None:
        raise NotFound

    def draw(opened: Any, refusal: Refusal | None) -> HttpResponse:
        saved = page_parts.paper(opened.source, paper_id) or {"title": "", "hint": "", "shown_when": ""}
        values = Typed(saved, request.POST if refusal else None)
        more = {"values": values, "paper_id": paper_id, "choices": page_parts.choices(opened.source)}
        return show(request, opened, "papers", "paper", refusal, **more)

    return _edit(request, opened, "papers", lambda posted: editing.paper(posted, paper_id), draw)


@READ_OR_SAVE
@guard(staff(*WRITERS))
def channels(request: Asked, blueprint_id: Any) -> HttpResponse:
    """The ways it may come in."""

    def draw(opened: Any, refusal: Refusal | None) -> HttpResponse:
        values = Typed(page_parts.channels(opened.source), request.POST if refusal else None)
        return show(request, opened, "channels", "channels", refusal, values=values)

    return _edit(request, queries.opened(request.actor, blueprint_id), "channels", editing.channels, draw)


@READ_OR_SAVE
@guard(staff(*WRITERS))
def route(request: Asked, blueprint_id: Any) -> HttpResponse:
    """One of the ready ways a case can take."""

    def draw(opened: Any, refusal: Refusal | None) -> HttpResponse:
        values = Typed(page_parts.route(opened.source), request.POST if refusal else None)
        return show(
            request, opened, "route", "route", refusal, values=values, routes=page_parts.ROUTES.items()
        )

    return _edit(request, queries.opened(request.actor, blueprint_id), "route", editing.route, draw)


@require_safe
@guard(staff(*WRITERS))
def letters(request: Asked, blueprint_id: Any) -> HttpResponse:
    """The letters of this procedure."""
    opened = queries.opened(request.actor, blueprint_id)
    return show(request, opened, "letters", "letters", letters=page_parts.letters(opened.source))


PART_NAMES = {
    "body": _("本文"),
    "closing": _("おわりの文"),
    "appeal_notice": _("教示（不服があるときの手続き）"),
    "contact": _("問い合わせ先"),
}


@READ_OR_SAVE
@guard(staff(*WRITERS))
def letter(request: Asked, blueprint_id: Any, key: str) -> HttpResponse:
    """The words of one letter."""
    opened = queries.opened(request.actor, blueprint_id)
    if key not in opened.source.letters:
        raise NotFound

    def draw(opened: Any, refusal: Refusal | None) -> HttpResponse:
        values = Typed(page_parts.letter(opened.source, key), request.POST if refusal else None)
        parts = [(name, title, values.get(name, "")) for name, title in PART_NAMES.items()]
        more = {"values": values, "parts": parts, "key": key, "places": page_parts.places()}
        return show(request, opened, "letters", "letter", refusal, **more)

    return _edit(request, opened, "letters", lambda posted: editing.letter(posted, key), draw)


@READ_OR_SAVE
@guard(staff(*WRITERS))
def deadline(request: Asked, blueprint_id: Any) -> HttpResponse:
    """How long it may take and how long it is kept."""

    def draw(opened: Any, refusal: Refusal | None) -> HttpResponse:
        values = Typed(page_parts.deadline(opened.source), request.POST if refusal else None)
        return show(request, opened, "deadline", "deadline", refusal, values=values, classes=editing.CLASSES)

    return _edit(request, queries.opened(request.actor, blueprint_id), "deadline", editing.deadline, draw)


@require_safe
@guard(staff(*WRITERS))
def languages(request: Asked, blueprint_id: Any) -> HttpResponse:
    """Which languages are there, and how much of each is missing."""
    opened = queries.opened(request.actor, blueprint_id)
    return show(request, opened, "languages", "languages", found=page_parts.languages(opened.source))


@READ_OR_SAVE
@guard(staff(*WRITERS))
def language(request: Asked, blueprint_id: Any, code: str) -> HttpResponse:
    """Every text with its words in one other language."""
    opened = queries.opened(request.actor, blueprint_id)
    if code not in dict(page_parts.LANGUAGES):
        raise NotFound

    def draw(opened: Any, refusal: Refusal | None) -> HttpResponse:
        rows = page_parts.words(opened.source, code, request.POST if refusal else None)
        more = {"rows": rows, "code": code, "name": dict(page_parts.LANGUAGES)[code]}
        return show(request, opened, "languages", "language", refusal, **more)

    return _edit(request, opened, "languages", lambda posted: editing.translations(posted, code), draw)
