"""The list, one case, and the small things done with it: look, take, pass on, note."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import LookReasonNeeded
from madoguchi.faces.shared.files import send_file
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, go_to, page, safe_next
from madoguchi.kernel import audit
from madoguchi.kernel.errors import NotFound, Refusal, SomebodyWasFaster

from ..words import LOOK_REASONS, OTHER_REASON
from .forms import ChooseReason, look_reason, up_to_date
from .listing import TABBED, filters, listing, tabs


@require_safe
@guard(staff())
def cases(request: HttpRequest) -> HttpResponse:
    """案件: everything of my divisions, also what is over."""
    return show_cases(request)


def show_cases(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The list; after a refusal as it is now, and the reason."""
    tally = queries.tally(request.actor)
    shown = listing(request, size=50)
    wanted = ("", *(name for name in queries.FILTERS if name not in TABBED))
    context = {
        **shown,
        "tally": tally,
        "tabs": tabs(tally, shown["wanted"]),
        "choices": queries.choices(request.actor),
        "colleagues": queries.colleagues(request.actor),
        "list_url": reverse("desk:procedures:cases"),
        "filters": filters(request.actor, tally, wanted, shown["only"], counted=not shown["wanted"].whose),
        "refusal": refusal,
        # What was ticked and for whom stays through a refusal.
        "ticked": {ticked.partition(":")[0] for ticked in request.POST.getlist("case")[:1000]},
        "bulk_to": request.POST.get("to", ""),
    }
    return page(request, "desk/procedures/cases.html", context, status=refusal.status if refusal else 200)


@require_safe
@guard(staff())
def case(request: HttpRequest, case_id: Any) -> HttpResponse:
    """One case. Before a reason: days, steps and what it asks of everybody; after: what was stated."""
    return show_case(request, case_id, ask_reason="reason" in request.GET)


