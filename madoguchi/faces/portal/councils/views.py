"""Councils as everybody may read them. What is not there yet is said to be not there yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.engines.consultation import queries as consultation
from madoguchi.engines.councils import queries
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.files import send_file
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import clock, links

JAPANESE = "ja"


@require_safe
@guard(anyone)
def councils(request: Asked) -> HttpResponse:
    """The bodies of today, each with its next meeting."""
    rows = [
        {"council": one, "words": words_of(one, request.LANGUAGE_CODE), "next": one.coming[:1]}
        for one in queries.councils()
    ]
    return page(request, "portal/councils/list.html", {"rows": rows})


@require_safe
@guard(anyone)
def council(request: Asked, key: str) -> HttpResponse:
    """One body: who sits in it, how to attend, its meetings, and the drafts it was told of."""
    found = queries.council(key)
    meetings = list(queries.meetings(found))
    today = clock.today()
    context = {
        "council": found,
        "words": words_of(found, request.LANGUAGE_CODE),
        "seats": queries.seats(found),
        # The nearest first: who wants to attend looks for that one.
        "coming": [one for one in reversed(meetings) if one.state == one.State.PLANNED and one.on >= today],
        "past": [one for one in meetings if one.state != one.State.PLANNED or one.on < today],
        "calls": consultation.calls_told(found.name),
    }
    return page(request, "portal/councils/council.html", context)


@require_safe
@guard(anyone)
def meeting(request: Asked, meeting_id: Any) -> HttpResponse:
    """One meeting: when and where, how to attend, agenda, papers, minutes."""
    found = queries.meeting(meeting_id)
    context = {
        "meeting": found,
        "council": found.council,
        "words": words_of(found.council, request.LANGUAGE_CODE),
        "agenda": _with_addresses(found.agenda.all()),
        "materials": found.materials.all(),
        "is_to_come": found.state == found.State.PLANNED and found.on >= clock.today(),
    }
    return page(request, "portal/councils/meeting.html", context)


@require_safe
@guard(anyone)
def material(request: Asked, meeting_id: Any, material_id: Any) -> HttpResponse:
    """A paper handed out at the meeting."""
    return send_file(queries.material(meeting_id, material_id).file)


def _with_addresses(points: Sequence[Any]) -> list[dict[str, Any]]:
    """Each point with the page of what it is about, where this face shows such things."""
    calls = consultation.briefed(point.about for point in points)
    return [
        {
            "point": point,
            "href": reverse("portal:opinions:call", args=[calls[point.about].key])
            if point.about in calls
            else links.href(point.about)
            if point.about
            else "",
        }
        for point in points
    ]


def words_of(council: Any, language: str) -> dict[str, Any]:
    """Name and what it does in the reader's language; the Japanese name beside it where that differs."""
    ours = council.words.get(language) or {}
    name = ours.get("name") or council.name
    return {
        "name": name,
        "does": ours.get("does") or council.does,
        "own": council.name if name != council.name and language != JAPANESE else "",
    }
