"""Passing a case to another division: which, why, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import DivisionCannotReceive, NeedsReason
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import Refusal

from .deciding import STEPS, kept, show_why
from .forms import up_to_date
from .views import refused


@STEPS
@guard(staff())
def transfer(request: HttpRequest, case_id: Any) -> HttpResponse:
    """移送: ask where and why, then pass it on; who passed it on goes back to their list."""
    why = request.POST.get("why", "")[:1000]
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, shown.case)
        if request.method != "POST":
            return show_transfer(request, shown)
        services.transfer(
            case=shown.case, to=request.POST.get("to", ""), why=why, by=request.actor, seen=version
        )
    except (NeedsReason, DivisionCannotReceive) as refusal:
        return show_transfer(request, shown, refusal)
    except Refusal as refusal:
        return refused(request, case_id, refusal, typed=kept((_("書いた理由"), why)))
    messages.success(request, _("%(receipt)s を移しました。") % {"receipt": shown.row.receipt})
    return go(request, "desk:home")


def show_transfer(request: HttpRequest, shown: Any, refusal: Refusal | None = None) -> HttpResponse:
    """Where and why; after a refusal with what was chosen and typed."""
    return show_why(
        request,
        shown,
        "transfer",
        refusal,
        divisions=queries.receiving_divisions(shown),
        typed_to=request.POST.get("to", ""),
    )
