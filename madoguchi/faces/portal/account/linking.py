"""A provider (マイナアプリ) as one more way in: added from inside the account, by whoever has just confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madoguchi.faces.shared import federated, sessions
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import fresh_resident, guard, resident
from madoguchi.faces.shared.pages import go, page, safe_next
from madoguchi.faces.shared.residents.by_provider import BACK, asked, waiting
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.federation import links

from .views import here, show

SETTINGS = "portal:account:settings"


@require_GET
@guard(fresh_resident)
def leave(request: Asked) -> HttpResponse:
    """To the provider, to add what it says."""
    return _send(request, federated.LINK, reverse(SETTINGS))


@require_GET
@guard(resident)
def confirm(request: Asked) -> HttpResponse:
    """To the provider, to show that it is still the same person."""
    return _send(request, federated.CONFIRM, safe_next(request, reverse(SETTINGS)))


def _send(request: Asked, purpose: str, wanted: str) -> HttpResponse:
    return federated.send(request, sessions.RESIDENT, BACK, next=wanted, otherwise=SETTINGS, purpose=purpose)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(fresh_resident)
def decide(request: Asked) -> HttpResponse:
    """What came back, and whether it is added; its four facts only if they say so."""
    try:
        arrival, _wanted = waiting(request, federated.LINK, whose=str(request.actor.account))
        if request.method != "POST":
            return page(request, "portal/account/link.html", asked(arrival))
        links.link_here(sign_in=here(request), arrival=arrival, keep_facts=request.POST.get("keep") == "yes")
    except Refusal as refusal:
        federated.end_arrival(request)
        return federated.refused(request, refusal, SETTINGS)
    federated.end_arrival(request)
    messages.success(request, _("加えました。ほかの端末からは、サインアウトしました。"))
    return go(request, SETTINGS)


@require_POST
@guard(fresh_resident)
def stop(request: Asked, link_id: Any) -> HttpResponse:
    """Given up; the last way in cannot be."""
    try:
        links.stop_here(sign_in=here(request), link_id=link_id)
    except Refusal as refusal:
        return show(request, refusal)
    messages.success(request, _("やめました。ほかの端末からは、サインアウトしました。"))
    return go(request, SETTINGS)


@require_POST
@guard(resident)
def forget_facts(request: Asked) -> HttpResponse:
    """What the card said is no longer kept."""
    links.forget_facts(account=here(request).account)
    messages.success(request, _("カードから登録した内容を消しました。"))
    return go(request, SETTINGS)
