"""つないでいるアプリ: which apps act for the resident, what each may do, and ending it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.access import queries, scopes, services


@require_safe
@guard(resident)
def connections(request: Asked) -> HttpResponse:
    """Every app that is connected now."""
    rows = [
        {"grant": grant, "client": grant.client, "may": scopes.chosen(grant.scopes)}
        for grant in queries.connections_of(request.actor)
    ]
    return page(request, "portal/access/connections.html", {"rows": rows})


@require_POST
@guard(resident)
def end(request: Asked, grant_id: Any) -> HttpResponse:
    """つなぐのをやめる."""
    services.disconnect(grant_id=str(grant_id), by=request.actor)
    messages.success(request, _("つなぐのをやめました"))
    return go(request, "portal:access:connections")
