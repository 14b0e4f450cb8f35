"""窓口で渡すもの: the list of what stands ready, and handing one over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import HandOverUnclear, StepNotPossible
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal

from .deciding import STEPS, common, kept
from .forms import typed_number, up_to_date
from .views import refused


@require_safe
@guard(staff("clerk", "head"))
def ready(request: HttpRequest) -> HttpResponse:
    """What waits at the counter, the longest first, without a name."""
    rows, total = queries.to_hand_over(request.actor)
    return page(request, "desk/procedures/ready.html", {"rows": rows, "total": total})


@STEPS
@guard(staff("clerk", "head"))
def hand_over(request: HttpRequest, case_id: Any) -> HttpResponse:
    """確かめて、渡す: who came, how they showed it, how many, how much."""
    typed = request.POST
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        up_to_date(request, shown.case)
        if not any(move.kind == "hand_over" for move in shown.moves):
            raise StepNotPossible
        if request.method != "POST":
            return show_hand_over(request, shown)
        if not typed.get("checked"):
            raise HandOverUnclear(_("書類の宛名と内容を確かめて、印をつけてください。"))
        services.hand_over(
            case=shown.case,
            to=typed.get("to", ""),
            name=typed.get("name", ""),
            shown=typed.get("shown", ""),
            copies=typed_number(typed.get("copies", "")),
            yen=typed_number(typed.get("yen", "")),
            by=request.actor,
        )
    except HandOverUnclear as refusal:
        return show_hand_over(request, shown, refusal)
    except Refusal as refusal:
        name = kept((_("受け取る人の名前"), typed.get("name", "")))
        return refused(request, case_id, refusal, typed=name)
    messages.success(request, _("%(receipt)s を渡しました。") % {"receipt": shown.row.receipt})
    return go(request, "desk:procedures:case", case_id=case_id)


def show_hand_over(request: HttpRequest, shown: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The questions at the counter; after a refusal with what was typed."""
    context = {
        **common(shown, refusal),
        "to_whom": queries.HANDED_TO,
        "proofs": queries.SHOWN,
        "asked": queries.asked_to_fetch(shown),
        "fee": queries.fee_proposed(shown.case),
        "typed": request.POST,
    }
    status = refusal.status if refusal else 200
    return page(request, "desk/procedures/hand_over.html", context, status=status)
