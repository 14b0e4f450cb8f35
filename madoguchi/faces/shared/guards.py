"""Who may come in. Every view names its guard, and a house test reads the names.

@guard(anyone)
@guard(newcomer)
@guard(resident)
@guard(resident_or_agent)
@guard(staff("clerk", "head"))
@guard(staff("head", fresh=True))
@guard(machine)
@guard(terminal)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache

from madoguchi.kernel.access import queries as access
from madoguchi.kernel.access.errors import NotAtATerminal, NotATerminal
from madoguchi.kernel.errors import NotAllowed, NotFound, SignInFirst
from madoguchi.kernel.identity.mandates.errors import OnlyForYourself
from madoguchi.kernel.identity.ways_in import sign_ins
from madoguchi.kernel.identity.ways_in.assurance import is_two_factors
from madoguchi.kernel.refs import ActorKind

from . import pages, sessions, signing, terminals

RESIDENT_SIGN_IN = "shared:sign_in"
STAFF_SIGN_IN = "desk:sign_in"
RESIDENT_CONFIRM = "portal:account:confirm"
STAFF_CONFIRM = "desk:sign_in_again"

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class GuardRule:
    """One way of deciding who may come in; `name` is what the house test and `docs/` show."""

    name: str
    kind: ActorKind | None = None
    roles: frozenset[str] = frozenset()
    fresh: bool = False  # a factor was shown within the last ten minutes
    by_mandate: bool = False  # also for who acts for somebody; every other page is of one's own account alone

    def refuse(self, request: HttpRequest) -> HttpResponse | None:
        """None when the person may pass; an answer (to sign in) or a Refusal otherwise."""
        if self.kind is None:
            return None
        actor = request.actor  # type: ignore[attr-defined]
        if actor.kind == ActorKind.ANONYMOUS:
            return ask_to_sign_in(request, self.kind)
        if actor.kind != self.kind:
            # The wrong kind of person is not told that there is a door.
            raise NotFound
        if self.kind == ActorKind.STAFF and not is_two_factors(actor.assurance):
            # N-07: however a session came about, one factor opens nothing of the desk.
            return ask_to_sign_in(request, self.kind)
        if actor.mandate is not None and not self.by_mandate:
            raise OnlyForYourself
        if self.roles and not self.roles & actor.roles:
            raise NotAllowed
        if self.fresh and not sign_ins.is_fresh(sessions.signed_in(request, actor.kind)):
            return ask_to_confirm(request, self.kind)
        return None


anyone = GuardRule("anyone")
resident = GuardRule("resident", ActorKind.RESIDENT)
fresh_resident = GuardRule("resident(fresh)", ActorKind.RESIDENT, fresh=True)
resident_or_agent = GuardRule("resident(or by mandate)", ActorKind.RESIDENT, by_mandate=True)
machine = GuardRule("machine", ActorKind.MACHINE)


@dataclass(frozen=True, slots=True)
class NewcomerRule(GuardRule):
    """The pages on the way in: for anyone, but not on a screen at a counter, where the next visitor would be in too."""

    def refuse(self, request: HttpRequest) -> HttpResponse | None:
        if terminals.is_terminal(request):
            raise NotAtATerminal
        return None


newcomer = NewcomerRule("anyone")


@dataclass(frozen=True, slots=True)
class TerminalRule(GuardRule):
    """A screen at a counter, by its own cookie. Whoever is signed in to that browser does not act there, and is no longer.

    The next visitor would otherwise find their pages open under another address of the same browser.
    """

    def refuse(self, request: HttpRequest) -> HttpResponse | None:
        found = terminals.terminal_of(request)
        if found is None:
            raise NotATerminal
        for realm in (sessions.RESIDENT, sessions.STAFF):
            if realm in request.session:
                signing.leave(request, realm)
        request.terminal = found  # type: ignore[attr-defined]
        request.account = found.account  # type: ignore[attr-defined]
        request.actor = access.terminal_actor(found)  # type: ignore[attr-defined]
        request.party = None  # type: ignore[attr-defined]
        return None


terminal = TerminalRule("terminal", ActorKind.MACHINE)


def staff(*roles: str, fresh: bool = False) -> GuardRule:
    """Members of staff, with two factors; with roles named, those who hold one of them today.

    `fresh`: who has not shown a factor for ten minutes is asked for one, and comes back to the page.
    """
    said = [*sorted(roles), *(["fresh"] if fresh else [])]
    name = f"staff({', '.join(said)})" if said else "staff"
    return GuardRule(name, ActorKind.STAFF, frozenset(roles), fresh=fresh)


def guard(rule: GuardRule) -> Callable[[View], View]:
    """Let only those pass whom `rule` lets pass; write the rule's name on the view."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return rule.refuse(request) or view(request, *args, **kwargs)

        # What somebody saw after signing in must not come back from a cache after signing out.
        door = never_cache(guarded) if rule.kind is not None else guarded
        door.guard = rule.name  # type: ignore[attr-defined]
        return door

    return wrap


def ask_to_sign_in(
    request: HttpRequest, kind: ActorKind = ActorKind.RESIDENT, *, back: str = ""
) -> HttpResponse:
    """Send the person to their sign-in page, and back to where they wanted to go (`back`, or this page)."""
    if request.path.startswith("/api/"):
        raise SignInFirst
    route = STAFF_SIGN_IN if kind == ActorKind.STAFF else RESIDENT_SIGN_IN
    return _send_to(request, route, back)


def ask_to_confirm(request: HttpRequest, kind: ActorKind, *, back: str = "") -> HttpResponse:
    """Send somebody who is signed in to show a factor again, and back to the page (not to what they sent)."""
    return _send_to(request, STAFF_CONFIRM if kind == ActorKind.STAFF else RESIDENT_CONFIRM, back)


def _send_to(request: HttpRequest, route: str, back: str) -> HttpResponse:
    try:
        door = reverse(route)
    except NoReverseMatch:
        # This installation does not run that face.
        raise NotFound from None
    return pages.go_to(request, f"{door}?{urlencode({'next': back or pages.here(request)})}")
