"""番号をとる: a language, what one comes for, what one needs, and a number to wait with. No name is asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.queue import queries, services
from madoguchi.faces.shared import codes
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, terminal
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.waits import errand_title
from madoguchi.kernel.errors import NotFound, Refusal

from . import visits


@require_safe
@guard(terminal)
def first(request: Asked) -> HttpResponse:
    """ことばを選ぶ."""
    if "ticket" in visits.visit_of(request):
        return go(request, "kiosk:ticket_number")
    return page(request, "kiosk/tickets/first.html")


@require_POST
@guard(terminal)
def language(request: Asked) -> HttpResponse:
    """The language of this visit, forgotten with it."""
    return visits.choose_language(request, "kiosk:ticket_divisions")


@require_safe
@guard(terminal)
def divisions(request: Asked) -> HttpResponse:
    """どの係へ: this screen's own division first."""
    found: dict[str, Any] = {}
    for line in queries.lines():
        one = found.setdefault(line.counter.division_id, {"division": line.counter.division, "errands": {}})
        one["errands"] |= {errand["key"]: errand_title(errand) for errand in line.errands}
    own = request.terminal.division_id
    rows = sorted(found.values(), key=lambda one: one["division"].pk != own)
    return page(request, "kiosk/tickets/divisions.html", {"rows": rows})


@require_safe
@guard(terminal)
def errands(request: Asked, division: str) -> HttpResponse:
    """用件をえらぶ: at each counter of the division, with how many wait there."""
    lines = [here for here in queries.board() if here.line.counter.division_id == division]
    if not lines:
        raise NotFound
    rows = [
        {
            "here": here,
            "said": here.estimate(here.ahead_of_newcomer),
            "errands": [
                {"key": errand["key"], "title": errand_title(errand)} for errand in here.line.errands
            ],
        }
        for here in lines
    ]
    return page(request, "kiosk/tickets/errands.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@guard(terminal)
def take(request: Asked, counter: str, errand: str) -> HttpResponse:
    """What one needs at the counter, and the number. Pressed twice it is one number."""
    line = queries.line_at(counter)
    found = next((one for one in line.errands if one["key"] == errand), None)
    if found is None:
        raise NotFound
    if request.method == "POST":
        try:
            made = services.issue(
                line=line,
                source=services.Source.KIOSK,
                by=request.actor,
                errand=errand,
                language=request.POST.get("language", request.LANGUAGE_CODE),
                needs=request.POST.getlist("needs"),
                secret=request.POST.get("secret", ""),
            )
            return _given(request, made)
        except Refusal as refusal:
            return _wish(request, line, found, refusal)
    return _wish(request, line, found)


def _wish(request: Asked, line: Any, errand: dict[str, Any], refusal: Refusal | None = None) -> HttpResponse:
    here = queries.here_now(line)
    context = {
        "line": line,
        "here": here,
        "said": here.estimate(here.ahead_of_newcomer),
        "title": errand_title(errand),
        "needs": queries.Need.choices,
        "spoken": queries.spoken(),
        "chosen": request.POST.get("language", request.LANGUAGE_CODE),
        "wanted": request.POST.getlist("needs"),
        "secret": services.new_secret(),
        "refusal": refusal,
    }
    return page(request, "kiosk/tickets/take.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(terminal)
def booked(request: Asked) -> HttpResponse:
    """予約した方: the receipt number is enough, and nothing of the booking is shown."""
    refusal = None
    if request.method == "POST":
        try:
            made = services.check_in(
                receipt=request.POST.get("receipt", ""),
                by=request.actor,
                secret=request.POST.get("secret", ""),
            )
            return _given(request, made)
        except Refusal as no:
            refusal = no
    context = {
        "refusal": refusal,
        "receipt": request.POST.get("receipt", "")[:20],
        "secret": services.new_secret(),
    }
    return page(request, "kiosk/tickets/booked.html", context, status=refusal.status if refusal else 200)


def _given(request: Asked, made: services.Issued) -> HttpResponse:
    visits.hand_ticket(request, label=made.ticket.label, secret=made.secret, ticket=str(made.ticket.pk))
    return go(request, "kiosk:ticket_number")


@require_safe
@guard(terminal)
def number(request: Asked) -> HttpResponse:
    """The number, large, with the code of its page. It leaves by itself."""
    visit = visits.visit_of(request)
    if "ticket" not in visit:
        return go(request, "kiosk:tickets")
    if visits.is_over(request):
        return visits.wipe(request)
    ticket = queries.ticket_given(visit["ticket"])
    here = queries.here_now(ticket.line)
    ahead = here.ahead_of(ticket.number)
    context = {
        "ticket": ticket,
        "line": ticket.line,
        "here": here,
        "ahead": ahead,
        "said": None if ahead is None else here.estimate(ahead),
        "wanting": [str(queries.Need(need).label) for need in ticket.needs],
        "code": codes.ticket_code(visit["secret"]) if visit.get("secret") else None,
    }
    return page(request, "kiosk/tickets/number.html", context)
