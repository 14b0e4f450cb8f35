"""The door of the practised world: /practice/<run>/<role>/… is the same site, on rows that concern nobody.

The rest of the address is that of the real page, and every link on it stays behind this door because the prefix is
Django's script prefix. Who comes in is the member of staff who practises; who acts is the person they play.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.messages.storage.session import SessionStorage
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse, set_script_prefix
from django.utils.translation import gettext_lazy

from madoguchi.engines.authoring import queries
from madoguchi.engines.authoring.errors import NotInPractice
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.ways_in.assurance import is_two_factors
from madoguchi.kernel.practice import practising
from madoguchi.kernel.refs import ActorKind

from . import guards, refusals, sessions

_DOOR = re.compile(r"^/practice/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([a-z]{4,10})(/.*)$")
# What one may open there. Everything else (people, chairs, keys, registers, the search) is real and has no practised
# rows. Of the desk: the list, receiving, and what is about one case, draft or misissue, then looked up as practice.
_BOTH = ("shared:languages", "shared:text_size")
_RESIDENTS = ("portal:procedures:", "portal:messaging:", *_BOTH)
_STAFFS = frozenset(
    {
        "desk:home",
        "desk:procedures:cases",
        "desk:procedures:receive",
        *_BOTH,
    }
)
_ABOUT_ONE = frozenset({"case_id", "draft_id", "misissue_id"})
ROLES = {
    "resident": gettext_lazy("住民"),
    "clerk": gettext_lazy("係員"),
    "head": gettext_lazy("決裁する人"),
    "checker": gettext_lazy("送る前に確かめる人"),
}

Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Strip:
    """What the page says all the time: that this is practice, who one plays, and the way out."""

    title: str
    role: str
    roles: list[tuple[str, str, bool]]  # name, address, whether it is the one played now
    end: str


class PracticeMessages(SessionStorage):
    """What practised pages say once, kept apart: 「決定しました」 of a try must not be read on a real page."""

    session_key = "_practice_messages"


class PracticeDoor:
    """After it is known who asks; before what they ask for is looked at."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.practice = None  # type: ignore[attr-defined]
        found = _DOOR.match(request.path_info)
        if found is None:
            return self.get_response(request)
        run, role, inside = found.groups()
        found = sessions.signed_in(request, sessions.STAFF)
        if found is None or not is_two_factors(found.assurance):
            return guards.ask_to_sign_in(request, ActorKind.STAFF)
        try:
            played = queries.played(identity.actor_for(found.account), run, role)
        except Refusal as refusal:
            return refusals.answer(request, refusal)
        # Whoever is played: as sure as we are of the one who plays.
        return self._inside(
            request, replace(played, actor=replace(played.actor, assurance=found.assurance)), inside
        )

    def _inside(self, request: HttpRequest, played: Any, inside: str) -> HttpResponse:
        outside, said_outside = get_script_prefix(), request._messages  # type: ignore[attr-defined]
        told = request._messages = PracticeMessages(request)  # type: ignore[attr-defined]
        request.practice = _strip(played)  # type: ignore[attr-defined]
        request.path_info = inside
        request.account = played.account  # type: ignore[attr-defined]
        request.actor = played.actor  # type: ignore[attr-defined]
        request.party = identity.party(played.actor.party)  # type: ignore[attr-defined]
        set_script_prefix(f"{outside}practice/{played.run.pk}/{played.role}/")
        try:
            with practising(played.run.name):
                if not _may_open(inside, played.role):
                    return refusals.answer(request, NotInPractice())
                response = self.get_response(request)
                told.update(response)
                return response
        finally:
            set_script_prefix(outside)
            request._messages = said_outside  # type: ignore[attr-defined]


def _may_open(inside: str, role: str) -> bool:
    try:
        found = resolve(inside)
    except (Resolver404, Http404):
        return False
    if role == "resident":
        return found.view_name.startswith(_RESIDENTS)
    about_one = not _ABOUT_ONE.isdisjoint(found.kwargs)
    return found.view_name in _STAFFS or (found.view_name.startswith("desk:procedures:") and about_one)


def _strip(played: Any) -> Strip:
    """The ways between the played people, as addresses of the world outside."""
    now = str(ROLES[played.role])
    roles = [(name, address, name == now) for name, address in ways_in(played.run)]
    end = reverse("desk:authoring:practice", args=[played.run.blueprint_id])
    return Strip(played.run.blueprint.title, now, roles, end)


def _start(role: str, key: str) -> str:
    try:
        return (
            reverse("portal:procedures:procedure", args=[key]) if role == "resident" else reverse("desk:home")
        )
    except NoReverseMatch:
        return ""  # this installation does not show residents' pages here


def ways_in(run: Any) -> list[tuple[str, str]]:
    """(role, address) of everybody one may play in a run, the resident first."""
    outside = get_script_prefix()
    door = f"{outside}practice/{run.pk}"
    return [
        (str(name), f"{door}/{role}/{_start(role, run.blueprint.key).removeprefix(outside)}")
        for role, name in ROLES.items()
    ]
