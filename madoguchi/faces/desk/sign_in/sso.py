"""The city's own sign-in for staff (OIDC). It opens accounts the operator made, with two factors or not at all."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from madoguchi.faces.shared import browsers, federated, proving, sessions, signing
from madoguchi.faces.shared.guards import anyone, guard, newcomer
from madoguchi.faces.shared.guards import staff as staff_only
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity.federation import links

from .door import next_of

BACK = "desk:sign_in_sso_back"
WAY = "sso"


@never_cache
@require_GET
@guard(newcomer)
def leave(request: HttpRequest) -> HttpResponse:
    """To the city's sign-in."""
    return _send(request, federated.ENTER)


@never_cache
@require_GET
@guard(staff_only())
def again(request: HttpRequest) -> HttpResponse:
    """To the city's sign-in, to show that it is still the same person."""
    return _send(request, federated.CONFIRM)


def _send(request: HttpRequest, purpose: str) -> HttpResponse:
    return federated.send(
        request, sessions.STAFF, BACK, next=next_of(request), otherwise="desk:sign_in", purpose=purpose
    )


@never_cache
@require_GET
@guard(newcomer)
def back(request: HttpRequest) -> HttpResponse:
    """From it: in, when it asked for two factors; to our own second step, when it did not."""
    try:
        found = federated.receive(request, sessions.STAFF, BACK)
        if found.purpose == federated.CONFIRM:
            return federated.confirmed(request, sessions.STAFF, found)
        link = links.member_of_staff(found.came)
        if found.came.two_factors:
            row = links.come_in(link=link, assurance=found.came.assurance, browser=browsers.family(request))
            signing.come_in(request, row)
            return redirect(found.next)
    except NotFound:
        raise
    except Refusal as refusal:
        return federated.refused(request, refusal, "desk:sign_in")
    proving.begin_half(request, link.account, kind=sessions.STAFF, way=WAY)
    return go(request, "desk:sign_in_second", query=_next(found.next))


def _next(wanted: str) -> str:
    return urlencode({"next": wanted})


@never_cache
@require_http_methods(["GET", "HEAD"])
@guard(anyone)
def left(request: HttpRequest) -> HttpResponse:
    """After the sign-out: where one signs out of the city's sign-in as well."""
    return federated.left(request, sessions.STAFF, "desk:sign_in", "desk/sign_in/left.html")
