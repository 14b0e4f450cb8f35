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

_SENT = "oidc_sent"
_ARRIVED = "oidc_arrived"
_AT_ONCE = 5
_LASTS = dt.timedelta(minutes=20)
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

    Raises NotFound where the city has none.
    """
    provider = provider_of(realm)
    try:
        address, sent = flow.send(provider, redirect_uri=_back(route), fresh=purpose == CONFIRM)
    except Refusal as refusal:
        return refused(request, refusal, otherwise)
    on_their_way = {key: one for key, one in _kept(request).items() if _is_recent(one)}
    newest = sorted(on_their_way.items(), key=lambda pair: str(pair[1]["at"]))[-(_AT_ONCE - 1) :]
    request.session[_SENT] = {
        **dict(newest),
        _digest(sent.state): {
            "sent": asdict(sent),
            "realm": realm,
            "purpose": purpose,
            "next": next,
            "at": clock.machine().isoformat(),
        },
    }
    return redirect(address)


def receive(request: HttpRequest, realm: str, route: str) -> Return:
    """Whoever comes back. Raises what identity.federation refuses with; ReturnNotOurs for whom we did not send."""
    provider = provider_of(realm)
    kept = _kept(request)
    one = kept.pop(_digest(request.GET.get("state", "")), None)
    request.session[_SENT] = kept
    if one is None or one.get("realm") != realm or not _is_recent(one):
        raise ReturnNotOurs
    came = flow.come_back(provider, flow.Sent(**one["sent"]), request.GET.dict(), redirect_uri=_back(route))
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
    kept = request.session.get(_ARRIVED)
    if not isinstance(kept, dict) or (kept.get("purpose"), kept.get("whose")) != (purpose, whose):
        return "", "/"
    return str(kept["id"]), str(kept["next"])


def end_arrival(request: HttpRequest) -> None:
    """It was decided, or somebody else is here now."""
    request.session.pop(_ARRIVED, None)


def way_out(realm: str, route: str) -> str:
    """The address that signs them out at the provider as well; "" where there is none."""
    provider = providers.of(realm) if providers.is_offered(realm) else None
    return flow.way_out(provider, back=_back(route)) if provider else ""


def _back(route: str) -> str:
    """Our own address as the provider knows it: never made of what a request says its host is."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(route)


def _kept(request: HttpRequest) -> dict[str, Any]:
    kept = request.session.get(_SENT)
    return dict(kept) if isinstance(kept, dict) else {}


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()


def _is_recent(one: dict[str, Any]) -> bool:
    return clock.machine() - _LASTS < dt.datetime.fromisoformat(one["at"])
