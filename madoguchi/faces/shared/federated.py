"""Leaving for a provider and coming back from it: what the residents' and the staff's doors have in common.

What we asked stands in the session of the browser we sent, by a digest of its state: a return that this browser was
not sent on finds nothing, and none is found twice. Several windows may be on their way at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity.federation import flow, links, providers
from madoguchi.kernel.identity.federation.errors import ReturnNotOurs

from . import sessions
from .pages import page

_SENT = "oidc_sent"
_ARRIVED = "oidc_arrived"
_AT_ONCE = 5
_LASTS = dt.timedelta(minutes=20)
_LIKE = {"sent": dict, "realm": str, "purpose": str, "whose": str, "next": str, "at": str}
_ASKED = {"state": str, "nonce": str, "verifier": str, "issuer": str, "fresh": bool}
ENTER, LINK, CONFIRM = "enter", "link", "confirm"


@dataclass(frozen=True, slots=True)
class Return:
    """Somebody came back, by the provider's word; what for, and where they wanted to go."""

    came: flow.Came
    purpose: str
    next: str


def provider_of(realm: str) -> providers.Provider:
    """The realm's provider. Raises NotFound where the city has none."""
    provider = providers.of(realm) if providers.is_offered(realm) else None
    if provider is None:
        raise NotFound
    return provider


def offered(realm: str) -> str:
    """What the provider is called, for the button; "" where there is none."""
    provider = providers.of(realm) if providers.is_offered(realm) else None
    return provider.name if provider else ""


def send(
    request: HttpRequest, realm: str, route: str, *, next: str, otherwise: str, purpose: str = ENTER
) -> HttpResponse:
    """To the provider. `route` is where it sends them back; while it is away, to the page `otherwise`, which says so.

    Who is signed in to the realm now is kept with it: what they confirm or add is theirs, whoever is here by then.
    Raises NotFound where the city has none.
    """
    provider = provider_of(realm)
    try:
        address, sent = flow.send(provider, redirect_uri=_back(route), fresh=purpose == CONFIRM)
    except Refusal as refusal:
        return refused(request, refusal, otherwise)
    on_their_way = {key: one for key, one in _kept(request).items() if sessions.is_recent(one["at"], _LASTS)}
    newest = sorted(on_their_way.items(), key=lambda pair: str(pair[1]["at"]))[-(_AT_ONCE - 1) :]
    request.session[_SENT] = {
        **dict(newest),
        _digest(sent.state): {
            "sent": asdict(sent),
            "realm": realm,
            "purpose": purpose,
            "whose": _whose(request, realm) if purpose != ENTER else "",
            "next": next,
            "at": clock.machine().isoformat(),
        },
    }
    return redirect(address)


def receive(request: HttpRequest, realm: str, route: str) -> Return:
    """Whoever comes back. Raises what identity.federation refuses with.

    ReturnNotOurs for whom we did not send; and, to confirm or to add, where not the same account is signed in.
    """
    provider = provider_of(realm)
    kept = _kept(request)
    one = kept.pop(_digest(request.GET.get("state", "")), None)
    request.session[_SENT] = kept
    if one is None or one["realm"] != realm or not sessions.is_recent(one["at"], _LASTS):
        raise ReturnNotOurs
    if one["purpose"] != ENTER and one["whose"] != _whose(request, realm):
        raise ReturnNotOurs
    sent = flow.Sent(**{name: one["sent"][name] for name in _ASKED})
    came = flow.come_back(provider, sent, request.GET.dict(), redirect_uri=_back(route))
    return Return(came, one["purpose"], one["next"])


def confirmed(request: HttpRequest, realm: str, found: Return) -> HttpResponse:
    """They showed there that it is still them. Raises ReturnNotOurs, and what `links.confirm` refuses with."""
    here = sessions.signed_in(request, realm)
    if here is None:
        raise ReturnNotOurs
    links.confirm(sign_in=here, came=found.came)
    return redirect(found.next)


def refused(request: HttpRequest, refusal: Refusal, route: str) -> HttpResponse:
    """Back to a page with other ways, without the provider's words in the address."""
    messages.error(request, str(refusal))
    return redirect(route)


def keep_arrival(request: HttpRequest, arrival: Any, *, next: str, purpose: str, whose: str) -> None:
    """The next page asks what becomes of it. `whose`: the account that was signed in, "" for nobody's."""
    request.session[_ARRIVED] = {"id": str(arrival.pk), "next": next, "purpose": purpose, "whose": whose}


def arrived(request: HttpRequest, *, purpose: str, whose: str) -> tuple[str, str]:
    """The id of what was kept for this and for them, and where its owner wanted to go."""
    kept = sessions.kept_facts(request, _ARRIVED, id=str, next=str, purpose=str, whose=str)
    if not kept or (kept["purpose"], kept["whose"]) != (purpose, whose):
        return "", "/"
    return kept["id"], kept["next"]


def end_arrival(request: HttpRequest) -> None:
    """It was decided, or somebody else is here now."""
    request.session.pop(_ARRIVED, None)


def way_out(realm: str, route: str) -> str:
    """The address that signs them out at the provider as well; "" where there is none."""
    provider = providers.of(realm) if providers.is_offered(realm) else None
    return flow.way_out(provider, back=_back(route)) if provider else ""


def left(request: HttpRequest, realm: str, route: str, template: str) -> HttpResponse:
    """After the sign-out: where one signs out at the provider as well. Raises NotFound where there is none."""
    context = {"provider": provider_of(realm).name, "way_out": way_out(realm, route)}
    return page(request, template, context)


def _back(route: str) -> str:
    """Our own address as the provider knows it: never made of what a request says its host is."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(route)


def _kept(request: HttpRequest) -> dict[str, Any]:
    return {
        state: one
        for state, one in sessions.kept_facts(request, _SENT).items()
        if sessions.facts_in(one, **_LIKE) and sessions.facts_in(one["sent"], **_ASKED)
    }


def _whose(request: HttpRequest, realm: str) -> str:
    here = sessions.signed_in(request, realm)
    return str(here.account_id) if here else ""


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()
