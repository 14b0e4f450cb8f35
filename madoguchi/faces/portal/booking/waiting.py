"""Stepping out of a line."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.engines.booking import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go


@require_POST
@guard(resident)
def leave(request: Asked, waiting_id: Any) -> HttpResponse:
    """They no longer wait. An offer is declined on its own page instead."""
    services.leave(waiting=queries.waiting_for(request.actor, waiting_id), by=request.actor)
    messages.success(request, _("空き待ちをとりやめました。"))
    return go(request, "portal:booking:mine")
