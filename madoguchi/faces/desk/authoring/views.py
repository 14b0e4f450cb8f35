"""手続きを作る: the division's list, beginning a new one, and the overview of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.engines.authoring import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal

from .showing import STATES, frame

WRITERS = ("author", "publisher", "head")


@require_safe
@guard(staff(*WRITERS))
def listing(request: Asked) -> HttpResponse:
    """What the division writes and has published on the screen."""
    rows = [(row, STATES[row.state]) for row in queries.listing(request.actor)]
    context = {
        "rows": rows,
        "can_begin": request.actor.has_role("author"),
        "waiting": queries.waiting(request.actor),
    }
    return page(request, "desk/authoring/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff("author"))
def new(request: Asked) -> HttpResponse:
    """Choose what to begin from, name it, and begin."""
    if request.method != "POST":
        return show_new(request)
    kind, _colon, key = request.POST.get("start", "").partition(":")
    about = {
        "key": request.POST.get("key", ""),
        "title": request.POST.get("title", ""),
        "division": request.POST.get("division", ""),
        "by": request.actor,
    }
    try:
        if kind == "template":
            made = services.begin(template=key, **about)
        elif kind == "procedure":
            made = services.copy_of(procedure=key, **about)
        else:
            raise NotFound
    except Refusal as refusal:
        return show_new(request, refusal)
    return go(request, "desk:authoring:overview", blueprint_id=made.pk)


def show_new(request: Asked, refusal: Refusal | None = None) -> HttpResponse:
    """Templates and the division's own procedures; after a refusal with what was typed."""
    divisions = sorted(request.actor.divisions_as("author"))
    chosen = request.POST.get("division") or request.GET.get("division", "")
    division = chosen if chosen in divisions else divisions[0]
    templates, own = queries.startable(request.actor, division)
    start = request.POST.get("start") or request.GET.get("start", "")
    picked = next((one for one in (*templates, *own) if one.value == start), None)
    context = {
        "divisions": divisions,
        "division": division,
        "templates": templates,
        "own": own,
        "picked": picked,
        "typed": request.POST if refusal else None,
        "refusal": refusal,
    }
    return page(request, "desk/authoring/new.html", context, status=refusal.status if refusal else 200)


@require_safe
@guard(staff(*WRITERS))
def overview(request: Asked, blueprint_id: Any) -> HttpResponse:
    """How far it is: the pages, what is wrong on each, practice, publication."""
    return show_overview(request, queries.opened(request.actor, blueprint_id))


def show_overview(request: Asked, opened: Any, refusal: Refusal | None = None) -> HttpResponse:
    # What lacks a translation stands in a section of its own, counted by language.
    todo = [one for one in opened.faults if one.is_error or one.page != "languages"]
    context = frame(opened) | {"refusal": refusal, "todo": todo}
    return page(request, "desk/authoring/overview.html", context, status=refusal.status if refusal else 200)
