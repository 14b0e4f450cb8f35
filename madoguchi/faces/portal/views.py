"""The portal's front: home, search, life events, help."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from madoguchi.engines.booking import queries as booking
from madoguchi.engines.consultation import queries as consultation
from madoguchi.engines.directory import queries as directory
from madoguchi.engines.knowledge import queries as knowledge
from madoguchi.engines.procedures import queries as procedures
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import clock
from madoguchi.kernel import search as index
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import is_id

from . import figures, going_on, waiting_now
from .consultation.words import of_call
from .words import kind_name

MOST_TYPED = 100


@require_safe
@guard(anyone)
def home(request: Asked) -> HttpResponse:
    """One question on top; what I left open beside it; what the city counts below."""
    waiting = going_on.of(request.actor)
    context = {
        "life_events": knowledge.life_events(request.LANGUAGE_CODE),
        "going_on": waiting,
        "counter": waiting_now.busiest(),
        "is_urgent": any(item.is_urgent for item in waiting),
        "figures": figures.live(),
        "figures_at": clock.now(),
        "calls": [(call, of_call(call, request.LANGUAGE_CODE)) for call in consultation.open_calls()],
    }
    return page(request, "portal/home.html", context)


@require_safe
@guard(anyone)
def search(request: Asked) -> HttpResponse:
    """Procedures, pages, divisions and plan items that hold the words."""
    query = request.GET.get("q", "").strip()[:MOST_TYPED]
    hits = [_hit(hit) for hit in index.find(query, by=request.actor)] if query else []
    return page(request, "portal/search.html", {"query": query, "hits": hits})


def _hit(hit: Any) -> dict[str, Any]:
    return {
        "title": hit.title,
        "snippet": hit.snippet,
        "href": hit.href,
        "kind_label": kind_name(hit.kind),
    }


@require_safe
@guard(anyone)
def life(request: Asked, slug: str) -> HttpResponse:
    """A life event in words, and what can be done and booked here."""
    text = knowledge.life_event(slug, request.LANGUAGE_CODE)
    cards = [card for card in procedures.procedures_online() if set(card.life_events) & set(text.life_events)]
    areas = [
        area
        for area in booking.areas(request.LANGUAGE_CODE)
        if not area.is_closed and set(area.said.life) & set(text.life_events)
    ]
    return page(request, "portal/life.html", {**words_of(text), "cards": cards, "areas": areas})


@require_safe
@guard(anyone)
def help_page(request: Asked) -> HttpResponse:
    """人に相談する: the ways; for whoever comes from a case, its number and the division in charge."""
    found = _case_to_talk_about(request)
    context = {
        **words_of(knowledge.page("help", request.LANGUAGE_CODE)),
        "found": found,
        "contact": directory.contact(found.case.division_id) if found else None,
        "contacts": _who_answers(),
    }
    return page(request, "portal/help.html", context)


def _who_answers() -> list[Any]:
    """How to reach the divisions whose procedures stand here."""
    divisions = dict.fromkeys(card.division for card in procedures.procedures_online())
    return [contact for contact in map(directory.contact, divisions) if contact]


def _case_to_talk_about(request: Asked) -> Any:
    """The person's own case that `?case=` names, or None: anybody may ask for help about anything."""
    asked = request.GET.get("case", "")
    if not request.actor.is_resident or not is_id(asked):
        return None
    try:
        return procedures.case_for(request.actor, asked)
    except NotFound:
        return None


def words_of(text: knowledge.PageText) -> dict[str, Any]:
    """A page for the template. The engine's Markdown lets no HTML of the author through."""
    return {"text": text, "html": mark_safe(text.html)}  # noqa: S308
