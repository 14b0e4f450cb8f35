"""練習: begin a try, go on with one, clear it away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.authoring import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go_to
from madoguchi.faces.shared.practising import ways_in
from madoguchi.kernel.errors import NotFound, Refusal

from .showing import back, fresh, show
from .views import WRITERS


@require_safe
@guard(staff(*WRITERS))
def practice(request: Asked, blueprint_id: Any) -> HttpResponse:
    """What was tried, what is being tried, and how to begin."""
    return show_practice(request, queries.opened(request.actor, blueprint_id))


def show_practice(request: Asked, opened: Any, refusal: Refusal | None = None) -> HttpResponse:
    runs = [(run, ways_in(run) if run.wiped_at is None else []) for run in opened.runs]
    return show(request, opened, "practice", "practice", refusal, runs=runs)


@require_POST
@guard(staff(*WRITERS))
def start(request: Asked, blueprint_id: Any) -> HttpResponse:
    """Into the practised world, as the resident."""
    opened = queries.opened(request.actor, blueprint_id)
    try:
        run = services.start(blueprint=opened.blueprint, by=request.actor)
    except Refusal as refusal:
        return show_practice(request, fresh(request, opened), refusal)
    return go_to(request, ways_in(run)[0][1])


@require_POST
@guard(staff(*WRITERS))
def wipe(request: Asked, blueprint_id: Any, run_id: Any) -> HttpResponse:
    """Take everything of one try away."""
    opened = queries.opened(request.actor, blueprint_id)
    run = next((one for one in opened.runs if one.pk == run_id), None)
    if run is None:
        raise NotFound
    services.wipe(run=run, by=request.actor)
    messages.success(request, _("練習を片づけました"))
    return back(opened, request, "practice")
