"""わたしの手続き: what was begun and sent, how far it is, what is asked of me, who looked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared import sessions
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.files import send_file
from madoguchi.faces.shared.guards import guard, resident_or_agent
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster
from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.identity.ways_in import recovery


@require_safe
@guard(resident_or_agent)
def mine(request: Asked) -> HttpResponse:
    """Drafts, cases and the inbox of one person."""
    context = {
        "drafts": queries.drafts_of(request.actor),
        "cases": queries.cases_of(request.actor),
        "inbox": queries.messages_for(request.actor),
        "held": mandates.held_by(request.actor) if request.actor.mandate is None and request.party else [],
        "kept": request.GET.get("kept", ""),
        "coming_back": _coming_back(request),
    }
    return page(request, "portal/procedures/mine.html", context)


def _coming_back(request: Asked) -> bool:
    """Whether somebody said that they lost every way into this account: its owner must read it where they come first."""
    found = sessions.signed_in(request, sessions.RESIDENT) if request.actor.mandate is None else None
    return found is not None and recovery.open_of(found.account) is not None


@require_safe
@guard(resident_or_agent)
def case(request: Asked, case_id: Any) -> HttpResponse:
    """One case: the line it walks, what is asked, its papers, letters, and who looked."""
    return show_case(request, queries.case_for(request.actor, case_id))


def show_case(
    request: Asked,
    found: Any,
    refusal: Refusal | None = None,
    status: int | None = None,
    typed: list[str] | None = None,
) -> HttpResponse:
    """The case; after a refusal with its sentence, and with what was typed too late."""
    context = {
        "found": found,
        "case": found.case,
        "places": found.places,
        "contact": directory.contact(found.case.division_id),
        "later": [paper for paper in found.papers if paper.way == "later"],
        "sent": "sent" in request.GET,
        "sharings": queries.sharings_for(request.actor, found.case),
        "kept": "kept" in request.GET,
        "typed": typed,
        "refusal": refusal,
    }
    return page(
        request,
        "portal/procedures/case.html",
        context,
        status=status or (refusal.status if refusal else 200),
    )


@require_POST
@guard(resident_or_agent)
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
    seen = number(request.POST.get("seen", ""))
    if seen is None:
        raise SomebodyWasFaster
    return seen


@require_safe
@guard(resident_or_agent)
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
@guard(resident_or_agent)
def letter(request: Asked, case_id: Any, file_id: Any) -> HttpResponse:
    """A file of the case: the decision's letter, the copy of the application, a paper one sent."""
    return send_file(queries.file_for(request.actor, case_id, file_id))
