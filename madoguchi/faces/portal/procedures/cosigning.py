"""ほかの人の署名: the applicant sends each of them an address or a paper; they see what they sign and nothing else."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard, resident_or_agent
from madoguchi.faces.shared.pages import page
from madoguchi.kernel.errors import NotFound, Refusal

STEPS = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@guard(resident_or_agent)
def signers(request: Asked, case_id: Any) -> HttpResponse:
    """Whom the case waits for, and how to ask each of them."""
    return show_signers(request, case_id)


def show_signers(request: Asked, case_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The list; after a refusal why no address was made."""
    case, title, found = queries.signers_for(request.actor, case_id)
    context = {"case": case, "title": title, "signers": found, "refusal": refusal}
    return page(request, "portal/procedures/signers.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(resident_or_agent)
def invite(request: Asked, case_id: Any, signer: str) -> HttpResponse:
    """お願いのページを作る: its address is shown once, on this page, because nobody keeps it."""
    case, title, found = queries.signers_for(request.actor, case_id)
    try:
        token = services.invite(case=case, signer=signer, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_signers(request, case_id, refusal)
    _case, _title, found = queries.signers_for(request.actor, case_id)
    context = {
        "case": case,
        "title": title,
        "person": next(one for one in found if one.id == signer),
        "address": request.build_absolute_uri(reverse("portal:procedures:sign", args=[token])),
    }
    # Answered without a redirect: the address stands in no session and no history.
    return page(request, "portal/procedures/invited.html", context)


@require_safe
@guard(resident_or_agent)
def paper(request: Asked, case_id: Any, signer: str) -> HttpResponse:
    """紙に署名してもらう: the statement with a line for name and date, to print."""
    case, title, person = queries.paper_to_sign(request.actor, case_id, signer)
    context = {
        "case": case,
        "title": title,
        "person": person,
        "contact": directory.contact(case.division_id),
    }
    return page(request, "portal/procedures/sign_paper.html", context)


@never_cache
@STEPS
@guard(anyone)
def sign(request: Asked, token: str) -> HttpResponse:
    """What whoever was sent the address sees: the statement, who asks, and a line for their name."""
    try:
        asked = queries.request_behind(token)
        if request.method != "POST":
            return show_sign(request, token, asked)
        if request.POST.get("then") == "decline":
            services.decline(token=token, by=request.actor)
            return page(request, "portal/procedures/signed.html", {"asked": asked, "declined": True})
        services.sign(
            token=token,
            name=request.POST.get("name", ""),
            seen=request.POST.get("seen", ""),
            by=request.actor,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        if refusal.status == 422:
            return show_sign(request, token, asked, refusal)
        return page(
            request, "portal/procedures/signing_over.html", {"refusal": refusal}, status=refusal.status
        )
    return page(request, "portal/procedures/signed.html", {"asked": asked, "declined": False})


def show_sign(request: Asked, token: str, asked: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The page to sign; after a refusal with what was typed."""
    context = {
        "asked": asked,
        "token": token,
        "typed": request.POST.get("name", "")[:100],
        "error_list": [{"href": "#sign-name", "sentence": str(refusal)}] if refusal else [],
        "error": refusal,
    }
    return page(request, "portal/procedures/sign.html", context, status=refusal.status if refusal else 200)
