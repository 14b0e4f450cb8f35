"""Registrations on the desk: what waits, searching, opening one with a reason, and settling it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.records import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal

from . import given

WORKING = ("clerk", "head")
REGISTER = "register"


@require_safe
@guard(staff(*WORKING))
def listed(request: Asked) -> HttpResponse:
    """What waits for us, and the doors to lending and to the library."""
    return _show_list(request, {})


@require_POST
@guard(staff(*WORKING))
def find(request: Asked) -> HttpResponse:
    """By number or by a whole name; a name never stands in an address. What is found is on record with the reason."""
    typed = request.POST.get("q", "").strip()[:100]
    context: dict[str, Any] = {"typed": typed, "reason": request.POST.get("reason", "")}
    if not queries.kinds_kept(request.actor):
        raise NotFound
    try:
        context["found"] = queries.search(typed=typed, by=request.actor, purpose=given.purpose(request))
    except Refusal as refusal:
        context["refusal"] = refusal
    return _show_list(request, context)


def _show_list(request: Asked, context: dict[str, Any]) -> HttpResponse:
    refusal = context.get("refusal")
    shown = {
        "kinds": queries.kinds_kept(request.actor),
        "waiting": queries.waiting(request.actor),
        "has_things": queries.has_things(request.actor),
        "late": queries.late(request.actor),
        "reasons": queries.purposes(),
        **context,
    }
    return page(request, "desk/records/list.html", shown, status=refusal.status if refusal else 200)


@require_safe
@guard(staff(*WORKING))
def registration(request: Asked, registration_id: Any) -> HttpResponse:
    """Number and state; what was told only after a reason was given."""
    return _show(request, queries.registration_for(request.actor, registration_id))


@require_POST
@guard(staff(*WORKING))
def look(request: Asked, registration_id: Any) -> HttpResponse:
    """The reason is on record; then what was told is shown, once."""
    row = queries.registration_for(request.actor, registration_id)
    try:
        return _show(request, row, purpose=given.purpose(request))
    except Refusal as refusal:
        return _show(request, row, refusal=refusal)


def _show(
    request: Asked,
    row: Any,
    *,
    purpose: str | None = None,
    refusal: Refusal | None = None,
    posted: Any = None,
) -> HttpResponse:
    """As it stands now; opened where there is a reason. After a refusal of a form, with what was typed."""
    of = queries.kind_of_registration(row)
    is_asked = row.state == "asked"
    opened = None
    if posted is not None:  # a form came from the opened page, and is shown again
        purpose = REGISTER
    if purpose is not None:
        opened = queries.opened(registration=row, by=request.actor, purpose=purpose)
    is_form = purpose == REGISTER
    has_interview = of.said.settled_by == "interview"
    values = queries.posted(of, posted, interview=has_interview) if posted is not None else {}
    context = {
        "row": row,
        "kind": of,
        "place": of.site_title(row.site) if row.site else "",
        "is_valid": row.is_valid(clock.today()),
        "is_asked": is_asked,
        "has_interview": has_interview,
        "opened": opened,
        "is_form": is_form,
        "fields": queries.form_of(of, values or (opened.values if opened else {}), interview=has_interview),
        "typed": posted or {},
        "today": clock.today(),
        "reasons": queries.purposes(),
        "other_reason": given.OTHER,
        "refusal": refusal,
    }
    return page(request, "desk/records/registration.html", context, status=refusal.status if refusal else 200)


def _settle(request: Asked, row: Any, do: Callable[..., Any], done: str, **said: Any) -> HttpResponse:
    """Do it to what was on the screen, or show the page again with what was typed and the reason."""
    seen = given.number(request.POST.get("seen", ""))
    try:
        do(registration=row, by=request.actor, seen=seen, **said)
    except Refusal as refusal:
        row.refresh_from_db()
        return _show(request, row, refusal=refusal, posted=request.POST)
    messages.success(request, done)
    return go(request, "desk:records:registration", registration_id=row.pk)


def _why(request: Asked) -> str:
    return request.POST.get("why", "")[:300]


@require_POST
@guard(staff(*WORKING))
def interview(request: Asked, registration_id: Any) -> HttpResponse:
    """面接をした: from now on it counts at every site."""
    row = queries.registration_for(request.actor, registration_id)
    of = queries.kind_of_registration(row)
    return _settle(
        request,
        row,
        services.interview,
        _("登録しました。どの施設でも予約できます。"),
        site=request.POST.get("site", "")[:60],
        on=given.day_or_later(request.POST.get("on", "")),
        values=queries.posted(of, request.POST, interview=True),
    )


@require_POST
@guard(staff(*WORKING))
def accept(request: Asked, registration_id: Any) -> HttpResponse:
    """It is right as it was asked for."""
    row = queries.registration_for(request.actor, registration_id)
    return _settle(request, row, services.accept, _("登録しました。ご本人にお知らせします。"))


@require_POST
@guard(staff(*WORKING))
def refuse(request: Asked, registration_id: Any) -> HttpResponse:
    """It cannot be, and why."""
    row = queries.registration_for(request.actor, registration_id)
    done = _("登録しないことにしました。理由をご本人にお知らせします。")
    return _settle(request, row, services.refuse, done, why=_why(request))


@require_POST
@guard(staff(*WORKING))
def change(request: Asked, registration_id: Any) -> HttpResponse:
    """Somebody telephoned: something is different now."""
    row = queries.registration_for(request.actor, registration_id)
    values = queries.posted(queries.kind_of_registration(row), request.POST, interview=True)
    return _settle(request, row, services.change, _("内容を直しました。"), values=values)


@require_POST
@guard(staff(*WORKING))
def renew(request: Asked, registration_id: Any) -> HttpResponse:
    """Another term."""
    row = queries.registration_for(request.actor, registration_id)
    return _settle(request, row, services.renew, _("更新しました。ご本人にお知らせします。"))


@require_POST
@guard(staff(*WORKING))
def end(request: Asked, registration_id: Any) -> HttpResponse:
    """Ended by the office, and why."""
    row = queries.registration_for(request.actor, registration_id)
    done = _("登録をおわりにしました。理由をご本人にお知らせします。")
    return _settle(request, row, services.end, done, why=_why(request))
