"""One's own entries: the receipt to keep, and the answer to a win."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.lottery import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal

from . import words


@require_safe
@guard(resident)
def listed(request: Asked) -> HttpResponse:
    """All of mine, the newest first."""
    rows = [
        {
            "entry": one,
            "title": queries.title_of(one.round, request.LANGUAGE_CODE),
            "is_taking": queries.is_taking(one.round),
        }
        for one in queries.entries_of(request.party)[:100]
    ]
    return page(request, "portal/draws/mine.html", {"rows": rows})


@require_safe
@guard(resident)
def entry(request: Asked, entry_id: Any) -> HttpResponse:
    """One of mine: what I wished for, my receipt, what became of it."""
    return show(request, queries.entry_for(request.actor, entry_id))


def show(request: Asked, entry: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now; after a refusal with the reason."""
    context = {
        "entry": entry,
        "round": entry.round,
        "stand": queries.stand(entry),
        "words": words.of_round(entry.round, request.LANGUAGE_CODE),
        "wishes": words.wishes(entry.round, entry, request.LANGUAGE_CODE),
        "may_withdraw": entry.state == "in" and queries.is_taking(entry.round),
        "refusal": refusal,
    }
    return page(request, "portal/draws/entry.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(resident)
def withdraw(request: Asked, entry_id: Any) -> HttpResponse:
    """Take it back; another may be sent while the round is open."""
    found = queries.entry_for(request.actor, entry_id)
    try:
        services.withdraw(entry=found, by=request.actor)
    except Refusal as refusal:
        return show(request, found, refusal)
    messages.success(request, _("申し込みを取り下げました。締め切りまでは、もう一度申し込めます。"))
    return go(request, "portal:draws:entry", entry_id=found.pk)


@require_POST
@guard(resident)
def answer(request: Asked, entry_id: Any, win_id: Any) -> HttpResponse:
    """Take what was won, or give it back."""
    found = queries.entry_for(request.actor, entry_id)
    win = queries.win_of(found, win_id)
    takes = request.POST.get("answer") == "confirm"
    try:
        (services.confirm if takes else services.decline)(win=win, by=request.actor)
    except Refusal as refusal:
        return show(request, found, refusal)
    messages.success(request, _("当選を確定しました。") if takes else _("辞退を受け付けました。"))
    return go(request, "portal:draws:entry", entry_id=found.pk)
