"""点検の記録: what `mado doctor` found when it last ran, for those who look after the system. It runs nothing itself."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import clock

# As the command names it; it runs on the machine, by hand or by a timer.
KEPT = "doctor.json"
FORM = 1
OLD = dt.timedelta(days=30)


@require_safe
@guard(staff("operator"))
def checkup(request: HttpRequest) -> HttpResponse:
    """The lines by area, what is not in order first."""
    found = read_kept()
    made_at = dt.datetime.fromisoformat(found["made_at"]) if found else None
    good, ask, bad = (found["counts"].get(mark, 0) if found else 0 for mark in "○△×")
    context = {
        "good": good,
        "ask": ask,
        "bad": bad,
        "found": found,
        "made_at": made_at,
        "is_old": made_at is not None and clock.now() - made_at > OLD,
        "areas": _areas(found) if found else [],
    }
    return page(request, "desk/checkup.html", context)


def read_kept() -> dict[str, Any] | None:
    """The last report; None when there is none, or none we understand."""
    try:
        told = json.loads((Path(settings.VAR) / KEPT).read_text(encoding="utf-8"))
        dt.datetime.fromisoformat(told["made_at"])
        told["counts"].get("×")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return told if isinstance(told, dict) and told.get("form") == FORM else None


def _areas(found: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    order = "×△○"
    by_area = []
    for key, title in found.get("areas", {}).items():
        lines = [line for line in found.get("lines", []) if line.get("area") == key]
        if lines:
            by_area.append((title, sorted(lines, key=lambda line: order.find(line.get("mark", "○")))))
    return by_area
