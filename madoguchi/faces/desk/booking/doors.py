"""Who comes in, and the small things all booking pages of the desk need."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from madoguchi.engines.booking.queries import desk
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import staff
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal

ASKS = require_http_methods(["GET", "HEAD", "POST"])
WORKING = staff("clerk", "head", "planner")

_MOMENT = re.compile(r"[0-9]{8}T[0-9]{4}")
FARTHEST = dt.timedelta(days=3660)

OTHER_REASON = "other"
REASONS = desk.LOOK_REASONS
# The keys are those of the queue (engines.queue Need) and of the residents' pages.
NEEDS = (
    ("interpreter", _("通訳")),
    ("sign", _("手話")),
    ("writing", _("筆談")),
    ("slowly", _("ゆっくり話す")),
    ("large_print", _("大きな文字")),
    ("wheelchair", _("車いす")),
    ("with_child", _("小さい子どもと一緒")),
)


def reason_in(request: Asked) -> str:
    """The words to record; "" where nothing was chosen."""
    chosen = request.POST.get("reason", "")
    if chosen == OTHER_REASON:
        return request.POST.get("other", "").strip()[:200]
    return dict(REASONS).get(chosen, "")


def day_in(typed: str, default: dt.date | None = None) -> dt.date:
    """A day of an address or a form; today for anything else, and for what is years away."""
    today = clock.today()
    try:
        found = dt.date.fromisoformat(typed.strip()[:10])
    except ValueError:
        return default or today
    return found if abs(found - today) <= FARTHEST else default or today


def moment_in(typed: str) -> dt.datetime | None:
    """20261124T0900 by the city's clock, as an address has it; None for anything else."""
    if not _MOMENT.fullmatch(typed.strip()):
        return None
    try:
        at = dt.datetime.fromisoformat(typed.strip()).replace(tzinfo=clock.JST)
    except ValueError:
        return None
    return at if abs(at.date() - clock.today()) <= FARTHEST else None


def show(
    request: Asked, template: str, context: dict[str, Any], refusal: Refusal | None = None
) -> HttpResponse:
    """A page; after a refusal with its sentence and what was typed."""
    whole = {"refusal": refusal, "typed": request.POST if refusal else {}, **context}
    status = refusal.status if refusal else 200
    return page(request, f"desk/booking/{template}", whole, status=status)
