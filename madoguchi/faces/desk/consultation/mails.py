"""Mails and FAXes that name no call: staff put each to one, or say that it is no opinion."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.consultation.queries import desk
from madoguchi.engines.consultation.queries.desk import arrivals
from madoguchi.engines.consultation.services import forgetting, sorting
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import PURPOSE, RUNNING, page_number, run_call
from .letters import show_letter


@require_safe
@guard(RUNNING)
def listed(request: Asked) -> HttpResponse:
    """Days and ways; no word of anybody."""
    aside = request.GET.get("only", "") == "aside"
    rows, total, pages = arrivals.to_sort(request.actor, aside=aside, page=page_number(request))
    context = {
        "rows": rows,
        "total": total,
        "pages": range(1, pages + 1) if pages > 1 else (),
        "page": min(page_number(request), pages),
        "only": "aside" if aside else "",
    }
    return page(request, "desk/consultation/mails.html", context)


@require_safe
@guard(RUNNING)
def mail(request: Asked, arrival_id: Any) -> HttpResponse:
    """One of them. The record of the look comes first."""
    return show_mail(request, arrival_id)


def show_mail(request: Asked, arrival_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    row = arrivals.arrival_row(request.actor, arrival_id)
    sorting.record_look(arrival=row, by=request.actor, purpose=PURPOSE)
    context = {"found": arrivals.arrival(row), "calls": arrivals.may_take(request.actor), "refusal": refusal}
    return page(request, "desk/consultation/mail.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(RUNNING)
def put(request: Asked, arrival_id: Any) -> HttpResponse:
    """It is for this call: received there as of the moment it came."""
    row = arrivals.arrival_row(request.actor, arrival_id)
    call = run_call(request, request.POST.get("call", "")[:60])
    try:
        taken = sorting.put_to_call(arrival=row, call=call, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_mail(request, arrival_id, refusal)
    receipt = taken.comment.receipt if taken.comment else ""
    messages.success(request, _("受け付けました。受付番号は%(receipt)sです。") % {"receipt": receipt})
    return go(request, "desk:consultation:letter", key=call.key, comment_id=taken.comment_id)


@require_POST
@guard(RUNNING)
def aside(request: Asked, arrival_id: Any) -> HttpResponse:
    """意見ではない: it stays among what was set aside."""
    row = arrivals.arrival_row(request.actor, arrival_id)
    try:
        sorting.set_aside(arrival=row, by=request.actor)
    except Refusal as refusal:
        return show_mail(request, arrival_id, refusal)
    messages.success(request, _("意見ではないものに移しました。"))
    return go(request, "desk:consultation:mails")


@require_POST
@guard(RUNNING)
def forget(request: Asked, key: str, comment_id: Any) -> HttpResponse:
    """消去の請求: the words and the address of one writer go; the published row and the count stay."""
    call = run_call(request, key)
    row = desk.letter_row(request.actor, call, comment_id)
    if request.POST.get("sure") != "yes":
        messages.error(request, _("消すときは、「元にもどせないことがわかりました」を選んでください。"))
        return go(request, "desk:consultation:letter", key=key, comment_id=comment_id)
    try:
        forgetting.forget_writer(comment=row, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_letter(request, call, comment_id, refusal)
    messages.success(request, _("文章と連絡先を消しました。公表した意見と件数は残ります。"))
    return go(request, "desk:consultation:letter", key=key, comment_id=comment_id)
