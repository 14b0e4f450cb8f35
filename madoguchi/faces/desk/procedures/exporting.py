"""書き出し: from a list to a file, with a reason, another person's yes, and a fresh second factor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared.files import send_file
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import audit
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import Ref

from .deciding import STEPS
from .listing import narrowed

ASKING = ("clerk", "head")
SEEING = ("clerk", "head", "export_approver", "reviewer")
SETTLING = ("head", "export_approver")
MOST_COLUMNS = 200


@require_safe
@guard(staff(*SEEING))
def exports(request: HttpRequest) -> HttpResponse:
    """Who took out what: of my divisions, or of the city for who looks after that."""
    return page(request, "desk/procedures/exports.html", {"rows": queries.exports(request.actor)})


@STEPS
@guard(staff(*ASKING))
def new_export(request: HttpRequest) -> HttpResponse:
    """The list as it was narrowed, the columns, and what it is for."""
    if request.method != "POST":
        return show_new(request)
    wanted = narrowed(request)
    try:
        row = services.ask_export(
            cases=queries.cases_to_export(request.actor, wanted),
            division=request.POST.get("division", "")[:100],
            procedure=wanted.procedure,
            columns=request.POST.getlist("column")[:MOST_COLUMNS],
            why=request.POST.get("why", "")[:500],
            wanted=_words_of(request),
            by=request.actor,
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return show_new(request, refusal)
    messages.success(request, _("頼みました。決裁する人が承認すると、ここから受け取れます。"))
    return go(request, "desk:procedures:export", export_id=row.pk)


def show_new(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The form; after a refusal with what was ticked and typed."""
    wanted = narrowed(request)
    found = queries.cases_to_export(request.actor, wanted)
    is_posted = request.method == "POST"
    ticked = request.POST.getlist("column")[:MOST_COLUMNS] if is_posted else ["receipt", "title", "state"]
    context = {
        "n": len(found),
        "divisions": queries.export_divisions(request.actor),
        "division": request.POST.get("division", ""),
        "columns": queries.chosen_columns(ticked, queries.export_columns(wanted.procedure)),
        "procedure": wanted.procedure,
        "query": request.META.get("QUERY_STRING", ""),
        "why": request.POST.get("why", "")[:500],
        "refusal": refusal,
    }
    return page(
        request, "desk/procedures/export_new.html", context, status=refusal.status if refusal else 200
    )


def _words_of(request: HttpRequest) -> dict[str, str]:
    """How the list was narrowed, kept with what was asked for."""
    known = ("only", "whose", "procedure", "state", "channel", "gaps")
    return {key: request.GET.get(key, "")[:120] for key in known if request.GET.get(key)}


@require_safe
@guard(staff(*SEEING))
def export(request: HttpRequest, export_id: Any) -> HttpResponse:
    """One of them: who, why, how many, and what can be done with it."""
    return show_export(request, export_id)


def show_export(request: HttpRequest, export_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now; after a refusal with its sentence."""
    context = {"shown": queries.export_for(request.actor, export_id), "refusal": refusal}
    return page(request, "desk/procedures/export.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(*SETTLING, fresh=True))
def approve(request: HttpRequest, export_id: Any) -> HttpResponse:
    """承認する: by another person who has just shown a factor."""
    return _settle(request, export_id, services.approve_export, _("承認しました。"))


@require_POST
@guard(staff(*SETTLING))
def refuse(request: HttpRequest, export_id: Any) -> HttpResponse:
    """承認しない."""
    return _settle(request, export_id, services.refuse_export, _("承認しませんでした。"))


@require_POST
@guard(staff(*SEEING))
def revoke(request: HttpRequest, export_id: Any) -> HttpResponse:
    """取り消す: the file is gone at once."""
    return _settle(request, export_id, services.revoke_export, _("取り消しました。ファイルは消えました。"))


def _settle(request: HttpRequest, export_id: Any, verb: Any, done: str) -> HttpResponse:
    shown = queries.export_for(request.actor, export_id)
    try:
        verb(export=shown.row, by=request.actor)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return show_export(request, export_id, refusal)
    messages.success(request, done)
    return go(request, "desk:procedures:export", export_id=export_id)


@STEPS
@guard(staff(*ASKING, fresh=True))
def file(request: HttpRequest, export_id: Any) -> HttpResponse:
    """The file, for who asked. A plain address leads back to the page: what takes something out is pressed."""
    shown = queries.export_for(request.actor, export_id)
    if request.method != "POST":
        return go(request, "desk:procedures:export", export_id=export_id)
    try:
        return send_file(services.take_export(export=shown.row, by=request.actor))
    except Refusal as refusal:
        audit.record_refusal(refusal.code, Ref.to(shown.row), by=request.actor)
        if refusal.status == 404:
            raise
        return show_export(request, export_id, refusal)
