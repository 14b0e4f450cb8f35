"""Open to anybody: cases told without names, and what can be borrowed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.records import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page


@require_safe
@guard(anyone)
def stories(request: Asked) -> HttpResponse:
    """What others asked and what helped them."""
    return page(request, "portal/records/stories.html", {"stories": queries.stories()})


@require_safe
@guard(anyone)
def story(request: Asked, story_id: Any) -> HttpResponse:
    """One of them."""
    return page(request, "portal/records/story.html", {"story": queries.story(story_id)})


@require_safe
@guard(anyone)
def things(request: Asked) -> HttpResponse:
    """What can be borrowed, and whether it is here; who has it is nobody's business."""
    return page(request, "portal/records/things.html", {"things": queries.things()})
