"""Lending: what is out, giving a thing into somebody's hands, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.records import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal

from . import given
from .entering import SAID
from .registrations import WORKING


@require_safe
@guard(staff(*WORKING))
def things(request: Asked) -> HttpResponse:
    """What we lend, what is out and since when it should be back; nobody's name."""
    if not queries.has_things(request.actor):
        raise NotFound
    context = {
        "things": queries.things_to_lend(request.actor),
        "out": queries.loans_out(request.actor),
        "back": queries.loans_back(request.actor),
        "today": clock.today(),
    }
    return page(request, "desk/records/things.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*WORKING))
def lend(request: Asked, key: str) -> HttpResponse:
    """Who takes it: by the code of their account, or by name and contact."""
    thing = queries.thing_for(request.actor, key)
    if request.method != "POST":
        return page(request, "desk/records/lend.html", {"thing": thing, "typed": {"days": thing.days}})
    keeper = services.KeeperIn(
        code=request.POST.get("code", "")[:40],
        name=given.person(request),
        contact={part: request.POST.get(part, "").strip()[:200] for part in SAID},
    )
    try:
        loan = services.lend_to(
            thing=thing, keeper=keeper, days=given.number(request.POST.get("days", "")), by=request.actor
        )
    except Refusal as refusal:
        context = {"thing": thing, "typed": request.POST, "refusal": refusal}
        return page(request, "desk/records/lend.html", context, status=refusal.status)
    messages.success(request, _("貸し出しました。返す日は %(on)s です。") % {"on": loan.due_on})
    return go(request, "desk:records:things")


@require_safe
@guard(staff(*WORKING))
def loan(request: Asked, loan_id: Any) -> HttpResponse:
    """One loan; who has it only after a reason was given."""
    return _show(request, queries.loan_for(request.actor, loan_id))


@require_POST
@guard(staff(*WORKING))
def look(request: Asked, loan_id: Any) -> HttpResponse:
    """Whom to call: on record first."""
    row = queries.loan_for(request.actor, loan_id)
    try:
        who = queries.borrower(loan=row, by=request.actor, purpose=given.purpose(request))
    except Refusal as refusal:
        return _show(request, row, refusal=refusal)
    return _show(request, row, who=who)


@require_POST
@guard(staff(*WORKING))
def back(request: Asked, loan_id: Any) -> HttpResponse:
    """It is here again."""
    row = queries.loan_for(request.actor, loan_id)
    try:
        services.give_back(loan=row, condition=request.POST.get("condition", "")[:300], by=request.actor)
    except Refusal as refusal:
        return _show(request, row, refusal=refusal)
    messages.success(request, _("返却を記録しました。"))
    return go(request, "desk:records:things")


@require_POST
@guard(staff(*WORKING))
def extend(request: Asked, loan_id: Any) -> HttpResponse:
    """They may keep it longer."""
    row = queries.loan_for(request.actor, loan_id)
    try:
        services.extend(loan=row, days=given.number(request.POST.get("days", "")) or 0, by=request.actor)
    except Refusal as refusal:
        return _show(request, row, refusal=refusal)
    messages.success(request, _("返す日を延ばしました。"))
    return go(request, "desk:records:loan", loan_id=row.pk)


def _show(request: Asked, row: Any, *, who: Any = None, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "loan": row,
        "who": who,
        "today": clock.today(),
        "reasons": queries.loan_purposes(),
        "other_reason": given.OTHER,
        "refusal": refusal,
        "typed": request.POST if refusal else {},
    }
    return page(request, "desk/records/loan.html", context, status=refusal.status if refusal else 200)
