"""A resident who lost every way in, at the counter: one person sees the papers, another confirms, a code on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.ways_in import recovery

HANDLING = ("clerk", "head")
_TYPED = ("address", "family", "given", "birth", "document")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*HANDLING))
def back_in(request: Asked) -> HttpResponse:
    """What stands on the papers is typed and compared; what we know is not shown."""
    if request.method != "POST":
        return show(request)
    typed = _sent(request)
    try:
        recovery.papers_seen(
            address=typed["address"],
            papers=_papers(typed),
            document=typed["document"],
            by=request.actor,
        )
    except Refusal as refusal:
        return show(request, refusal, typed=typed)
    messages.success(request, _("本人確認を記録しました。別の職員が確かめると、番号が出ます。"))
    return go(request, "desk:back_in")


def show(
    request: Asked, refusal: Refusal | None = None, *, typed: dict[str, str] | None = None, **more: Any
) -> HttpResponse:
    """The form, and what waits for a second person."""
    context = {
        "documents": recovery.DOCUMENTS.items(),
        "waiting": recovery.waiting_for_second(),
        "me": request.actor.account,
        "typed": typed or {},
        "refusal": refusal,
        **more,
    }
    return page(request, "desk/sign_in/back_in.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(*HANDLING, fresh=True))
def confirm(request: Asked, recovery_id: Any) -> HttpResponse:
    """The second person types what they read themselves; the code for paper stands on this page only."""
    try:
        papers = _papers(_sent(request))
        code = recovery.confirm_papers(request_id=recovery_id, papers=papers, by=request.actor)
    except Refusal as refusal:
        return show(request, refusal)
    return show(request, code=code)


def _sent(request: Asked) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip()[:254] for name in _TYPED}


def _papers(typed: dict[str, str]) -> recovery.Papers:
    try:
        birth = dt.date.fromisoformat(typed["birth"])
    except ValueError:
        birth = None
    return recovery.Papers(typed["family"], typed["given"], birth)
