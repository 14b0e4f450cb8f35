"""Registering a factor: what the page offers, and what was sent. Used at the first sign-in and later."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from madoguchi.faces.shared import browsers, proving
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.ways_in import assurance, cards, factors, passkeys, totp
from madoguchi.kernel.refs import Actor

KINDS = ("passkey", "totp", "card")


def actor_of(account: Any) -> Actor:
    """Somebody who is not in yet, but does this themselves."""
    return identity.actor_for(account)


def offered(request: HttpRequest, account: Any, *kinds: str) -> dict[str, Any]:
    """What the page needs for each kind of factor it offers."""
    context: dict[str, Any] = {"kinds": kinds or KINDS, "passkey_options": ""}
    if "passkey" in context["kinds"] and passkeys.are_possible():
        have = factors.of(account).filter(kind="passkey")
        begun = passkeys.begin_registering(account.pk, kind=account.kind, name=account.login, have=have)
        context["passkey_options"] = proving.keep_challenge(request, begun)
    if "totp" in context["kinds"]:
        context["app"] = proving.new_app(request, whose=account.login, account_id=account.pk)
    return context


def register(request: HttpRequest, account: Any, *, by: Actor) -> str:
    """Register what was sent; returns the word for it. Raises what identity refuses with."""
    kind, typed, label = request.POST.get("kind"), proving.typed(request), request.POST.get("label", "")
    if kind == "passkey":
        made = passkeys.made(proving.take_challenge(request), typed.get("credential", ""))
        passkeys.register(account=account, credential=made, label=label or browsers.family(request), by=by)
        return assurance.PASSKEY
    if kind == "card":
        cards.register(
            account=account,
            number=typed.get("number", ""),
            pin=typed.get("pin", ""),
            again=request.POST.get("pin_again", ""),
            label=label,
            by=by,
        )
        return assurance.joined(assurance.CARD, assurance.PIN)
    if kind != "totp":
        raise NotFound
    secret = proving.new_secret(request, account_id=account.pk)
    totp.register(account=account, secret=secret, typed=typed.get("code", ""), label=label, by=by)
    proving.app_is_kept(request)
    return assurance.TOTP