def show_case(
    request: HttpRequest,
    case_id: Any,
    refusal: Refusal | None = None,
    *,
    ask_reason: bool = False,
    secrets: bool = False,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    """The case as it stands now; after a refusal with its sentence and what was typed."""
    actor = request.actor
    try:
        shown = (
            queries.case_for_staff(actor, case_id)
            if ask_reason
            else queries.read_for_staff(actor, case_id, secrets=secrets)
        )
    except LookReasonNeeded:
        shown = queries.case_for_staff(actor, case_id)
    if refusal is not None and refusal.status == 403:
        audit.record_refusal(refusal.code, shown.case.ref, by=actor)
    before, after = queries.neighbours(actor, case_id)
    kinds = {move.kind for move in shown.moves}
    context = {
        "shown": shown,
        "case": shown.case,
        "row": shown.row,
        "reasons": LOOK_REASONS,
        "other_reason": OTHER_REASON,
        "asks_reason": shown.pages is None,
        "can_go_on": bool(kinds & {"advance", "decide", "send"}),
        "can_ask": "return" in kinds,
        "keepers": queries.who_sees_protected(shown.case.division_id) if shown.is_sealed else [],
        "before": before,
        "after": after,
        "secrets": secrets,
        "refusal": refusal,
        "typed": typed or {},
    }
    return page(request, "desk/procedures/case.html", context, status=refusal.status if refusal else 200)


def refused(
    request: HttpRequest,
    case_id: Any,
    refusal: Refusal,
    *,
    to: str = "",
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    """The fresh case with the reason. The second press of one's own button simply shows what the first did."""
    if isinstance(refusal, NotFound):
        raise refusal
    if isinstance(refusal, SomebodyWasFaster):
        seen = request.POST.get("seen", "")
        if queries.is_own_press(request.actor, case_id, seen=seen, to=to):
            return go(request, "desk:procedures:case", case_id=case_id)
        if words := queries.who_was_faster(request.actor, case_id, seen=seen):
            refusal = SomebodyWasFaster(words)
    return show_case(request, case_id, refusal, typed=typed)


def looked_at(request: HttpRequest, case_id: Any) -> Any:
    """The case to work on. Raises NotFound; LookReasonNeeded: nobody moves what they have not opened."""
    shown = queries.case_for_staff(request.actor, case_id)
    if shown.look is None:
        raise LookReasonNeeded
    return shown


@require_POST
@guard(staff())
def look(request: HttpRequest, case_id: Any) -> HttpResponse:
    """記録して、ひらく: the reason is on record before anything is shown."""
    found = queries.case_for_staff(request.actor, case_id)
    try:
        reason = look_reason(request.POST)
        services.record_look(case=found.case, by=request.actor, reason=reason)
    except ChooseReason as refusal:
        typed = {"other": request.POST.get("other", "")[:200], "reason": request.POST.get("reason", "")}
        return show_case(request, case_id, refusal, ask_reason=True, typed=typed)
    return go(request, "desk:procedures:case", case_id=case_id)


@require_POST
@guard(staff())
def whole(request: HttpRequest, case_id: Any) -> HttpResponse:
    """ぜんぶ見る: the account number whole, once, with a record of its own."""
    try:
        found = looked_at(request, case_id)
    except Refusal as refusal:
        return refused(request, case_id, refusal)
    services.record_look(
        case=found.case, by=request.actor, reason=found.look.purpose, what=_("口座番号のぜんぶ")
    )
    # Answered without a redirect: loading the page again shows it shortened again, or records again.
    return show_case(request, case_id, secrets=True)


@require_POST
@guard(staff())
def take(request: HttpRequest, case_id: Any) -> HttpResponse:
    """引き受ける, from the list or from the case."""
    found = queries.case_for_staff(request.actor, case_id)
    try:
        services.take(case=found.case, by=request.actor)
    except Refusal as refusal:
        if request.POST.get("from") == "case":
            return refused(request, case_id, refusal)
        return show_cases(request, refusal)
    messages.success(request, _("%(receipt)s を引き受けました。") % {"receipt": found.row.receipt})
    if request.POST.get("from") == "case":
        return go(request, "desk:procedures:case", case_id=case_id)
    return go_to(request, safe_next(request, "/desk/"))


def tell_done(request: HttpRequest, found: Any, to: str) -> None:
    """「審査へ回しました。」"""
    if words := next((move.done for move in found.moves if move.kind == "advance" and move.to == to), ""):
        messages.success(request, words)


def asks_before(request: HttpRequest, found: Any, to: str) -> HttpResponse | None:
    """A case that lacks answers or papers goes to who decides only after one more question."""
    move = next((one for one in found.moves if one.kind == "advance" and one.to == to), None)
    can_ask = any(one.kind == "return" for one in found.moves)
    if move is None or not (move.to_head and found.is_lacking and can_ask) or request.POST.get("anyway"):
        return None
    context = {"shown": found, "case": found.case, "row": found.row, "move": move}
    return page(request, "desk/procedures/pass_on.html", context)


@require_POST
@guard(staff())
def advance(request: HttpRequest, case_id: Any) -> HttpResponse:
    """Pass the case on."""
    to = request.POST.get("to", "")
    try:
        found = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, found.case)
        if lacking := asks_before(request, found, to):
            return lacking
        services.advance(case=found.case, to=to, by=request.actor, seen=version)
    except Refusal as refusal:
        return refused(request, case_id, refusal, to=to)
    tell_done(request, found, to)
    return go(request, "desk:procedures:case", case_id=case_id)


@require_POST
@guard(staff())
def note(request: HttpRequest, case_id: Any) -> HttpResponse:
    """A remark for colleagues."""
    text = request.POST.get("text", "")
    try:
        found = looked_at(request, case_id)
        services.add_note(case=found.case, text=text, by=request.actor)
    except Refusal as refusal:
        return refused(request, case_id, refusal, typed={"note": text[:1000]})
    messages.success(request, _("メモを残しました。"))
    return go(request, "desk:procedures:case", case_id=case_id, anchor="notes")


@require_POST
@guard(staff())
def ask_keeper(request: HttpRequest, case_id: Any) -> HttpResponse:
    """権限のある人に頼む: the request stands among the notes of the case, where they find it."""
    found = queries.case_for_staff(request.actor, case_id)
    wish = _("秘匿：住所や連絡先のわかる書類の確認・印刷を、権限のある人にお願いします。")
    if all(note.text != wish for note in found.case.notes.all()):
        services.add_note(case=found.case, text=wish, by=request.actor)
    messages.success(request, _("お願いを、案件のメモに残しました。"))
    return go_to(request, safe_next(request, f"/desk/cases/{found.case.pk}/"))


@require_safe
@guard(staff())
def file(request: HttpRequest, case_id: Any, file_id: Any) -> HttpResponse:
    """A paper, the copy of the application or the letter: only while a look is in force."""
    try:
        found = queries.file_for_staff(request.actor, case_id, file_id)
        shown = queries.case_for_staff(request.actor, case_id)
        if shown.decision is not None and shown.decision.letter_id == found.pk:
            # Only who opened the letter may send it.
            services.record_letter_opened(case=shown.case, by=request.actor)
        return send_file(found)
    except Refusal as refusal:
        return refused(request, case_id, refusal)
