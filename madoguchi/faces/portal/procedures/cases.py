"""わたしの手続き: what was begun and sent, how far it is, what is asked of me, who looked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.messaging import queries as messaging
from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.files import send_file
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.summary import error_list
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster


@require_safe
@guard(resident)
def mine(request: Asked) -> HttpResponse:
    """Drafts, cases and the inbox of one person."""
    context = {
        "drafts": queries.drafts_of(request.actor),
        "cases": queries.cases_of(request.actor),
        "inbox": messaging.inbox(request.party) if request.party else [],
        "kept": request.GET.get("kept", ""),
    }
    return page(request, "portal/procedures/mine.html", context)


@require_safe
@guard(resident)
def case(request: Asked, case_id: Any) -> HttpResponse:
    """One case: the line it walks, what is asked, its papers, letters, and who looked."""
    return show_case(request, queries.case_for(request.actor, case_id))


def show_case(
    request: Asked, found: Any, refusal: Refusal | None = None, status: int | None = None
) -> HttpResponse:
    """The case; after a refused correction with what was typed and each sentence at its place."""
    refused = refusal.errors if isinstance(refusal, AnswerRefused) else {}
    places = [_place(request, found, place, refused, redraw=bool(refusal)) for place in found.places]
    context = {
        "found": found,
        "case": found.case,
        "places": places,
        "contact": directory.contact(found.case.division_id),
        "later": [paper for paper in found.papers if paper.way == "later"],
        "sent": "sent" in request.GET,
        "refusal": refusal if not refused else None,
        "error_list": [error for place in places for error in place["error_list"]],
    }
    return page(
        request,
        "portal/procedures/case.html",
        context,
        status=status or (refusal.status if refusal else 200),
    )


def _place(
    request: Asked, found: Any, place: Any, refused: Mapping[str, Any], *, redraw: bool
) -> dict[str, Any]:
    """A place to put right, as the page shows it. Errors come keyed `path:input`."""
    errors = {
        name.removeprefix(f"{place.path}:"): sentence
        for name, sentence in refused.items()
        if name.startswith(f"{place.path}:")
    }
    return {
        "asked": place.question,
        "remark": {
            "who": found.case.division_id,
            "at": found.correction.asked_at,
            "text": place.remark,
        },
        "prefix": f"{place.path}:",
        "errors": errors,
        "typed": request.POST if redraw else None,
        "error_list": error_list(place.path, errors),
    }


@require_POST
@guard(resident)
def correct(request: Asked, case_id: Any) -> HttpResponse:
    """直して送る: all places at once, or none."""
    found = queries.case_for(request.actor, case_id)
    posted = {
        place.path: {name: request.POST.get(f"{place.path}:{name}", "") for name in place.question.inputs}
        for place in found.places
    }
    try:
        services.answer_correction(
            case=found.case, posted=posted, by=request.actor, seen=_seen(request, found)
        )
    except Refusal as refusal:
        return show_case(request, queries.case_for(request.actor, case_id), refusal)
    return go(request, "portal:procedures:case", case_id=case_id, query="sent=1")


@require_POST
@guard(resident)
def withdraw(request: Asked, case_id: Any) -> HttpResponse:
    """Take the application back, once the box says so."""
    found = queries.case_for(request.actor, case_id)
    try:
        services.withdraw(case=found.case, by=request.actor, seen=_seen(request, found))
    except Refusal as refusal:
        return show_case(request, queries.case_for(request.actor, case_id), refusal)
    messages.success(request, _("取り下げました"))
    return go(request, "portal:procedures:case", case_id=case_id)


def _seen(request: Asked, found: Any) -> int:
    """The version the person saw. A form without it is an old one: somebody may have been faster."""
    typed = request.POST.get("seen", "")
    if not typed.isascii() or not typed.isdigit():
        raise SomebodyWasFaster
    return int(typed[:9])


@require_safe
@guard(resident)
def receipt(request: Asked, case_id: Any) -> HttpResponse:
    """受け付けました: the number, and what happens next."""
    found = queries.case_for(request.actor, case_id)
    context = {
        "found": found,
        "case": found.case,
        "contact": directory.contact(found.case.division_id),
        "later": [paper for paper in found.papers if paper.way == "later"],
    }
    return page(request, "portal/procedures/receipt.html", context)


@require_safe
@guard(resident)
def letter(request: Asked, case_id: Any, file_id: Any) -> HttpResponse:
    """A file of the case: the decision's letter, the copy of the application, a paper one sent."""
    return send_file(queries.file_for(request.actor, case_id, file_id))
