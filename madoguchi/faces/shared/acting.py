"""代理: for whom a resident who is signed in is doing things at the moment.

The session keeps only which mandate they chose. Whether it is in force is asked of the database at every request,
so that what is taken back is over with the next press.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.identity.mandates.errors import MandateOver
from madoguchi.kernel.refs import Actor

from . import bearer, refusals, sessions

ACTING_FOR = "acting_for"


def actor_of(request: HttpRequest, actor: Actor) -> Actor:
    """The actor as they act for the person they chose; themselves when they chose nobody, or may no longer."""
    return mandates.acting(actor, _kept(request)) or actor


def begin(request: HttpRequest, mandate: Any) -> None:
    """From the next page on."""
    account = sessions.signed_in_as(request, sessions.RESIDENT)
    request.session[ACTING_FOR] = {"by": str(account), "mandate": str(mandate)}


def end(request: HttpRequest) -> None:
    """自分にもどる."""
    request.session.pop(ACTING_FOR, None)


def card_of(actor: Actor) -> mandates.ActingCard | None:
    """Whose things these are, for the strip on every page."""
    return mandates.acting_card(actor)


def when_over(request: HttpRequest) -> HttpResponse | None:
    """Says once that a mandate has ended, instead of doing for oneself what was meant for another."""
    # A program's call knows nothing of the browser's session, and must not end what goes on in it.
    if bearer.is_api(request) or not _kept(request):
        return None
    actor = request.actor  # type: ignore[attr-defined]
    if actor.mandate is not None:
        return None
    end(request)
    return refusals.answer(request, MandateOver()) if actor.is_resident else None


def _kept(request: HttpRequest) -> str:
    if sessions.realm_of(request) != sessions.RESIDENT or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    kept = sessions.kept_facts(request, ACTING_FOR, by=str, mandate=str)
    # Whoever signs in after them in the same browser begins as themselves.
    if not kept or kept["by"] != str(sessions.signed_in_as(request, sessions.RESIDENT)):
        return ""
    return str(kept["mandate"])
