"""One meeting on the desk: day and place, agenda, papers, how it went, minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.consultation import queries as consultation
from madoguchi.engines.consultation import services as consulting
from madoguchi.engines.councils import queries, services
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock, links
from madoguchi.kernel.errors import NotFound, Refusal

from .given import meeting_in, number
from .views import MINDING


@require_safe
@guard(staff(*MINDING))
def meeting(request: HttpRequest, meeting_id: Any) -> HttpResponse:
    """Everything about one meeting, and what can be done with it."""
    return show(request, meeting_id)


def show(request: HttpRequest, meeting_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now; after a refusal with its sentence and what was typed."""
    found = queries.meeting_for(request.actor, meeting_id)
    points = list(found.agenda.all())
    there = {point.about for point in points}
    context = {
        "meeting": found,
        "council": found.council,
        "points": [
            (point, links.href(point.about, "desk") or links.href(point.about))
            if point.about
            else (point, "")
            for point in points
        ],
        "materials": found.materials.all(),
        "is_due": found.state == found.State.PLANNED and found.on <= clock.today(),
        "calls": [
            call
            for call in consultation.calls_run_by(request.actor)
            if found.state == found.State.PLANNED and str(call.ref) not in there
        ],
        "typed": request.POST if refusal else {},
        "refusal": refusal,
    }
    return page(request, "desk/councils/meeting.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(*MINDING))
def change(request: HttpRequest, meeting_id: Any) -> HttpResponse:
    """Another day, place or way to attend."""
    return _act(
        request,
        meeting_id,
        lambda found: services.change_meeting(
            meeting=found,
            given=meeting_in(request),
            by=request.actor,
            seen=number(request.POST.get("seen", "")),
        ),
        _("直しました。"),
    )


@require_POST
@guard(staff(*MINDING))
def point(request: HttpRequest, meeting_id: Any) -> HttpResponse:
    """One more point of the agenda."""
    title = request.POST.get("title", "")[:300]
    return _act(
        request,
        meeting_id,
        lambda found: services.add_point(meeting=found, title=title, by=request.actor),
        _("議題を足しました。"),
    )


@require_POST
@guard(staff(*MINDING))
def outcome(request: HttpRequest, meeting_id: Any, point_id: Any) -> HttpResponse:
    """What was decided about a point."""

    def say(found: Any) -> None:
        asked = next((one for one in found.agenda.all() if one.pk == point_id), None)
        if asked is None:
            raise NotFound
        services.say_outcome(point=asked, outcome=request.POST.get("outcome", "")[:300], by=request.actor)

    return _act(request, meeting_id, say, _("決まったことを書きました。"))


@require_POST
@guard(staff(*MINDING))
def brief(request: HttpRequest, meeting_id: Any) -> HttpResponse:
    """Put the draft of a call on the agenda: it is shown with the call, too."""

    def put(found: Any) -> None:
        call = consultation.call_for(request.actor, request.POST.get("call", "")[:60])
        consulting.brief_council(call=call, meeting_id=found.pk, by=request.actor)

    return _act(request, meeting_id, put, _("素案の説明を議題にのせました。募集のページにも出ています。"))


@require_POST
@guard(staff(*MINDING))
def material(request: HttpRequest, meeting_id: Any) -> HttpResponse:
    """A paper: a file, or a page of this site."""
    upload = request.FILES.get("file")

    def add(found: Any) -> None:
        services.add_material(
            meeting=found,
            title=request.POST.get("title", "")[:200],
            upload=upload,
            name=upload.name or "" if upload else "",
            path=request.POST.get("path", "")[:301].strip(),
            pages=number(request.POST.get("pages", "")),
            by=request.actor,
        )

    return _act(request, meeting_id, add, _("資料を足しました。"))


@require_POST
@guard(staff(*MINDING))
def remove(request: HttpRequest, meeting_id: Any, material_id: Any) -> HttpResponse:
    """Take a paper away."""

    def take_away(found: Any) -> None:
        paper = next((one for one in found.materials.all() if one.pk == material_id), None)
        if paper is None:
            raise NotFound
        services.remove_material(material=paper, by=request.actor)

    return _act(request, meeting_id, take_away, _("資料を消しました。"))


@require_POST
@guard(staff(*MINDING))
def held(request: HttpRequest, meeting_id: Any) -> HttpResponse:
    """It took place."""
    return _act(
        request,
        meeting_id,
        lambda found: services.hold(meeting=found, by=request.actor),
        _("「終わった」にしました。議事録を公表できます。"),
    )


@require_POST
@guard(staff(*MINDING))
def cancel(request: HttpRequest, meeting_id: Any) -> HttpResponse:
    """It does not take place, and why."""
    why = request.POST.get("why", "")[:300]
    return _act(
        request,
        meeting_id,
        lambda found: services.cancel(meeting=found, why=why, by=request.actor),
        _("中止にしました。ほかの画面からのった議題は、つぎの会議に移しました。"),
    )


@require_POST
@guard(staff(*MINDING))
def minutes(request: HttpRequest, meeting_id: Any) -> HttpResponse:
    """Publish the minutes, or a correction."""
    return _act(
        request,
        meeting_id,
        lambda found: services.publish_minutes(
            meeting=found,
            minutes=request.POST.get("minutes", ""),
            by=request.actor,
            seen=number(request.POST.get("seen", "")),
        ),
        _("議事録を公表しました。"),
    )


def _act(request: HttpRequest, meeting_id: Any, verb: Callable[[Any], Any], done: str) -> HttpResponse:
    found = queries.meeting_for(request.actor, meeting_id)
    try:
        verb(found)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return show(request, meeting_id, refusal)
    messages.success(request, done)
    return go(request, "desk:councils:meeting", meeting_id=meeting_id)
