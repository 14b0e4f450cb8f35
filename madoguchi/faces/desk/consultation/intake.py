"""What came another way than by the web, typed in by staff, with its scan and its receipt number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.queries import desk
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id, new_id

from .doors import ASKS, MOST_TEXT, RUNNING, run_call, show, typed_day

CHANNELS = {
    "post": gettext_lazy("郵便・はがき"),
    "fax": gettext_lazy("ファクス"),
    "counter": gettext_lazy("窓口"),
    "phone": gettext_lazy("電話"),
    "mail": gettext_lazy("電子メール"),
}
WRITERS = {
    "person": gettext_lazy("個人"),
    "organisation": gettext_lazy("団体"),
    "unknown": gettext_lazy("わからない"),
}
BOXES = 4


@ASKS
@guard(RUNNING)
def receive(request: Asked, key: str) -> HttpResponse:
    """紙・ファクス・電話・窓口・メールの意見を入れる."""
    call = run_call(request, key)
    if request.method != "POST":
        return show_receive(request, call)
    typed = request.POST
    scan = request.FILES.get("scan")
    token = typed.get("once", "")
    try:
        comment = services.take_in(
            call=call,
            parts=boxes(request),
            channel=typed.get("channel", ""),
            received_on=typed_day(typed.get("received_on", "")),
            writer=typed.get("writer", ""),
            name=typed.get("name", "").strip()[:100],
            mail=typed.get("mail", "").strip()[:254],
            # Two postcards without a typed word are told apart by their scans.
            once=f"desk:{token if is_id(token) else new_id()}:{scan.size if scan else 0}",
            has_scan=scan is not None,
            by=request.actor,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return show_receive(request, call, refusal)
    if scan is not None:
        keep_scan(request, comment, scan)
    return go(request, "desk:consultation:receipt", key=key, comment_id=comment.pk)


def keep_scan(request: Asked, comment: Any, scan: Any) -> None:
    """The words are kept already; a file that is refused is said, and can be sent again on the letter's page."""
    try:
        services.take_scan(comment=comment, upload=scan, name=(scan.name or "scan")[:200], by=request.actor)
    except Refusal as refusal:
        messages.warning(request, _("原本のファイルは入りませんでした。%(why)s") % {"why": refusal})


def boxes(request: Asked) -> list[services.PartIn]:
    """What stands in the boxes, each with the passage it is about."""
    texts, places = request.POST.getlist("text"), request.POST.getlist("unit")
    return [
        services.PartIn(text[:MOST_TEXT].strip(), (places[number : number + 1] or [""])[0][:60])
        for number, text in enumerate(texts[:60])
        if text.strip()
    ]


def show_receive(request: Asked, call: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The form; after a refusal with what was typed."""
    typed = request.POST
    written = [{"text": one.text, "unit": one.unit} for one in boxes(request)] if refusal else []
    context = {
        "boxes": written + [{"text": "", "unit": ""}] * max(BOXES - len(written), 1),
        "units": desk.unit_names(call).items(),
        "channels": CHANNELS.items(),
        "writers": WRITERS.items(),
        "typed": {
            name: typed.get(name, "")[:254] for name in ("channel", "writer", "received_on", "name", "mail")
        },
        "once": typed.get("once", "")[:40] or str(new_id()),
        "today": clock.today(),
        "most": MOST_TEXT,
    }
    return show(request, "receive.html", call, context, refusal)


@require_safe
@guard(RUNNING)
def receipt(request: Asked, key: str, comment_id: Any) -> HttpResponse:
    """The receipt number, to be told or printed: no words of the letter stand on it."""
    call = run_call(request, key)
    row = desk.letter_row(request.actor, call, comment_id)
    return show(request, "receipt.html", call, {"comment": row, "is_late": desk.is_late(row, call)})
