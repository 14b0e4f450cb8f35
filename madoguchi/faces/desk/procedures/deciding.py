"""What needs a second look before it is done: deciding, sending the letter, asking for a correction, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import (
    NeedsReason,
    NotAllConfirmed,
    NothingToCorrect,
    ProtectedHere,
    ReasonTooShort,
    StepNotPossible,
)
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.summary import error_list
from madoguchi.kernel.errors import Refusal

from .forms import LetterNotRead, RemarkMissing, WithdrawalUnexplained, answers, remarks, up_to_date
from .views import looked_at, refused, tell_done

STEPS = require_http_methods(["GET", "HEAD", "POST"])


@STEPS
@guard(staff())
def decide(request: HttpRequest, case_id: Any) -> HttpResponse:
    """決裁: first what would be decided and sent, to whom, and what the letter says; then the decision."""
    outcome = request.POST.get("outcome") or request.GET.get("outcome", "")
    reason, then = request.POST.get("reason", ""), request.POST.get("then", "")
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, shown.case)
        if request.method != "POST" or then == "edit":
            return show_decide(request, shown, outcome)
        if then != "decide" and _needs_reason(shown, outcome):
            return show_letter(request, shown, outcome, reason)
        services.decide(case=shown.case, outcome=outcome, by=request.actor, seen=version, reason=reason)
    except (NeedsReason, ReasonTooShort) as refusal:
        return show_decide(request, shown, outcome, refusal)
    except Refusal as refusal:
        return refused(request, case_id, refusal, to=outcome, typed=kept((_("書いた理由"), reason)))
    messages.success(request, _("決裁しました。通知書は、ほかの人が確かめてから送ります。"))
    return go(request, "desk:procedures:case", case_id=case_id)


def _needs_reason(shown: Any, outcome: str) -> bool:
    return any(move.kind == "decide" and move.to == outcome and move.needs_reason for move in shown.moves)


def kept(*lines: tuple[str, str]) -> dict[str, Any]:
    """What was typed and could not be used, to be copied from the page that comes instead."""
    return {"kept": [(label, text) for label, text in lines if text.strip()]}


def show_letter(request: HttpRequest, shown: Any, outcome: str, reason: str) -> HttpResponse:
    """The letter as it would be printed. Raises ReasonTooShort, StepNotPossible."""
    context = {
        **common(shown),
        "letter": queries.letter_preview(request.actor, shown.case.pk, outcome, reason),
        "preview": queries.decision_preview(shown, outcome),
        "typed_reason": reason,
    }
    return page(request, "desk/procedures/decide_letter.html", context)


def show_decide(
    request: HttpRequest, shown: Any, outcome: str, refusal: Refusal | None = None
) -> HttpResponse:
    """The last look before deciding. Raises StepNotPossible where there is nothing to decide."""
    context = {
        **common(shown, refusal),
        "preview": queries.decision_preview(shown, outcome),
        "typed_reason": request.POST.get("reason", ""),
    }
    return page(request, "desk/procedures/decide.html", context, status=refusal.status if refusal else 200)


def _check_may(shown: Any, kind: str) -> None:
    """Nobody is shown a form that cannot be sent."""
    if not any(move.kind == kind for move in shown.moves):
        raise StepNotPossible


def common(shown: Any, refusal: Refusal | None = None) -> dict[str, Any]:
    """What every page about one case shows."""
    return {"shown": shown, "case": shown.case, "row": shown.row, "refusal": refusal}


@require_POST
@guard(staff())
def send(request: HttpRequest, case_id: Any) -> HttpResponse:
    """確かめて、送る: somebody else than who decided has read the letter."""
    try:
        found = looked_at(request, case_id)
        if found.is_sealed:
            raise ProtectedHere
        if not request.POST.get("read"):
            raise LetterNotRead
        services.check_and_send(case=found.case, by=request.actor)
    except Refusal as refusal:
        return refused(request, case_id, refusal)
    messages.success(request, _("通知書を送りました。"))
    return go(request, "desk:procedures:case", case_id=case_id)


@STEPS
@guard(staff())
def send_back(request: HttpRequest, case_id: Any) -> HttpResponse:
    """誤りがあるので、決裁へ差し戻す: nobody was told yet, so the decision is taken again."""

    def deed(case: Any, seen: int, why: str) -> None:
        services.send_back(case=case, why=why, by=request.actor)

    done = _("決裁へ差し戻しました。ご本人には、まだ何も送っていません。")
    return _go_back(request, case_id, "send_back", deed, done)


@STEPS
@guard(staff())
def hand_back(request: HttpRequest, case_id: Any) -> HttpResponse:
    """担当へ差し戻す: the head wants the clerk to look again."""

    def deed(case: Any, seen: int, why: str) -> None:
        services.hand_back(case=case, why=why, by=request.actor, seen=seen)

    return _go_back(request, case_id, "hand_back", deed, _("担当へ差し戻しました。理由はメモに残しました。"))


def _go_back(
    request: HttpRequest, case_id: Any, kind: str, deed: Callable[[Any, int, str], None], done: str
) -> HttpResponse:
    """Ask why, take the case back, say so; what was typed is kept whatever is refused."""
    why = request.POST.get("why", "")[:1000]
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, shown.case)
        _check_may(shown, kind)
        if request.method != "POST":
            return show_why(request, shown, kind)
        deed(shown.case, version, why)
    except NeedsReason as refusal:
        return show_why(request, shown, kind, refusal)
    except Refusal as refusal:
        return refused(request, case_id, refusal, typed=kept((_("書いた理由"), why)))
    messages.success(request, done)
    return go(request, "desk:procedures:case", case_id=case_id)


def show_why(
    request: HttpRequest, shown: Any, kind: str, refusal: Refusal | None = None, **also: Any
) -> HttpResponse:
    """The page that asks why a case leaves this desk; after a refusal with what was typed."""
    context = {**common(shown, refusal), "typed_why": request.POST.get("why", ""), **also}
    template = f"desk/procedures/{kind}.html"
    return page(request, template, context, status=refusal.status if refusal else 200)


@STEPS
@guard(staff())
def return_(request: HttpRequest, case_id: Any) -> HttpResponse:
    """直してもらう: tick the places, write how each should be put right."""
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, shown.case)
        _check_may(shown, "return")
        if request.method != "POST":
            return show_return(request, shown)
        if request.POST.get("then") == "edit":
            return show_return(request, shown)
        wanted = remarks(request.POST, [one.question.path for one in shown.said])
        if request.POST.get("then") != "send":
            return show_return_letter(request, shown, wanted)
        services.ask_correction(case=shown.case, items=wanted, by=request.actor, seen=version)
    except Refusal as refusal:
        if refusal.status == 422:
            return show_return(request, shown, refusal)
        typed = [
            (_("書いたお願い"), str(text))
            for name, text in request.POST.items()
            if name.startswith("remark:")
        ]
        return refused(request, case_id, refusal, typed=kept(*typed))
    messages.success(request, _("直してほしいところをお知らせしました。返事が来るまで、日数は数えません。"))
    return go(request, "desk:procedures:case", case_id=case_id)


def show_return_letter(request: HttpRequest, shown: Any, wanted: dict[str, str]) -> HttpResponse:
    """What will be asked, place by place, before anybody is told. Raises NothingToCorrect."""
    if not wanted:
        raise NothingToCorrect
    places = [(one, wanted[one.question.path]) for one in shown.said if one.question.path in wanted]
    return page(request, "desk/procedures/return_letter.html", {**common(shown), "places": places})


def show_return(request: HttpRequest, shown: Any, refusal: Refusal | None = None) -> HttpResponse:
    """All stated facts with a box and a line each; after a refusal with what was typed."""
    wanted = request.GET.get("path", "")
    missing = refusal.paths if isinstance(refusal, RemarkMissing) else []
    pages = [
        (
            leaf,
            [
                {
                    "one": one,
                    "ticked": bool(request.POST.get(f"ask:{one.question.path}"))
                    or bool(request.POST.get(f"remark:{one.question.path}", "").strip())
                    or one.question.path == wanted,
                    "remark": request.POST.get(f"remark:{one.question.path}", ""),
                    "is_missing": one.question.path in missing,
                }
                for one in leaf.said
            ],
        )
        for leaf in shown.pages
    ]
    context = {**common(shown, refusal), "pages": pages}
    return page(request, "desk/procedures/return.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff())
def confirm(request: HttpRequest, case_id: Any) -> HttpResponse:
    """直ったところを確かめる, and pass the case on when the button says so."""
    to, ticked = request.POST.get("to", ""), set(request.POST.getlist("item"))
    try:
        found = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, found.case)
        if not found.open_places:
            raise StepNotPossible
        open_items = [place.item for place in found.places if place.item.confirmed_at is None]
        if to and any(str(item.pk) not in ticked for item in open_items):
            raise NotAllConfirmed
        for item in open_items:
            if str(item.pk) in ticked:
                services.confirm_item(case=found.case, item_id=str(item.pk), by=request.actor)
        if to:
            services.advance(case=found.case, to=to, by=request.actor, seen=version)
    except Refusal as refusal:
        return refused(request, case_id, refusal, typed={"ticked": ticked})
    tell_done(request, found, to)
    return go(request, "desk:procedures:case", case_id=case_id, anchor="next")


@STEPS
@guard(staff())
def answer(request: HttpRequest, case_id: Any) -> HttpResponse:
    """A corrected answer that came by telephone or on paper, written in by the clerk."""
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, shown.case)
        asked = queries.places_to_answer(request.actor, shown)
        if not asked:
            raise StepNotPossible
        if request.method != "POST":
            return show_answer(request, shown, asked)
        services.answer_correction(
            case=shown.case, posted=answers(request.POST, asked), by=request.actor, seen=version
        )
    except AnswerRefused as refusal:
        return show_answer(request, shown, asked, refusal)
    except Refusal as refusal:
        return refused(request, case_id, refusal)
    messages.success(request, _("直した答えを書き入れました。"))
    return go(request, "desk:procedures:case", case_id=case_id)


def show_answer(
    request: HttpRequest, shown: Any, asked: list[Any], refusal: AnswerRefused | None = None
) -> HttpResponse:
    """The places that were asked for; after a refusal with what was typed and each sentence at its place."""
    refused = refusal.errors if refusal else {}
    places = []
    for place in asked:
        errors = {
            name.removeprefix(f"{place.path}:"): sentence
            for name, sentence in refused.items()
            if name.startswith(f"{place.path}:")
        }
        places.append({"place": place, "prefix": f"{place.path}:", "errors": errors})
    context = {
        **common(shown, refusal),
        "places": places,
        "typed": request.POST if refusal else None,
        "error_list": [line for one in places for line in error_list(one["place"].path, one["errors"])],
    }
    return page(request, "desk/procedures/answer.html", context, status=refusal.status if refusal else 200)


@STEPS
@guard(staff())
def withdraw(request: HttpRequest, case_id: Any) -> HttpResponse:
    """取下げ as the resident asked for it, after one more look; who asked, when and how stays as a note."""
    how = request.POST.get("how", "")[:900]
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, shown.case)
        _check_may(shown, "withdraw")
        if request.method != "POST":
            return page(request, "desk/procedures/withdraw.html", common(shown))
        if not how.strip():
            raise WithdrawalUnexplained
        words = _("取下げの申し出：%(how)s") % {"how": how.strip()}
        services.withdraw(case=shown.case, by=request.actor, seen=version, told=words)
    except WithdrawalUnexplained as refusal:
        context = common(shown, refusal)
        return page(request, "desk/procedures/withdraw.html", context, status=refusal.status)
    except Refusal as refusal:
        return refused(request, case_id, refusal, typed=kept((_("書いた申し出"), how)))
    messages.success(request, _("取り下げました。"))
    return go(request, "desk:procedures:case", case_id=case_id)
