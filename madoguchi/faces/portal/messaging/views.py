"""What the city hall wrote to me."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.messaging import services
from madoguchi.engines.procedures import queries as procedures
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.files import send_file
from madoguchi.faces.shared.guards import guard, resident_or_agent
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import links
from madoguchi.kernel.errors import NotFound


@require_safe
@guard(resident_or_agent)
def inbox(request: Asked) -> HttpResponse:
    """All messages, the latest first."""
    found = procedures.messages_for(request.actor)
    return page(request, "portal/messaging/inbox.html", {"inbox": found})


@require_safe
@guard(resident_or_agent)
def message(request: Asked, message_id: Any) -> HttpResponse:
    """One message; opening it marks it as read."""
    found = procedures.message_for(request.actor, message_id)
    if request.actor.mandate is None:  # for whom it was written it stays new
        services.mark_read(message=found, party=request.party, by=request.actor)
    context = {"message": found, "about_href": links.href(found.about) if found.about else ""}
    return page(request, "portal/messaging/message.html", context)


@require_safe
@guard(resident_or_agent)
def attachment(request: Asked, message_id: Any, file_id: Any) -> HttpResponse:
    """A paper that came with one of my messages."""
    found = procedures.message_for(request.actor, message_id)
    stored = next((file for file in found.files.all() if file.pk == file_id), None)
    if stored is None:
        raise NotFound
    return send_file(stored)
