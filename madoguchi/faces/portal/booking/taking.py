"""From a time to a hold: the page of one time, the form, standing in line where it is full."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.booking import queries, services
from madoguchi.engines.booking.errors import NeedsRegistration, OnlyGroups, TimeTaken
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard, resident
from madoguchi.faces.shared.languages import languages
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import new_id

from . import choosing, counters
from .choosing import Choice, Typed
from .words import MODES, NEEDS, channels_said, in_address, registrations_href

WEB = "web"


@require_safe
@guard(anyone)
def slot(request: Asked, key: str, slot_id: Any) -> HttpResponse:
    """One time: what, where, what is left; the form for who is signed in."""
    return _open(request, choosing.slot_choice(key, slot_id, request.LANGUAGE_CODE))


@require_safe
@guard(anyone)
def time(request: Asked, key: str, resource: str, since: str) -> HttpResponse:
    """The same for a room or a vehicle, with how long."""
    until = request.GET.get("until", "")
    return _open(request, choosing.unit_choice(key, resource, since, until, request.LANGUAGE_CODE))


@require_POST
@guard(resident)
def hold_slot(request: Asked, key: str, slot_id: Any) -> HttpResponse:
    """Hold it while everything is looked over, or stand in line."""
    return _take(request, choosing.slot_choice(key, slot_id, request.LANGUAGE_CODE))


@require_POST
@guard(resident)
def hold_time(request: Asked, key: str, resource: str, since: str) -> HttpResponse:
    """The same for a room or a vehicle."""
    until = request.POST.get("until", "")
    return _take(request, choosing.unit_choice(key, resource, since, until, request.LANGUAGE_CODE))


def _open(request: Asked, choice: Choice) -> HttpResponse:
    whom = queries.whom(request.actor, choice.said)
    held = queries.held_at(request.actor, choice.time.resource, choice.time.starts_at) if whom else None
    if held is not None:
        typed = choosing.again(held, queries.answers_of(request.actor, held), whom)
    else:
        typed = choosing.empty(choice, whom, request.LANGUAGE_CODE)
    return _show(request, choice, typed, whom, held=held)


def _take(request: Asked, choice: Choice) -> HttpResponse:
    whom = queries.whom(request.actor, choice.said)
    typed = choosing.typed_of(request.POST, choice)
    try:
        who = choosing.chosen(whom, typed.whom)
        wanted = choosing.wanted(choice, typed)
        if request.POST.get("step") == "wait":
            services.wait(wanted=wanted, party=who.party, person=who.person, by=request.actor, channel=WEB)
            messages.success(request, _("空き待ちをお受けしました。空きが出たら、順番にお知らせします。"))
            return go(request, "portal:booking:mine", anchor="waiting")
        booking = _held(request, choice, wanted, who, typed)
    except Refusal as refusal:
        return _show(request, _anew(request, choice), typed, whom, choosing.in_words(refusal, choice))
    if booking.state == "booked":
        # The same form once more after all was done: it is the same booking.
        return go(request, "portal:booking:booking", booking_id=booking.pk)
    return go(request, "portal:booking:check", booking_id=booking.pk)


def _held(request: Asked, choice: Choice, wanted: services.Wanted, who: Any, typed: Typed) -> Any:
    """What is held already is changed; otherwise it is held now. The same form twice is one hold."""
    held = queries.held_at(request.actor, wanted.resource, wanted.starts_at)
    if held is not None and held.ends_at == wanted.ends_at:
        return services.amend(
            booking=held, wanted=wanted, party=who.party, person=who.person, by=request.actor
        )
    if held is not None:
        services.let_go(booking=held, by=request.actor)
    given = {"wanted": wanted, "party": who.party, "person": who.person, "by": request.actor, "channel": WEB}
    booking = services.hold(**given, asked=f"web:{typed.asked}")
    if booking.state not in {"held", "booked"}:
        # The form stood open from before a hold that ran out or was cancelled: this is a wish of its own.
        booking = services.hold(**given, asked=f"web:{new_id()}")
    return booking


def _anew(request: Asked, choice: Choice) -> Choice:
    """The same choice as it stands after the refusal."""
    key, language = choice.area.key, request.LANGUAGE_CODE
    if choice.time.slot is not None:
        return choosing.slot_choice(key, choice.time.slot.pk, language)
    since, until = in_address(choice.time.starts_at), in_address(choice.time.ends_at)
    return choosing.unit_choice(key, choice.time.resource.key, since, until, language)


def _show(
    request: Asked,
    choice: Choice,
    typed: Typed,
    whom: list[Any],
    refusal: Refusal | None = None,
    held: Any = None,
) -> HttpResponse:
    """The page of one time; after a refusal the fresh choice, what was typed, and what is free near it."""
    is_full = choice.time.state == "full" and held is None
    counters.with_errands([choice.time.resource])
    is_taken = isinstance(refusal, TimeTaken) or is_full
    context = {
        "choice": choice,
        "area": choice.area,
        "said": choice.said,
        "time": choice.time,
        "typed": typed,
        "whom": whom,
        "held": held,
        "had": queries.had_at(request.actor, choice.time.resource, choice.time.starts_at) if whom else None,
        "refusal": refusal,
        "is_full": is_full,
        "is_open": choice.time.is_free or is_full or held is not None,
        "may_wait": is_taken and choice.said.waiting is not None,
        "near": queries.alternatives(choice.time, language=request.LANGUAGE_CODE) if is_taken else [],
        "modes": [(mode, MODES[mode]) for mode in choice.said.modes],
        "needs": NEEDS,
        "languages": languages(),
        "to_bring": counters.to_bring(choice.time.resource, request.LANGUAGE_CODE),
        "ways": channels_said(list(choice.said.channels)),
        "by_web": WEB in choice.said.channels and not choice.area.is_closed,
        "asks_people": choice.area.row.kind == "units",
        "to_register": registrations_href()
        if isinstance(refusal, NeedsRegistration | OnlyGroups) or (request.actor.is_resident and not whom)
        else "",
    }
    return page(request, "portal/booking/time.html", context, status=refusal.status if refusal else 200)
