"""A member of staff registers their first second factor, with a one-time code from the operator."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madoguchi.faces.shared import browsers, proving, sessions, signing
from madoguchi.faces.shared.guards import guard, newcomer
from madoguchi.faces.shared.pages import go, go_to, page
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.ways_in import assurance, factors, passwords, staff
from madoguchi.kernel.identity.ways_in.errors import StartAgain

from . import registering
from .door import next_of, next_query, show_sign_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def first_time(request: HttpRequest) -> HttpResponse:
    """Who has no password yet: login, the code, and a password of their own choice."""
    if request.method != "POST":
        return show_first_time(request)
    try:
        password = passwords.agreed(request.POST.get("password", ""), request.POST.get("again", ""))
        account = staff.newcomer(
            login=request.POST.get("login", "").strip(),
            typed=request.POST.get("invitation", ""),
            password=password,
            from_address=proving.address_of(request),
        )
    except Refusal as refusal:
        return show_first_time(request, refusal)
    proving.begin_half(request, account, kind=sessions.STAFF, invited=True)
    return go(request, "desk:sign_in_register", query=next_query(request))


def show_first_time(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "next": next_of(request),
        "refusal": refusal,
        "typed_login": request.POST.get("login", "")[:150],
        "shortest": passwords.SHORTEST,
    }
    return page(request, "desk/sign_in/first_time.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def register(request: HttpRequest) -> HttpResponse:
    """After the password, the code; after the code, the factor. Registering it shows it: they are in."""
    try:
        found = proving.half(request, sessions.STAFF)
        account, invited = found.known, found.invited
    except StartAgain as refusal:
        return show_sign_in(request, refusal)
    if not invited and factors.has_any(account):
        return go(request, "desk:sign_in_second", query=next_query(request))
    if request.method != "POST":
        return show(request, account, invited)
    try:
        if not invited:
            return _take_code(request, account, way=found.way)
        word = registering.register(request, account, by=registering.actor_of(account))
        row = staff.come_in(
            account=account,
            second=word,
            first=found.way or assurance.PASSWORD,
            browser=browsers.family(request),
        )
        signing.come_in(request, row)
    except Refusal as refusal:
        return show(request, account, invited, refusal)
    return go_to(request, next_of(request))


def _take_code(request: HttpRequest, account: Any, *, way: str) -> HttpResponse:
    staff.use_invitation(
        account=account,
        typed=request.POST.get("invitation", ""),
        from_address=proving.address_of(request),
    )
    proving.begin_half(request, account, kind=sessions.STAFF, invited=True, way=way)
    return go(request, "desk:sign_in_register", query=next_query(request))


def show(request: HttpRequest, account: Any, invited: bool, refusal: Refusal | None = None) -> HttpResponse:
    """The field for the code; or the three kinds of factor."""
    context = {"invited": invited, "next": next_of(request), "refusal": refusal}
    if invited:
        context |= registering.offered(request, account)
    return page(request, "desk/sign_in/register.html", context, status=refusal.status if refusal else 200)
