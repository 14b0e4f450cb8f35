"""ほかの課への同意: asked on the page of the case, agreed to, refused or taken back at any time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go


@require_POST
@guard(resident)
def agree(request: Asked, case_id: Any, sharing_id: Any) -> HttpResponse:
    """見せてよい: from this moment, for the days that were named."""
    found = queries.case_for(request.actor, case_id)
    services.agree_to_sharing(case=found.case, sharing_id=sharing_id, by=request.actor)
    messages.success(request, _("同意しました。いつでも取り消せます。"))
    return go(request, "portal:procedures:case", case_id=case_id, anchor="sharings")


@require_POST
@guard(resident)
def end(request: Asked, case_id: Any, sharing_id: Any) -> HttpResponse:
    """見せない: no, or not any more. At once."""
    found = queries.case_for(request.actor, case_id)
    services.end_sharing(case=found.case, sharing_id=sharing_id, by=request.actor)
    messages.success(request, _("ほかの課には見せません。"))
    return go(request, "portal:procedures:case", case_id=case_id, anchor="sharings")
