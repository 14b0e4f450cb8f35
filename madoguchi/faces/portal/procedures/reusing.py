"""前に書いた内容: asked for at the beginning of an application, looked through and deleted on a page of one's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.engines.forms import queries as forms
from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident, resident_or_agent
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound

from . import progress

MOST_MEMBERS = 20


def is_to_offer(request: Asked, opened: Any) -> bool:
    """Whether the draft is still as it was begun, and something is known that it could use."""
    if not may_use_kept(request):
        return False
    return not opened.draft.revision and bool(forms.reuse_offer(opened.procedure.form, request.party))


def may_use_kept(request: Asked) -> bool:
    """Of somebody one acts for, only where they said so."""
    return request.actor.mandate is None or request.actor.may_use_kept


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident_or_agent)
def reuse(request: Asked, draft_id: Any) -> HttpResponse:
    """前に書いた内容を使う, or begin with empty questions. Nothing is filled in before the button is pressed."""
    opened = queries.draft_for(request.actor, draft_id)
    offer = forms.reuse_offer(opened.procedure.form, request.party) if may_use_kept(request) else None
    if opened.draft.closed_at is not None or opened.draft.revision or not offer:
        return go(request, "portal:procedures:draft", draft_id=draft_id)
    if request.method == "POST":
        members = request.POST.getlist("member")[:MOST_MEMBERS]
        services.use_kept(draft=opened.draft, by=request.actor, members=members)
        said = _("前に書いた内容を入れました。ちがうところは、直してください。")
        if not offer.is_kept:
            said = _("登録されている内容を入れました。ちがうところは、直してください。")
        messages.success(request, said)
        return go(request, "portal:procedures:answers", draft_id=draft_id)
    context = {
        "draft": opened.draft,
        "title": opened.title,
        "offer": offer,
        "first": opened.sheet.first_open,
        "progress": progress.of(request, opened),
    }
    return page(request, "portal/procedures/reuse.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident)
def kept(request: Asked) -> HttpResponse:
    """覚えている内容: everything that is kept for next time, each thing to be deleted at once, all of it after asking.

    What the person is registered with stands below it: it stays, and is offered again.
    """
    items = forms.kept_items(request.party)
    if request.method == "POST" and items and not (request.POST.get("item") or request.POST.get("sure")):
        return page(request, "portal/procedures/kept_all.html", {"items": items})
    if request.method == "POST":
        try:
            services.forget_kept(by=request.actor, item=request.POST.get("item", ""))
        except NotFound:
            pass  # pressed twice: it is gone already
        else:
            messages.success(request, _("消しました"))
        return go(request, "portal:procedures:kept")
    context = {"items": items, "registered": forms.registered_items(request.party)}
    return page(request, "portal/procedures/kept.html", context)
