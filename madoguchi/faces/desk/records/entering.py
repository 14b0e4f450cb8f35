"""Registering somebody who came, telephoned or wrote: the same registration as online, with how it came."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.engines.records import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal

from . import given
from .registrations import WORKING

CHANNELS = ("counter", "phone", "post")
SAID = ("phone", "email", "postcode", "address")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*WORKING))
def enter(request: Asked, kind: str) -> HttpResponse:
    """One form: who keeps it, whom it is for, what was told; with an interview it counts at once."""
    of = next((one for one in queries.kinds_kept(request.actor) if one.key == kind), None)
    if of is None:
        raise NotFound
    if request.method != "POST":
        return _show(request, of)
    try:
        made = services.enter(
            kind=kind,
            keeper=services.KeeperIn(
                code=request.POST.get("code", "")[:40],
                name=given.person(request),
                contact={part: request.POST.get(part, "").strip()[:200] for part in SAID},
            ),
            child=given.person(request, "child_") | {"birth": request.POST.get("child_birth", "")[:10]},
            values=queries.posted(of, request.POST, interview=_is_interview(of, request)),
            interview_held=_interview(of, request),
            channel=_channel(request),
            by=request.actor,
        )
    except Refusal as refusal:
        return _show(request, of, refusal)
    done = _("登録しました。番号は %(number)s です。") % {"number": made.number}
    messages.success(request, done)
    return go(request, "desk:records:registration", registration_id=made.pk)


def _is_interview(of: Any, request: Asked) -> bool:
    return of.said.settled_by == "interview" and "interviewed" in request.POST


def _interview(of: Any, request: Asked) -> services.InterviewIn | None:
    if not _is_interview(of, request):
        return None
    site, on = request.POST.get("site", "")[:60], given.day_or_later(request.POST.get("on", ""))
    return services.InterviewIn(site=site, on=on)


def _channel(request: Asked) -> str:
    chosen = request.POST.get("channel", "")
    return chosen if chosen in CHANNELS else CHANNELS[0]


def _show(request: Asked, of: Any, refusal: Refusal | None = None) -> HttpResponse:
    typed = request.POST if refusal else {}
    has_interview = of.said.settled_by == "interview"
    values = queries.posted(of, typed, interview=has_interview)
    context = {
        "kind": of,
        "has_interview": has_interview,
        "typed": typed,
        "fields": queries.form_of(of, values, interview=has_interview),
        "today": clock.today(),
        "refusal": refusal,
    }
    return page(request, "desk/records/enter.html", context, status=refusal.status if refusal else 200)
