"""Who may come in. Every view names its guard, and a house test reads the names.

@guard(anyone)
@guard(resident)
@guard(staff("clerk", "head"))
@guard(machine)
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

from madoguchi.kernel.errors import NotAllowed, NotFound, SignInFirst
from madoguchi.kernel.refs import ActorKind

from . import pages

RESIDENT_SIGN_IN = "shared:sign_in"
STAFF_SIGN_IN = "desk:sign_in"

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class GuardRule:
    """One way of deciding who may come in; `name` is what the house test and `docs/` show."""

    name: str
    kind: ActorKind | None = None
    roles: frozenset[str] = frozenset()

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
        if self.roles and not self.roles & actor.roles:
            raise NotAllowed
        return None


anyone = GuardRule("anyone")
resident = GuardRule("resident", ActorKind.RESIDENT)
machine = GuardRule("machine", ActorKind.MACHINE)


def staff(*roles: str) -> GuardRule:
    """Members of staff; with roles named, those who hold one of them today."""
    name = f"staff({', '.join(sorted(roles))})" if roles else "staff"
    return GuardRule(name, ActorKind.STAFF, frozenset(roles))


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
    try:
        door = reverse(route)
    except NoReverseMatch:
        # This installation does not run that face.
        raise NotFound from None
    return pages.go_to(request, f"{door}?{urlencode({'next': back or pages.here(request)})}")
