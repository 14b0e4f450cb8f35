"""止まっているもの: what did not reach a resident, and work that gave up. Each can be tried again here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.messaging import services as messaging
from madoguchi.engines.procedures import queries
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal


@require_safe
@guard(staff())
def stuck(request: HttpRequest) -> HttpResponse:
    """The whole list."""
    return show_stuck(request)


def show_stuck(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The list as it stands; after a refusal with the reason."""
    context = {
        "stuck": queries.stuck(request.actor),
        "sees_errors": request.actor.has_role("operator"),
        "refusal": refusal,
    }
    return page(request, "desk/stuck.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff())
def delivery_again(request: HttpRequest, delivery_id: Any) -> HttpResponse:
    """Send the message once more."""
    found = _mine(queries.stuck(request.actor).deliveries, delivery_id)
    try:
        messaging.resend(found.row, by=request.actor)
    except Refusal as refusal:
        return show_stuck(request, refusal)
    messages.success(request, _("もう一度送ることにしました。"))
    return go(request, "desk:stuck")


@require_POST
@guard(staff())
def job_again(request: HttpRequest, job_id: Any) -> HttpResponse:
    """Let the worker try once more."""
    found = _mine(queries.stuck(request.actor).jobs, job_id)
    messaging.retry_job(found.row, by=request.actor)
    messages.success(request, _("もう一度やってみます。少し待ってから確かめてください。"))
    return go(request, "desk:stuck")


def _mine(things: list[Any], wanted: Any) -> Any:
    """Raises NotFound for what is not stuck any more, or is not this person's."""
    found = next((thing for thing in things if thing.row.pk == wanted), None)
    if found is None:
        raise NotFound(_("もう止まっていません。画面を開き直してください。"))
    return found
