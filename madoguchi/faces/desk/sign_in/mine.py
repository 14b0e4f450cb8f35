"""サインインの設定 of a member of staff: their factors, their password, where they are signed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.shared import sessions
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity.ways_in import factors, passwords, sign_ins

from . import registering


@require_safe
@guard(staff())
def mine(request: Asked) -> HttpResponse:
    """What proves me, and the browsers I am signed in with."""
    return show(request)


def show(request: Asked, refusal: Refusal | None = None) -> HttpResponse:
    found = here(request)
    context = {
        "factors": factors.of(found.account),
        "sign_ins": sign_ins.open_ones(found.account),
        "here": found,
        "refusal": refusal,
    }
    return page(request, "desk/sign_in/mine.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(fresh=True))
def add(request: Asked, kind: str) -> HttpResponse:
    """One more factor. The other browsers are signed out, so that nobody adds one unseen and stays."""
    if kind not in registering.KINDS:
        raise NotFound
    account = here(request).account
    refusal = None
    if request.method == "POST":
        try:
            registering.register(request, account, by=request.actor)
        except Refusal as error:
            refusal = error
        else:
            sign_ins.end_all(account=account, by=request.actor, why="factor_added", besides=here(request))
            messages.success(request, _("加えました。ほかのブラウザーからは、サインアウトしました。"))
            return go(request, "desk:my_sign_in")
    context = {**registering.offered(request, account, kind), "kind": kind, "refusal": refusal}
    return page(request, "desk/sign_in/add.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(fresh=True))
def password(request: Asked) -> HttpResponse:
    """A new password; the other browsers are signed out."""
    refusal = None
    if request.method == "POST":
        found = here(request)
        try:
            new = passwords.agreed(request.POST.get("password", ""), request.POST.get("again", ""))
            passwords.change(sign_in=found, password=new, by=request.actor)
        except Refusal as error:
            refusal = error
        else:
            messages.success(
                request, _("パスワードを変えました。ほかのブラウザーからは、サインアウトしました。")
            )
            return go(request, "desk:my_sign_in")
    context = {"refusal": refusal, "shortest": passwords.SHORTEST}
    return page(request, "desk/sign_in/password.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(fresh=True))
def stop(request: Asked, factor_id: Any) -> HttpResponse:
    """One of mine proves nothing any more."""
    try:
        factors.stop_mine(factor_id=factor_id, sign_in=here(request), by=request.actor)
    except Refusal as refusal:
        return show(request, refusal)
    messages.success(request, _("やめました。ほかのブラウザーからは、サインアウトしました。"))
    return go(request, "desk:my_sign_in")


@require_POST
@guard(staff())
def end_others(request: Asked) -> HttpResponse:
    """Signed out everywhere but here."""
    found = here(request)
    sign_ins.end_all(account=found.account, by=request.actor, why="own", besides=found)
    messages.success(request, _("ほかのブラウザーからサインアウトしました。"))
    return go(request, "desk:my_sign_in")


def here(request: Asked) -> Any:
    """The sign-in of this browser; the guard saw that there is one."""
    found = sessions.signed_in(request, sessions.STAFF)
    if found is None:
        raise NotFound
    return found
