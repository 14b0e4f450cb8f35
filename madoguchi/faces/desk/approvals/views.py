"""Approvals on the desk: three lists, and one request with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.approvals import queries, services
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import links
from madoguchi.kernel.errors import Refusal

LISTS: dict[str, tuple[Any, Callable[[Any], list[Any]]]] = {
    "turn": (gettext_lazy("わたしの番"), queries.waiting_for),
    "asked": (gettext_lazy("出したもの"), queries.asked_by),
    "ended": (gettext_lazy("終わったもの"), queries.ended_for),
}
MOST_NOTE = 2000


@require_safe
@guard(staff())
def listed(request: HttpRequest) -> HttpResponse:
    """わたしの番, 出したもの, 終わったもの."""
    chosen = request.GET.get("only", "")
    chosen = chosen if chosen in LISTS else "turn"
    context = {
        "only": chosen,
        "lists": [(key, name) for key, (name, _rows) in LISTS.items()],
        "rows": LISTS[chosen][1](request.actor),
    }
    return page(request, "desk/approvals/list.html", context)


@require_safe
@guard(staff())
def request(request: HttpRequest, request_id: Any) -> HttpResponse:
    """One request: what is asked, its way, who said what when, and what I can do."""
    return show(request, request_id)


def show(request: HttpRequest, request_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now; after a refusal with its sentence and what was typed."""
    shown = queries.shown(request.actor, request_id)
    context = {
        "shown": shown,
        "about": links.href(shown.row.about, "desk") or links.href(shown.row.about),
        "refusal": refusal,
        "note": request.POST.get("note", "")[:MOST_NOTE] if refusal else "",
        "most": MOST_NOTE,
    }
    return page(request, "desk/approvals/request.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff())
def approve(request: HttpRequest, request_id: Any) -> HttpResponse:
    """承認する, with or without a note; `paper`: it was stamped on paper and is only written down here."""
    return _act(
        request,
        request_id,
        services.approve,
        _("承認しました。"),
        note=request.POST.get("note", "")[:MOST_NOTE],
        on_paper="paper" in request.POST,
    )


@require_POST
@guard(staff())
def remand(request: HttpRequest, request_id: Any) -> HttpResponse:
    """差し戻す, with the reason."""
    note = request.POST.get("note", "")[:MOST_NOTE]
    return _act(request, request_id, services.remand, _("差し戻しました。"), note=note)


@require_POST
@guard(staff())
def withdraw(request: HttpRequest, request_id: Any) -> HttpResponse:
    """取り下げる."""
    return _act(request, request_id, services.withdraw, _("取り下げました。直してから、もう一度出せます。"))


def _act(request: HttpRequest, request_id: Any, verb: Any, done: str, **said: Any) -> HttpResponse:
    row = queries.request_for(request.actor, request_id)
    try:
        verb(request=row, by=request.actor, **said)
    except Refusal as refusal:
        return show(request, request_id, refusal)
    messages.success(request, done)
    return go(request, "desk:approvals:request", request_id=request_id)
