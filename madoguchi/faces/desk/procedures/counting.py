"""受付の方法: what came by which way in one's own divisions, every number told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.engines.procedures import queries
from madoguchi.faces.shared.channels import asked_year, channel_table
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import page


@require_safe
@guard(staff("clerk", "head"))
def channels(request: HttpRequest) -> HttpResponse:
    """Counts by channel, side by side, of one fiscal year."""
    counts = queries.channel_counts_for_staff(request.actor, asked_year(request))
    return page(request, "desk/procedures/channels.html", channel_table(counts))
