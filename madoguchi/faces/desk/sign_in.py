"""The door of the staff. Residents have their own; a session on one side opens nothing on the other."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.shared import sessions
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import go, go_to, page, safe_next
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.errors import WrongSignIn


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(anyone)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Login and password; in a demo also one press for each of the fictional staff."""
    if request.method != "POST":
        return show_sign_in(request)
    try:
        account = _who_signs_in(request)
    except Refusal as refusal:
        return show_sign_in(request, refusal)
    sessions.sign_in(request, account, sessions.STAFF)
    return go_to(request, _next(request))


def show_sign_in(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The door; after a refusal with the login that was typed, never the password."""
    context = {
        "people": demo.staff(),
        "next": _next(request),
        "refusal": refusal,
        "typed_login": request.POST.get("login", ""),
    }
    return page(request, "desk/sign_in.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(anyone)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave the desk. The portal, if open in another window, stays as it is."""
    sessions.sign_out(request, sessions.STAFF)
    return go(request, "desk:sign_in")


def _who_signs_in(request: HttpRequest) -> Any:
    """The fictional person pressed, in a demo; otherwise whoever knows the password."""
    if settings.DEMO and "person" in request.POST:
        account = demo.staff_account(request.POST["person"])
        if account is None:
            raise WrongSignIn
        return account
    return identity.signed_in(
        kind=sessions.STAFF,
        login=request.POST.get("login", "").strip(),
        password=request.POST.get("password", ""),
    )


def _next(request: HttpRequest) -> str:
    """A page of the desk, and nothing else: a clerk who signed in belongs there."""
    home = reverse("desk:home")
    wanted = safe_next(request, home)
    return wanted if wanted.startswith(home) else home
