"""Papers that were promised: they came, or the office does without them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.engines.procedures import services
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import Refusal

from .views import looked_at, refused


@require_POST
@guard(staff())
def paper(request: HttpRequest, case_id: Any) -> HttpResponse:
    """受け取った, or 要らない with the reason."""
    document, why = request.POST.get("document", "")[:60], request.POST.get("why", "")[:500]
    try:
        case = looked_at(request, case_id).case
        if request.POST.get("then") == "waive":
            services.waive_paper(case=case, document=document, why=why, by=request.actor)
            done = _("書類を要らないことにしました。理由は記録に残ります。")
        else:
            services.paper_arrived(case=case, document=document, by=request.actor)
            done = _("書類を受け取ったことにしました。")
    except Refusal as refusal:
        return refused(request, case_id, refusal, typed={"paper": document, "paper_why": why})
    messages.success(request, done)
    return go(request, "desk:procedures:case", case_id=case_id, anchor="papers")
