"""One booking: numbers first, names behind a reason; what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.booking import services
from madoguchi.engines.booking.queries import desk
from madoguchi.engines.booking.services import desk as noting
from madoguchi.engines.records import queries as records
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import NEEDS, OTHER_REASON, REASONS, WORKING, reason_in, show

VERBS = {
    "attended": (services.mark_attended, gettext_noop("「来ました」にしました。")),
    "no_show": (services.mark_no_show, gettext_noop("「来ませんでした」にしました。")),
    "paid": (services.mark_paid, gettext_noop("お支払いを記録しました。")),
    "refunded": (services.mark_refunded, gettext_noop("お返ししたことを記録しました。")),
    "confirm": (services.confirm, gettext_noop("予約にしました。")),
}


@require_safe
@guard(WORKING)
def booking(request: Asked, booking_id: Any) -> HttpResponse:
    """The booking; with names where my own look is in force."""
    return show_booking(request, booking_id)


def show_booking(
    request: Asked, booking_id: Any, refusal: Refusal | None = None, **more: Any
) -> HttpResponse:
    """As it stands now; after a refusal with its sentence."""
    seen = desk.read_booking(request.actor, booking_id)
    needs = dict(NEEDS)
    context = {
        "seen": seen,
        "booking": seen.booking,
        "title": seen.said.title,
        "needs": [needs.get(key, key) for key in seen.booking.needs],
        "reasons": REASONS,
        "other_reason": OTHER_REASON,
        "purposes": records.purposes(),
        "care": None,
        **more,
    }
    return show(request, "booking.html", context, refusal)


@require_POST
@guard(WORKING)
def look(request: Asked, booking_id: Any) -> HttpResponse:
    """記録して、ひらく: the reason is on record before anything is shown."""
    found = desk.booking_for(request.actor, booking_id)
    try:
        noting.record_look(booking=found, by=request.actor, reason=reason_in(request))
    except Refusal as refusal:
        return show_booking(request, booking_id, refusal)
    return go(request, "desk:booking:booking", booking_id=booking_id)


@require_POST
@guard(WORKING)
def care(request: Asked, booking_id: Any) -> HttpResponse:
    """配慮すること: opened on a press with its reason, recorded before it is shown; once, not kept on the page."""
    found = desk.booking_for(request.actor, booking_id)
    registration = desk.registration_of(found)
    if registration is None:
        raise NotFound
    chosen = request.POST.get("reason", "")
    purpose = request.POST.get("other", "") if chosen == OTHER_REASON else chosen
    try:
        told = records.look(
            registration=registration,
            by=request.actor,
            purpose=purpose,
            at_division=desk.site_division(found),
        )
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return show_booking(request, booking_id, refusal)
    # Answered without a redirect: loading the page again shows it closed, or records again.
    return show_booking(request, booking_id, care=list(told.values()))


@require_POST
@guard(WORKING)
def act(request: Asked, booking_id: Any) -> HttpResponse:
    """来ました, 来ませんでした, お支払い, お返し."""
    found = desk.booking_for(request.actor, booking_id)
    verb, done = VERBS.get(request.POST.get("verb", ""), (None, ""))
    if verb is None:
        raise NotFound
    try:
        verb(booking=found, by=request.actor)
    except Refusal as refusal:
        return show_booking(request, booking_id, refusal)
    messages.success(request, _(done))
    return go(request, "desk:booking:booking", booking_id=booking_id)


@require_POST
@guard(WORKING)
def cancel(request: Asked, booking_id: Any) -> HttpResponse:
    """At the person's wish by the rules of the fee, or by the city with all of it back."""
    found = desk.booking_for(request.actor, booking_id)
    try:
        noting.cancel_for(
            booking=found,
            by=request.actor,
            why=request.POST.get("why", ""),
            by_city=request.POST.get("whose") == "city",
        )
    except Refusal as refusal:
        return show_booking(request, booking_id, refusal)
    messages.success(request, _("予約を取り消しました。空きを待っている人がいるときは、順番に案内します。"))
    return go(request, "desk:booking:booking", booking_id=booking_id)


@require_POST
@guard(WORKING)
def note(request: Asked, booking_id: Any) -> HttpResponse:
    """A remark for colleagues."""
    found = desk.booking_for(request.actor, booking_id)
    try:
        noting.add_note(booking=found, note=request.POST.get("note", ""), by=request.actor)
    except Refusal as refusal:
        return show_booking(request, booking_id, refusal)
    messages.success(request, _("メモを残しました。"))
    return go(request, "desk:booking:booking", booking_id=booking_id)
