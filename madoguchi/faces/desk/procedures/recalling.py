"""誤交付: saying that a paper went out wrong, the register, and what is done differently since."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import LookReasonNeeded, MisissueUnclear, StepNotPossible
from madoguchi.faces.shared.files import send_file
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import audit
from madoguchi.kernel.errors import Refusal

from .deciding import STEPS, common, kept, told_how
from .forms import up_to_date
from .views import refused

MOST_WORDS = 2000


@STEPS
@guard(staff("clerk", "head"))
def misissue(request: HttpRequest, case_id: Any) -> HttpResponse:
    """誤って交付した: what went wrong, before the paper is recalled and the resident is told."""
    what = request.POST.get("what", "")[:MOST_WORDS]
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, shown.case)
        if not any(move.kind == "misissue" for move in shown.moves):
            raise StepNotPossible
        if request.method != "POST":
            return show_misissue(request, shown)
        row = services.report_misissue(
            case=shown.case,
            kind=request.POST.get("kind", ""),
            step=request.POST.get("step", ""),
            what=what,
            back=request.POST.get("back", ""),
            by=request.actor,
            seen=version,
        )
    except MisissueUnclear as refusal:
        return show_misissue(request, shown, refusal)
    except Refusal as refusal:
        return refused(request, case_id, refusal, typed=kept((_("書いたいきさつ"), what)))
    if row.returned_id:
        messages.success(
            request, _("記録し、書類を取り消しました。ご本人にも、使えないことをお知らせします。")
        )
        messages.success(request, told_how(shown.case))
    else:
        messages.success(request, _("記録しました。決定はそのままです。"))
    return go(request, "desk:procedures:misissue_entry", misissue_id=row.pk)


def show_misissue(request: HttpRequest, shown: Any, refusal: Refusal | None = None) -> HttpResponse:
    """What is asked; after a refusal with what was typed."""
    context = {
        **common(shown, refusal),
        "kinds": queries.KINDS,
        "steps": queries.STEPS,
        "typed": request.POST,
    }
    status = refusal.status if refusal else 200
    return page(request, "desk/procedures/misissue.html", context, status=status)


@require_safe
@guard(staff("clerk", "head"))
def misissues(request: HttpRequest) -> HttpResponse:
    """誤交付の記録: the register of one's divisions, what is open first."""
    rows, total = queries.misissues(request.actor)
    return page(request, "desk/procedures/misissues.html", {"rows": rows, "total": total})


@require_safe
@guard(staff("clerk", "head"))
def entry(request: HttpRequest, misissue_id: Any) -> HttpResponse:
    """One entry of the register."""
    return show_entry(request, misissue_id)


def show_entry(request: HttpRequest, misissue_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The entry as it stands; after a refusal with the reason and what was typed."""
    found = queries.misissue_for(request.actor, misissue_id)
    if refusal is not None and refusal.status == 403:
        audit.record_refusal(refusal.code, found.misissue.case.ref, by=request.actor)
    context = {
        "found": found,
        "row": found.row,
        "backs": queries.BACKS,
        "typed_lesson": request.POST.get("lesson", found.row.lesson),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return page(request, "desk/procedures/misissue_entry.html", context, status=status)


@require_POST
@guard(staff("clerk", "head"))
def follow(request: HttpRequest, misissue_id: Any) -> HttpResponse:
    """What became of the paper, what is done differently, and the end of it: one button each."""
    found = queries.misissue_for(request.actor, misissue_id)
    then = request.POST.get("then", "")
    about: dict[str, Any] = {"misissue": found.misissue, "by": request.actor}
    try:
        if then == "back":
            services.follow_up(**about, back=request.POST.get("back", ""))
            messages.success(request, _("書類がどうなったかを記録しました。"))
        elif then == "lesson":
            services.write_lesson(**about, lesson=request.POST.get("lesson", ""))
            messages.success(request, _("これから変えることを書きました。同じ段階の画面に出ます。"))
        elif then == "read":
            services.record_story_read(**about)
        elif then == "close":
            services.close_misissue(**about)
            messages.success(request, _("この誤交付の記録を、終わりにしました。"))
        else:
            raise MisissueUnclear
    except Refusal as refusal:
        return show_entry(request, misissue_id, refusal)
    return go(request, "desk:procedures:misissue_entry", misissue_id=misissue_id)


@require_safe
@guard(staff("clerk", "head"))
def letter(request: HttpRequest, misissue_id: Any) -> HttpResponse:
    """The paper as it went out: only here, and only while a look is in force."""
    try:
        stored = queries.recalled_letter(request.actor, misissue_id)
    except LookReasonNeeded:
        found = queries.misissue_for(request.actor, misissue_id)
        return go(request, "desk:procedures:case", case_id=found.row.case_id)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return show_entry(request, misissue_id, refusal)
    found = queries.misissue_for(request.actor, misissue_id)
    services.record_look(
        case=found.misissue.case,
        by=request.actor,
        reason=_("誤交付の記録の確認"),
        what=_("取り消した通知書"),
    )
    return send_file(stored)
