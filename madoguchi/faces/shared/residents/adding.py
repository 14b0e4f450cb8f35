"""Registering a way in: what a page offers, and what was sent. For the first one, for more, and for coming back."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest

from madoguchi.faces.shared import browsers, proving, sessions
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity.ways_in import factors, passkeys, passwords
from madoguchi.kernel.refs import is_id

KINDS = ("passkey", "totp", "password")
_NEW = "new_account"


def offered(request: HttpRequest, account: Any | None, whose: str, *kinds: str) -> dict[str, Any]:
    """What the page needs for each way it offers; `whose` names the entry in a person's device."""
    context: dict[str, Any] = {
        "kinds": kinds or KINDS,
        "passkey_options": "",
        "shortest": passwords.SHORTEST,
        "ask": "create",
    }
    if "passkey" in context["kinds"] and passkeys.are_possible():
        have = factors.of(account).filter(kind="passkey") if account else ()
        own = _id_of(request, account)
        begun = passkeys.begin_registering(own, kind=sessions.RESIDENT, name=whose, have=have)
        context["passkey_options"] = proving.keep_challenge(request, begun)
    if "totp" in context["kinds"]:
        context["app"] = proving.new_app(request, whose=whose, account_id=_id_of(request, account))
    return context


def coming_id(request: HttpRequest) -> uuid.UUID:
    """The id of an account that is about to be opened: a passkey carries it from the beginning."""
    if not is_id(sessions.kept_text(request, _NEW)):
        request.session[_NEW] = str(uuid.uuid4())
    return uuid.UUID(sessions.kept_text(request, _NEW))


def _id_of(request: HttpRequest, account: Any | None) -> uuid.UUID:
    return account.pk if account else coming_id(request)


def sent(request: HttpRequest, account: Any | None) -> dict[str, Any]:
    """The way in that was sent, as identity takes it. Raises what passkeys and passwords refuse with."""
    kind, typed = request.POST.get("kind"), proving.typed(request)
    if kind == "passkey":
        return {"credential": passkeys.made(proving.take_challenge(request), typed.get("credential", ""))}
    if kind == "password":
        again = request.POST.get("again", "")
        return {"password": passwords.agreed(request.POST.get("password", ""), again)}
    if kind != "totp":
        raise NotFound
    return {
        "secret": proving.new_secret(request, account_id=_id_of(request, account)),
        "code": typed.get("code", ""),
    }


def label(request: HttpRequest) -> str:
    """What the person calls it; a passkey nobody named is called after the browser it was made in."""
    named = request.POST.get("label", "")
    return named or (browsers.family(request) if request.POST.get("kind") == "passkey" else "")


def done(request: HttpRequest) -> None:
    """It was registered: nothing of it stays in the session."""
    proving.app_is_kept(request)
    request.session.pop(_NEW, None)
