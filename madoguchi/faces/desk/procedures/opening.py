"""ほかの課の案件: opened in an emergency and judged afterwards, or read by the person's consent or a law."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import EmergencyOver, LookReasonNeeded
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import audit
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import Ref

from ..words import DANGERS, GROUNDS, VERDICTS
from .deciding import STEPS
from .views import looked_at, refused

HANDLING = ("clerk", "head")
JUDGING = ("clerk", "head", "reviewer")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*JUDGING))
def emergencies(request: HttpRequest) -> HttpResponse:
    """What was opened and who judges it; opening one: a number, a danger, a sentence."""
    if request.method != "POST":
        return show_emergencies(request)
    typed = {key: request.POST.get(key, "")[:500] for key in ("receipt", "danger", "why")}
    try:
        row = services.open_in_emergency(**typed, by=request.actor)
    except Refusal as refusal:
        audit.record_refusal(refusal.code, Ref("procedures", "emergency", "ask"), by=request.actor)
        return show_emergencies(request, refusal, typed)
    return go(request, "desk:procedures:emergency", look_id=row.pk)


def show_emergencies(
    request: HttpRequest, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    """The list and the form; after a refusal with what was typed."""
    context = {
        "rows": queries.emergency_looks(request.actor),
        "dangers": DANGERS,
        "typed": typed or {},
        "may_open": bool(request.actor.divisions_as(*HANDLING)),
        "refusal": refusal,
    }
    return page(
        request, "desk/procedures/emergencies.html", context, status=refusal.status if refusal else 200
    )


@require_safe
@guard(staff(*HANDLING))
def emergency(request: HttpRequest, look_id: Any) -> HttpResponse:
    """The case, for half an hour, to who asked for it."""
    try:
        row, foreign = queries.emergency_case(request.actor, look_id)
    except EmergencyOver as refusal:
        return show_emergencies(request, refusal)
    return page(request, "desk/procedures/emergency.html", {"row": row, "foreign": foreign})


@STEPS
@guard(staff(*JUDGING))
def judge(request: HttpRequest, look_id: Any) -> HttpResponse:
    """正当か、不当か: by another person, who reads the reason and not the case."""
    row = queries.emergency_look(request.actor, look_id)
    if request.method != "POST":
        return show_judge(request, row)
    verdict, remark = request.POST.get("verdict", ""), request.POST.get("remark", "")[:500]
    try:
        services.judge_emergency(look=row, verdict=verdict, remark=remark, by=request.actor)
    except Refusal as refusal:
        return show_judge(request, queries.emergency_look(request.actor, look_id), refusal)
    messages.success(request, _("点検を記録しました。"))
    return go(request, "desk:procedures:emergencies")


def show_judge(request: HttpRequest, row: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The reason that was given, and what was said of it."""
    title, is_protected = queries.what_was_opened(row)
    context = {
        "row": row,
        "opened_title": title,
        "opened_protected": is_protected,
        "verdicts": VERDICTS,
        "may_judge": row.judged_at is None and row.by != request.actor.account,
        "typed": request.POST.get("remark", "")[:500],
        "typed_verdict": request.POST.get("verdict", "")[:8],
        "refusal": refusal,
    }
    return page(
        request, "desk/procedures/emergency_judge.html", context, status=refusal.status if refusal else 200
    )


@STEPS
@guard(staff(*HANDLING))
def share(request: HttpRequest, case_id: Any) -> HttpResponse:
    """ほかの課に見せる: on the person's consent, or on a law that is named."""
    typed = {key: request.POST.get(key, "")[:500] for key in ("to", "ground", "law", "why")}
    try:
        shown = looked_at(request, case_id)
        if request.method != "POST":
            return show_share(request, shown)
        services.share(case=shown.case, by=request.actor, **typed)
    except LookReasonNeeded as refusal:
        return refused(request, case_id, refusal)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return show_share(request, looked_at(request, case_id), refusal, typed)
    done = _("見せられるようにしました。") if typed["ground"] == "law" else _("本人に同意をお願いしました。")
    messages.success(request, done)
    return go(request, "desk:procedures:share", case_id=case_id)


def show_share(
    request: HttpRequest, shown: Any, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    """Which divisions may read it, and the form."""
    context = {
        "shown": shown,
        "row": shown.row,
        "sharings": queries.sharings_of(shown.case),
        "divisions": queries.receiving_divisions(shown),
        "grounds": GROUNDS,
        "typed": typed or {},
        "refusal": refusal,
    }
    return page(request, "desk/procedures/share.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(*HANDLING))
def unshare(request: HttpRequest, case_id: Any, sharing_id: Any) -> HttpResponse:
    """見せるのをやめる."""
    shown = queries.case_for_staff(request.actor, case_id)
    services.end_sharing(case=shown.case, sharing_id=sharing_id, by=request.actor)
    messages.success(request, _("見せるのをやめました。"))
    return go(request, "desk:procedures:share", case_id=case_id)


@require_safe
@guard(staff(*HANDLING))
def shared(request: HttpRequest) -> HttpResponse:
    """What other divisions let mine read."""
    return page(request, "desk/procedures/shared.html", {"rows": queries.shared_with(request.actor)})


@STEPS
@guard(staff(*HANDLING))
def shared_case(request: HttpRequest, sharing_id: Any) -> HttpResponse:
    """One of them: the reason first, on record, then what was stated."""
    row, _nothing = queries.shared_case(request.actor, sharing_id, read=False)
    refusal = None
    if request.method == "POST":
        try:
            services.record_shared_look(
                sharing=row, reason=request.POST.get("reason", "")[:200], by=request.actor
            )
            return go(request, "desk:procedures:shared_case", sharing_id=sharing_id)
        except Refusal as raised:
            if raised.status == 404:
                raise
            refusal = raised
    try:
        row, foreign = queries.shared_case(request.actor, sharing_id)
    except LookReasonNeeded:
        foreign = None
    context = {"row": row, "foreign": foreign, "refusal": refusal}
    return page(
        request, "desk/procedures/shared_case.html", context, status=refusal.status if refusal else 200
    )
