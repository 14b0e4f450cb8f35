"""The door of the staff. Residents have their own; a session on one side opens nothing on the other."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.shared import sessions, signing
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import go, go_to, page, safe_next
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity.errors import WrongSignIn


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(anyone)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Login and password; in a demo also one press for each of the fictional staff."""
    if request.method != "POST":
        return show_sign_in(request)
    try:
        _enter(request)
    except Refusal as refusal:
        return show_sign_in(request, refusal)
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
    signing.leave(request, sessions.STAFF)
    return go(request, "desk:sign_in")


def _enter(request: HttpRequest) -> None:
    """The fictional person pressed, in a demo; otherwise whoever knows the password."""
    if "person" not in request.POST:
        signing.by_password(request, sessions.STAFF)
    elif not signing.by_choosing(request, sessions.STAFF, request.POST["person"]):
        raise WrongSignIn


def _next(request: HttpRequest) -> str:
    """A page of the desk, and nothing else: a clerk who signed in belongs there."""
    home = reverse("desk:home")
    wanted = safe_next(request, home)
    return wanted if wanted.startswith(home) else home
