"""The doors of the practised worlds: behind them is the same site, on rows that concern nobody.

/practice/<run>/<role>/… is for staff who try a procedure before it is published; /practice/try/… for anybody who
learns to fill in a form (engines.lessons). The rest of the address is that of the real page, and every link on it
stays behind the door because the prefix is Django's script prefix. Who comes in is the member of staff, or a browser
that began a lesson; who acts is the person they play.
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
from madoguchi.engines.lessons import queries as lessons
from madoguchi.engines.lessons import services as changing
from madoguchi.engines.lessons.errors import NotInLesson
from madoguchi.kernel.access.errors import NotAtATerminal
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.ways_in.assurance import is_two_factors
from madoguchi.kernel.practice import practising
from madoguchi.kernel.refs import Actor, ActorKind

from . import guards, pages, refusals, sessions, terminals

_LESSON = re.compile(r"^/practice/try(/.*)$")
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
# Of a lesson: finding the sample form, filling it in, sending it, seeing what became of it.
_LEARNERS = frozenset(
    {
        *(
            f"portal:procedures:{name}"
            for name in ("procedure", "start", "draft", "answers", "changed", "discard")
        ),
        *(f"portal:procedures:{name}" for name in ("question", "remove", "attach", "confirm", "submit")),
        *(f"portal:procedures:{name}" for name in ("mine", "case", "receipt", "withdraw", "letter")),
        *_BOTH,
    }
)
# Where the session of a browser keeps which visit of the practice page is its own.
LESSON = "lesson"
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
    is_lesson: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """Which run of practice, behind which prefix, saying what all the time."""

    run: str
    prefix: str
    strip: Strip


class PracticeMessages(SessionStorage):
    """What practised pages say once, kept apart: 「決定しました」 of a try must not be read on a real page."""

    session_key = "_practice_messages"


class PracticeDoor:
    """After it is known who asks; before what they ask for is looked at."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.practice = None  # type: ignore[attr-defined]
        if lesson := _LESSON.match(request.path_info):
            return self._learn(request, lesson[1])
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
        actor = replace(played.actor, assurance=found.assurance)
        world = World(played.run.name, f"practice/{played.run.pk}/{played.role}/", _strip(played))
        shut = None if _may_open(inside, played.role) else NotInPractice()
        return self._inside(request, world, played.account, actor, inside, shut)

    def _learn(self, request: HttpRequest, inside: str) -> HttpResponse:
        """A page of a lesson, for the browser that began it; every other one is shown where lessons begin."""
        if terminals.is_terminal(request):
            return refusals.answer(request, NotAtATerminal())
        kept = sessions.kept_text(request, LESSON)
        if not kept or inside in {"/", "/procedures/"}:
            return _to(request, "portal:lessons:index")
        if inside.startswith("/help/"):  # help is real, also for who only practises
            return _to(request, "portal:help")
        try:
            learner = lessons.learner(kept)
        except Refusal as refusal:
            request.session.pop(LESSON, None)
            return refusals.answer(request, refusal)
        if request.method not in {"GET", "HEAD"}:
            try:
                changing.note_change(visit=learner.visit, is_file="/papers/" in inside)
            except Refusal as refusal:
                return refusals.answer(request, refusal)
        request.lesson = learner.visit  # type: ignore[attr-defined]
        strip = Strip("", str(ROLES["resident"]), [], reverse("portal:lessons:index"), is_lesson=True)
        shut = None if _is_learnt(inside) else NotInLesson()
        world = World(lessons.LESSONS, "practice/try/", strip)
        return self._inside(request, world, learner.account, learner.actor, inside, shut)

    def _inside(
        self,
        request: HttpRequest,
        world: World,
        account: Any,
        actor: Actor,
        inside: str,
        shut: Refusal | None,
    ) -> HttpResponse:
        outside, said_outside = get_script_prefix(), request._messages  # type: ignore[attr-defined]
        told = request._messages = PracticeMessages(request)  # type: ignore[attr-defined]
        request.practice = world.strip  # type: ignore[attr-defined]
        request.path_info = inside
        request.account = account  # type: ignore[attr-defined]
        request.actor = actor  # type: ignore[attr-defined]
        request.party = identity.party(actor.party)  # type: ignore[attr-defined]
        request.acting = None  # type: ignore[attr-defined]
        set_script_prefix(f"{outside}{world.prefix}")
        try:
            with practising(world.run):
                if shut is not None:
                    return refusals.answer(request, shut)
                response = self.get_response(request)
                told.update(response)
                return response
        finally:
            set_script_prefix(outside)
            request._messages = said_outside  # type: ignore[attr-defined]


def is_over(request: HttpRequest) -> bool:
    """Whether this is a page of a lesson that has ended since it was asked for."""
    lesson = getattr(request, "lesson", None)
    return lesson is not None and lessons.visit(str(lesson.pk)) is None


def _is_learnt(inside: str) -> bool:
    """One of the pages of a lesson; a procedure among them must be a sample form, not one of the city."""
    try:
        found = resolve(inside)
    except (Resolver404, Http404):
        return False
    if found.view_name not in _LEARNERS and not found.view_name.startswith("portal:messaging:"):
        return False
    return "key" not in found.kwargs or lessons.is_lesson(found.kwargs["key"])


def _to(request: HttpRequest, route: str) -> HttpResponse:
    try:
        return pages.go(request, route)
    except NoReverseMatch:
        return refusals.answer(request, NotFound())  # this installation does not show residents' pages here


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
