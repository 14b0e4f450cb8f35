"""What needs a second look before it is done: deciding, sending the letter, asking for a correction, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import (
    NeedsReason,
    ProtectedHere,
    ReasonTooShort,
    ReasonUnfilled,
    StepNotPossible,
)
from madoguchi.faces.shared.files import send_content
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.summary import error_list
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import queries as identity

from .decided import DECIDED, asked_rows, begun_reason, decided_values
from .forms import LetterNotRead, WithdrawalUnexplained, up_to_date
from .views import looked_at, refused

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
        if request.method == "POST" and not any(move.kind == "decide" for move in shown.moves):
            # The engine says why not: NeedsHead, NeedsAnotherPerson or what happened meanwhile.
            services.decide(case=shown.case, outcome=outcome, by=request.actor, seen=version, reason=reason)
        preview = queries.decision_preview(shown, outcome)
        if request.method != "POST" or then in {"edit", "begin"}:
            return show_decide(request, shown, outcome)
        values = decided_values(request.POST, queries.decision_questions(shown, outcome))
        if then == "pdf":
            letter = queries.letter_preview(request.actor, shown.case.pk, outcome, reason, values)
            return send_content(queries.drawn_preview(letter), "application/pdf", f"{shown.row.receipt}.pdf")
        if then != "decide" and preview.letter_title:
            return show_letter(request, shown, outcome, reason, values)
        services.decide(
            case=shown.case, outcome=outcome, by=request.actor, seen=version, reason=reason, values=values
        )
    except (NeedsReason, ReasonTooShort, ReasonUnfilled, AnswerRefused) as refusal:
        return show_decide(request, shown, outcome, refusal)
    except Refusal as refusal:
        return refused(request, case_id, refusal, to=outcome, typed=kept((_("書いた理由"), reason)))
    if preview.hands_over:
        messages.success(request, _("決裁しました。書類は、ほかの人が確かめてから窓口で渡します。"))
    else:
        messages.success(request, _("決裁しました。通知書は、ほかの人が確かめてから送ります。"))
    return go(request, "desk:procedures:case", case_id=case_id)


def told_how(case: Any) -> Any:
    """How the person is told: in their inbox already, or by a letter that somebody has to print and post."""
    if case.applicant is None:
        return _("連絡先がわからないので、お知らせは出していません。")
    if identity.has_account(case.applicant):
        return _("ご本人の受信箱に届けました。")
    link = format_html('<a href="{}">{}</a>', reverse("desk:to_post"), _("郵送するもの"))
    return format_html(_("お知らせの手紙は「{}」にあります。印刷して送ると、ご本人に届きます。"), link)


def kept(*lines: tuple[str, str]) -> dict[str, Any]:
    """What was typed and could not be used, to be copied from the page that comes instead."""
    return {"kept": [(label, text) for label, text in lines if text.strip()]}


def show_letter(
    request: HttpRequest, shown: Any, outcome: str, reason: str, values: Any = None
) -> HttpResponse:
    """The letter as it would be printed. Raises ReasonTooShort, ReasonUnfilled, AnswerRefused, StepNotPossible."""
    context = {
        **common(shown),
        "letter": queries.letter_preview(request.actor, shown.case.pk, outcome, reason, values),
        "decided": queries.decided_facts(shown.case, outcome, values),
        "carried": [(name, typed) for name, typed in request.POST.items() if name.startswith(DECIDED)],
        "preview": queries.decision_preview(shown, outcome),
        "typed_reason": reason,
    }
    return page(request, "desk/procedures/decide_letter.html", context)


def show_decide(
    request: HttpRequest, shown: Any, outcome: str, refusal: Refusal | None = None
) -> HttpResponse:
    """The last look before deciding. Raises StepNotPossible where there is nothing to decide."""
    wrong = refusal.errors if isinstance(refusal, AnswerRefused) else {}
    at_reason = str(refusal) if isinstance(refusal, (NeedsReason, ReasonTooShort, ReasonUnfilled)) else ""
    preview = queries.decision_preview(shown, outcome)
    rows = asked_rows(
        queries.decision_questions(shown, outcome),
        request.POST,
        wrong,
        queries.decision_proposals(shown, outcome),
    )
    lines = [
        {**line, "sentence": f"{row['asked'].short_label}：{line['sentence']}"}
        for row in rows
        for line in error_list(row["asked"].path, row["errors"])
    ]
    if at_reason:
        lines.append({"href": "#reason", "sentence": at_reason})
    context = {
        **common(shown, None if lines else refusal),
        "preview": preview,
        "reason_error": at_reason,
        "rows": rows,
        "begin_with": queries.refusal_texts(shown.case) if preview.needs_reason else [],
        "typed_reason": begun_reason(request.POST, dict(queries.refusal_texts(shown.case))),
        "error_list": lines,
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
    messages.success(request, _("通知書を確かめました。"))
    messages.success(request, told_how(found.case))
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
