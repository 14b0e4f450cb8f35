"""公表: what is still missing, the counted totals beside those of the paper, the press, a correction."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from madoguchi.engines.consultation import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import ASKS, RUNNING, as_seen, run_call, show


@ASKS
@guard(RUNNING)
def publish(request: Asked, key: str) -> HttpResponse:
    """Nothing is published that does not add up."""
    call = run_call(request, key)
    if request.method != "POST":
        return show_publish(request, call)
    why = request.POST.get("why", "").strip()[:300]
    done = _("公表しました。")
    try:
        if request.POST.get("then") == "correct":
            services.begin_correction(call=as_seen(request, call), by=request.actor)
            done = _("訂正を始めました。直した考え方は、もう一度決裁に出します。")
        else:
            services.publish(
                call=as_seen(request, call), typed=_typed(request, call), why=why, by=request.actor
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return show_publish(request, run_call(request, key), refusal)
    messages.success(request, done)
    return go(request, "desk:consultation:publish", key=key)


def _names(call: Any) -> list[str]:
    """The figures somebody may have written in a paper, in the order of the page."""
    return list(queries.result(call).totals)


def _typed(request: Asked, call: Any) -> dict[str, int]:
    """Figures that were typed; what is none is a difference too, not a figure left out."""
    figures = {}
    for place, name in enumerate(_names(call)):
        written = request.POST.get(f"total-{place}", "").strip()
        if written:
            figures[name] = -1 if (figure := number(written)) is None else figure
    return figures


def show_publish(request: Asked, call: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The page; after a refusal with the figures that were typed."""
    result = queries.result(call)
    said = {"opinions": _("意見の件数"), "persons": _("個人"), "organisations": _("団体")}
    totals = [
        {
            "place": place,
            "name": said.get(name, name),
            "counted": counted,
            "typed": request.POST.get(f"total-{place}", "")[:9] if refusal else "",
        }
        for place, (name, counted) in enumerate(result.totals.items())
    ]
    context = {
        "problems": queries.unready(call),
        "result": result,
        "totals": totals,
        "publications": list(call.publications.all()),
        "is_published": call.state == "published",
        "why": request.POST.get("why", "")[:300] if refusal else "",
    }
    return show(request, "publish.html", call, context, refusal)
