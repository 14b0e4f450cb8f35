"""Residents come in: by passkey, or by their mail and one thing more; the first time the mail opens an account.

The address is never kept by us between two pages: the form carries it, and only its digest is compared.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madoguchi.faces.shared import browsers, federated, proving, sessions, signing
from madoguchi.faces.shared.guards import guard, newcomer
from madoguchi.faces.shared.pages import go, page, safe_next
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity.ways_in import contacts, residents
from madoguchi.kernel.identity.ways_in.errors import StartAgain

from . import adding

# サインインの設定, where whoever came back looks at their ways in.
SETTINGS = "/my/account/"
CAME_BACK = _(
    "もどりました。なくしたスマートフォンなどの入りかたは、ここでやめて、新しい入りかたを加えてください。"
)


class ChooseSomebody(Refusal):
    """The sign-in page was sent without a person, or with one who is not there."""

    code = "choose_somebody"
    status = 422
    message = _("サインインする人を選んでください。")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def sign_in(request: HttpRequest) -> HttpResponse:
    """A passkey, or a mail address to which we send a code. In the demo also one of the fictional people."""
    if request.method != "POST":
        return show_sign_in(request)
    try:
        if "address" in request.POST:
            address = contacts.normal(request.POST["address"])
            contacts.send_code(address=address, asker=proving.asker(request))
            return show_code(request)
        _enter(request)
    except Refusal as refusal:
        return show_sign_in(request, refusal)
    signing.read_as_before(request)
    return redirect(safe_next(request))


def _enter(request: HttpRequest) -> None:
    if "credential" in request.POST:
        answer = proving.typed(request)["credential"]
        row = residents.by_passkey(proving.take_challenge(request), answer, browser=browsers.family(request))
        signing.come_in(request, row)
    elif not signing.by_choosing(request, sessions.RESIDENT, request.POST.get("login", "")):
        raise ChooseSomebody


def show_sign_in(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The ways in; after a refusal the same, with the address that was typed and the reason."""
    context = {
        "people": demo.residents(),
        "is_demo": settings.DEMO,
        "next": safe_next(request),
        "refusal": refusal,
        "typed_address": request.POST.get("address", "")[:254],
        "passkey_options": proving.ask_for_passkey(request, kind=sessions.RESIDENT),
        "ask": "get",
        "provider": federated.offered(sessions.RESIDENT),
    }
    return page(request, "shared/sign_in.html", context, status=refusal.status if refusal else 200)


# ------------------------------------------------------------------ the code of the mail


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def code(request: HttpRequest) -> HttpResponse:
    """Six digits. Right: on to the second thing, or to a new account; both look the same until then."""
    if request.method != "POST":
        return redirect("shared:sign_in")
    address = request.POST.get("address", "")
    try:
        account = residents.read_mail(
            address=address,
            typed=request.POST.get("code", ""),
            asker=proving.asker(request),
            from_address=proving.address_of(request),
        )
    except Refusal as refusal:
        return show_code(request, refusal)
    whose = contacts.digest(contacts.normal(address))
    proving.begin_half(request, account, kind=sessions.RESIDENT, whose=whose)
    if account is None:
        return show_new(request)
    return go(request, "shared:sign_in_more", query=next_query(request))


def show_code(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """Where the code goes. The same page, in the same time, whether or not we know the address."""
    context = {
        "address": as_kept(request.POST.get("address", "")),
        "next": safe_next(request),
        "is_demo": settings.DEMO,
        "refusal": refusal,
    }
    return page(request, "shared/sign_in/code.html", context, status=refusal.status if refusal else 200)


# ------------------------------------------------------------------ one thing more


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def more(request: HttpRequest) -> HttpResponse:
    """After the mail: passkey, app, password, or one of the codes on paper."""
    try:
        account = proving.half(request, sessions.RESIDENT).known
    except StartAgain as refusal:
        return show_sign_in(request, refusal)
    refusal_now = None
    if request.method == "POST":
        typed = one_thing(request)
        challenge = proving.take_challenge(request) if "credential" in typed else None
        try:
            shown = residents.one_thing_more(
                account=account, typed=typed, challenge=challenge, from_address=proving.address_of(request)
            )
            row = residents.come_in(account=account, shown=shown, browser=browsers.family(request))
        except Refusal as refusal:
            refusal_now = refusal
        else:
            signing.come_in(request, row)
            signing.read_as_before(request)
            if "recovery" in typed:
                messages.success(request, CAME_BACK)
                return redirect(SETTINGS)
            return redirect(safe_next(request))
    context = {**asked(request, account), "next": safe_next(request), "refusal": refusal_now}
    status = refusal_now.status if refusal_now else 200
    return page(request, "shared/sign_in/more.html", context, status=status)


def one_thing(request: HttpRequest) -> dict[str, str]:
    """What was sent beside the mail, by name."""
    own = {name: request.POST[name][:500] for name in ("password", "recovery") if name in request.POST}
    return {**proving.typed(request), **own}


def asked(request: HttpRequest, account: Any) -> dict[str, Any]:
    """Which forms the page shows, and its question for the passkey."""
    kinds = residents.ways(account)
    options = ""
    if "passkey" in kinds:
        options = proving.ask_for_passkey(request, kind=sessions.RESIDENT, account=account)
    return {"kinds": kinds, "passkey_options": options, "ask": "get"}


# ------------------------------------------------------------------ the first time


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guard(newcomer)
def new(request: HttpRequest) -> HttpResponse:
    """The account is opened together with what the person comes in with from now on."""
    if request.method != "POST":
        return redirect("shared:sign_in")
    try:
        found = proving.half(request, sessions.RESIDENT)
        address = contacts.normal(request.POST.get("address", ""))
        if found.account is not None or found.whose != contacts.digest(address):
            raise StartAgain
    except Refusal as refusal:
        return show_sign_in(request, refusal)
    try:
        row = residents.open_account(
            account_id=adding.coming_id(request),
            address=address,
            added=adding.sent(request, None),
            label=adding.label(request),
            browser=browsers.family(request),
        )
    except StartAgain as refusal:
        return show_sign_in(request, refusal)
    except Refusal as refusal:
        return show_new(request, refusal)
    adding.done(request)
    signing.come_in(request, row)
    return redirect(safe_next(request))


def show_new(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """Nobody has this address yet: choose how to come in."""
    address = as_kept(request.POST.get("address", ""))
    context = {
        **adding.offered(request, None, address),
        "address": address,
        "next": safe_next(request),
        "refusal": refusal,
    }
    return page(request, "shared/sign_in/new.html", context, status=refusal.status if refusal else 200)


def as_kept(typed: str) -> str:
    """An address in the form we write to, so that nobody wonders whether full-width letters were understood."""
    try:
        return contacts.normal(typed)
    except Refusal:
        return typed[:254]


def next_query(request: HttpRequest) -> str:
    """Where they wanted to go, for the next page of the sign-in."""
    return urlencode({"next": safe_next(request)})
