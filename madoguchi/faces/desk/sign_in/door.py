"""The door of the staff. Residents have their own; a session on one side opens nothing on the other."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.shared import browsers, federated, proving, sessions, signing
from madoguchi.faces.shared.guards import anyone, guard, newcomer
from madoguchi.faces.shared.pages import go, go_to, page, safe_next
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.errors import WrongSignIn
from madoguchi.kernel.identity.ways_in import staff


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Password first, then a second page; or the staff card with its PIN; in a demo one press for each person."""
    if request.method != "POST":
        return show_sign_in(request)
    try:
        halfway = _enter(request)
    except Refusal as refusal:
        return show_sign_in(request, refusal)
    if halfway is None:
        return go_to(request, next_of(request))
    return go(request, "desk:sign_in_second", query=next_query(request))


def show_sign_in(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The door; after a refusal with the login that was typed, never the password."""
    context = {
        "people": demo.staff(),
        "next": next_of(request),
        "refusal": refusal,
        "typed_login": request.POST.get("login", "")[:150],
        "provider": federated.offered(sessions.STAFF),
    }
    return page(request, "desk/sign_in/door.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(anyone)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave the desk. The portal, if open in another window, stays as it is."""
    assurance = sessions.assurance_of(request, sessions.STAFF)
    signing.leave(request, sessions.STAFF)
    if assurance.startswith("sso") and federated.offered(sessions.STAFF):
        return go(request, "desk:sign_in_left")
    return go(request, "desk:sign_in")


def _enter(request: HttpRequest) -> Any | None:
    """None when they are in; otherwise who has still to show a second factor."""
    if "person" in request.POST:
        if not signing.by_choosing(request, sessions.STAFF, request.POST["person"]):
            raise WrongSignIn
        return None
    if "number" in request.POST:
        typed = proving.typed(request)
        row = staff.come_in_by_card(
            number=typed["number"],
            pin=typed.get("pin", ""),
            from_address=proving.address_of(request),
            browser=browsers.family(request),
        )
        signing.come_in(request, row)
        return None
    account = signing.by_password(request, sessions.STAFF)
    if account.is_demo:
        signing.come_in(request, people.enter_demo(account=account, browser=browsers.family(request)))
        return None
    proving.begin_half(request, account, kind=sessions.STAFF)
    return account


def next_of(request: HttpRequest) -> str:
    """A page of the desk, and nothing else: a clerk who signed in belongs there."""
    home = reverse("desk:home")
    wanted = safe_next(request, home)
    # A browser reads "/desk/../my/" as "/my/".
    return wanted if wanted.startswith(home) and "/.." not in wanted else home


def next_query(request: HttpRequest) -> str:
    """The same, to carry on to the next page of the sign-in."""
    return urlencode({"next": next_of(request)})
