"""Who comes in where, and what every page of a call shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi.engines.consultation.queries import desk
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import staff
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import page
from madoguchi.kernel.errors import Refusal

ASKS = require_http_methods(["GET", "HEAD", "POST"])
RUNNING = staff("planner")
ANSWERING = staff("clerk", "head", "planner")
# Why letters are opened here; it stands in the record.
PURPOSE = "意見の整理"
MOST_TEXT = 20_000


def show(
    request: Asked, template: str, call: Any, context: dict[str, Any], refusal: Refusal | None = None
) -> HttpResponse:
    """A page about one call; after a refusal with the reason."""
    whole = {"call": call, "here": template.rpartition("/")[2].removesuffix(".html"), "refusal": refusal}
    status = refusal.status if refusal else 200
    return page(request, f"desk/consultation/{template}", whole | context, status=status)


def run_call(request: Asked, key: str) -> Any:
    """The call, to who runs it. Raises NotFound."""
    return desk.run_call(request.actor, key)


def typed_day(typed: str) -> dt.date | None:
    """A day as a form sends it; None for anything else."""
    try:
        return dt.date.fromisoformat(typed.strip()[:10])
    except ValueError:
        return None


def page_number(request: Asked) -> int:
    return number(request.GET.get("page", "")) or 1


def as_seen(request: Asked, row: Any) -> Any:
    """The row as the form saw it: what somebody changed meanwhile is not written over."""
    seen = number(request.POST.get("seen", ""))
    if seen is not None:
        row.version = seen
    return row
