"""One call on one page: what it is about, where to read, how to write, how long still; its draft, its question board."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.consultation import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal

from .words import of_call, passages


def show_call(request: Asked, call: Any, refusal: Refusal | None = None) -> HttpResponse:
    """A call that is open, or whose answers are being written."""
    today = clock.today()
    context = {
        "call": call,
        "words": of_call(call, request.LANGUAGE_CODE),
        "receives": call.receives_on(today),
        "days_left": queries.days_left(call),
        "passages": passages(call, request.LANGUAGE_CODE),
        "notices": queries.notices_by_kind(call),
        "events": queries.events_of(call),
        "questions": queries.questions_shown(call),
        "came": queries.came_in(call),
        "refusal": refusal,
        "asked": request.POST.get("words", "")[:1000] if refusal else "",
    }
    return page(request, "portal/consultation/call.html", context, status=refusal.status if refusal else 200)


@require_safe
@guard(anyone)
def draft(request: Asked, key: str) -> HttpResponse:
    """The whole draft, and beside each passage what it became in the plan as decided."""
    call = queries.call(key)
    # Staff lay the plan as decided while they still write answers: it is public with the result.
    is_decided = call.state == call.State.PUBLISHED
    context = {
        "call": call,
        "words": of_call(call, request.LANGUAGE_CODE),
        "receives": call.receives_on(clock.today()),
        "version": queries.draft_of(call),
        "final": queries.draft_of(call, final=True) if is_decided else None,
        "passages": passages(call, request.LANGUAGE_CODE),
        "became": queries.became(call) if is_decided else {},
    }
    return page(request, "portal/consultation/draft.html", context)


@require_safe
@guard(anyone)
def paper(request: Asked, key: str) -> HttpResponse:
    """A sheet to print and write on by hand, with where to bring, fax or post it."""
    call = queries.call(key)
    context = {
        "call": call,
        "words": of_call(call, request.LANGUAGE_CODE),
        "passages": passages(call, request.LANGUAGE_CODE),
        "receives": call.receives_on(clock.today()),
    }
    return page(request, "portal/consultation/paper.html", context)


@require_POST
@guard(anyone)
def ask(request: Asked, key: str) -> HttpResponse:
    """A question about the draft; it is shown with its answer once staff have read it."""
    call = queries.call(key)
    try:
        services.ask_question(call=call, words=request.POST.get("words", ""), by=request.actor)
    except Refusal as refusal:
        return show_call(request, call, refusal)
    messages.success(
        request, _("質問を受け取りました。職員が読んだあと、答えといっしょにこのページに出ます。")
    )
    return go(request, "portal:opinions:call", key=call.key, anchor="questions")
