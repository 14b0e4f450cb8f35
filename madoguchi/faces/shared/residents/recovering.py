"""Coming back when every way in was lost: three days after asking by mail, or with a code from the counter.

Nothing of the account is shown until a new way in stands.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madoguchi.faces.shared import browsers, proving, sessions, signing
from madoguchi.faces.shared.guards import guard, newcomer
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.ways_in import recovery
from madoguchi.kernel.identity.ways_in.errors import StartAgain

from . import adding
from .door import SETTINGS, show_sign_in

BY_MAIL, BY_COUNTER = "mail", "counter"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def recover(request: HttpRequest) -> HttpResponse:
    """Ask; wait; and when it is time, a new way in takes the place of the old ones."""
    try:
        found = proving.half(request, sessions.RESIDENT)
        account = found.known
    except StartAgain as refusal:
        return show_sign_in(request, refusal)
    way = found.way or BY_MAIL
    if request.method != "POST":
        return show(request, account, way)
    try:
        if "kind" not in request.POST:
            recovery.ask(account=account)
            return go(request, "shared:sign_in_recover")
        row = recovery.complete(
            account=account,
            way=way,
            added=adding.sent(request, account),
            label=adding.label(request),
            browser=browsers.family(request),
        )
    except Refusal as refusal:
        return show(request, account, way, refusal)
    adding.done(request)
    signing.come_in(request, row)
    messages.success(
        request, _("もどりました。新しい入りかたで入れます。前の入りかたは、すべて使えなくなりました。")
    )
    return redirect(SETTINGS)


def show(request: HttpRequest, account: Any, way: str, refusal: Refusal | None = None) -> HttpResponse:
    """Not asked yet, waiting, or open."""
    request_now = recovery.open_of(account, way)
    is_open = recovery.is_open(request_now)
    context = {"asked": request_now, "is_open": is_open, "way": way, "refusal": refusal, "next": "/"}
    if is_open:
        context |= adding.offered(request, account, "-")
    return page(request, "shared/sign_in/recover.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def paper(request: HttpRequest) -> HttpResponse:
    """The code the counter gave on paper, with the address the account has."""
    refusal_now = None
    if request.method == "POST":
        try:
            account = recovery.with_paper(
                address=request.POST.get("address", ""),
                typed=request.POST.get("code", ""),
                from_address=proving.address_of(request),
            )
        except Refusal as refusal:
            refusal_now = refusal
        else:
            proving.begin_half(request, account, kind=sessions.RESIDENT, way=BY_COUNTER)
            return go(request, "shared:sign_in_recover")
    context = {"typed_address": request.POST.get("address", "")[:254], "refusal": refusal_now}
    status = refusal_now.status if refusal_now else 200
    return page(request, "shared/sign_in/paper.html", context, status=status)
