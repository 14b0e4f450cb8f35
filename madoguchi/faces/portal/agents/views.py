"""代理: asking somebody to act for me, acting for somebody, and seeing what was done in my name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.procedures import queries as procedures
from madoguchi.faces.shared import acting
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import fresh_resident, guard, resident, resident_or_agent
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import parse_date, plus_months
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity.mandates import queries, services
from madoguchi.kernel.identity.mandates.errors import MandateTerm

from ..words import deed_name

STEPS = require_http_methods(["GET", "HEAD", "POST"])
MOST_CHOSEN = 200


@require_safe
@guard(resident)
def agents(request: Asked) -> HttpResponse:
    """だれの手続きをしますか, and whom I have asked."""
    titles = _titles()
    try:
        given, held = queries.given_by(request.actor), queries.held_by(request.actor)
    except NotFound:  # an account of nobody we know of
        given, held = [], []
    context = {
        "held": [(card, _scope(card, titles)) for card in held],
        "given": [(card, _scope(card, titles)) for card in given],
    }
    return page(request, "portal/agents/agents.html", context)


@STEPS
@guard(fresh_resident)
def offer(request: Asked) -> HttpResponse:
    """Which procedures, until when; then the code, shown once."""
    if request.method != "POST":
        return show_offer(request)
    try:
        row, code = services.offer_mandate(
            procedures=request.POST.getlist("procedure")[:MOST_CHOSEN],
            until=_until(request),
            may_use_kept=bool(request.POST.get("kept")),
            by=request.actor,
        )
    except Refusal as refusal:
        return show_offer(request, refusal)
    # Answered without a redirect: the code stands nowhere but on this page.
    return page(request, "portal/agents/offered.html", {"mandate": row, "code": code})


def show_offer(request: Asked, refusal: Refusal | None = None) -> HttpResponse:
    """The form; after a refusal with what was chosen."""
    until = plus_months(clock.today(), 3)
    typed = {part: request.POST.get(part, "")[:10] for part in ("y", "m", "d")}
    context = {
        "procedures": sorted(_titles().items(), key=lambda one: one[1]),
        "chosen": request.POST.getlist("procedure")[:MOST_CHOSEN],
        "until": typed if request.method == "POST" else {"y": until.year, "m": until.month, "d": until.day},
        "kept": request.POST.get("kept", ""),
        "refusal": refusal,
    }
    return page(request, "portal/agents/offer.html", context, status=refusal.status if refusal else 200)


def _until(request: Asked) -> dt.date:
    try:
        return parse_date(*(request.POST.get(part, "")[:10] for part in ("y", "m", "d")))
    except ValueError:
        raise MandateTerm from None


@STEPS
@guard(resident)
def accept(request: Asked) -> HttpResponse:
    """The code first; then who asks, for what, and only after a second press it counts."""
    code = request.POST.get("code", "")[:40]
    context: dict[str, Any] = {"code": code}
    try:
        if request.method == "POST" and request.POST.get("sure"):
            services.accept_mandate(code=code, by=request.actor)
            messages.success(request, _("引き受けました。「この人の手続きをする」を押すと始められます。"))
            return go(request, "portal:agents:list")
        if request.method == "POST":
            card = queries.offer_behind(code)
            context |= {"card": card, "scope": _scope(card, _titles())}
    except Refusal as refusal:
        return page(
            request, "portal/agents/accept.html", {**context, "refusal": refusal}, status=refusal.status
        )
    return page(request, "portal/agents/accept.html", context)


@require_POST
@guard(fresh_resident)
def counter_code(request: Asked) -> HttpResponse:
    """窓口コード: to be shown at the desk, where the papers are looked at."""
    return page(request, "portal/agents/code.html", {"code": services.new_counter_code(by=request.actor)})


@require_POST
@guard(resident)
def act(request: Asked, mandate_id: Any) -> HttpResponse:
    """この人の手続きをする."""
    mine = services.begin_acting(mandate_id=mandate_id, by=request.actor)
    acting.begin(request, mine.mandate)
    return go(request, "portal:procedures:mine")


@require_POST
@guard(resident_or_agent)
def stop(request: Asked) -> HttpResponse:
    """自分にもどる."""
    acting.end(request)
    return go(request, "portal:agents:list")


@require_POST
@guard(resident)
def end(request: Asked, mandate_id: Any) -> HttpResponse:
    """Taken back, or given up: from this moment nothing is done under it."""
    services.revoke_mandate(mandate_id=mandate_id, by=request.actor)
    messages.success(request, _("代理を終わりにしました。この代理では、もう何もできません。"))
    return go(request, "portal:agents:list")


@require_safe
@guard(resident)
def deeds(request: Asked, mandate_id: Any) -> HttpResponse:
    """代理の人がしたこと, for whom it was done."""
    mandate, done = procedures.done_under(request.actor, mandate_id)
    context = {
        "mandate": mandate,
        "name": queries.name_of(mandate.agent),
        "done": [(one, deed_name(one.verb)) for one in done],
    }
    return page(request, "portal/agents/deeds.html", context)


def _titles() -> dict[str, str]:
    return {card.key: card.title for card in procedures.procedures_online() if card.is_online}


def _scope(card: queries.MandateCard, titles: dict[str, str]) -> str:
    """What it covers, in words."""
    if not card.procedures:
        return _("すべての手続き")
    return _("、").join(titles.get(key, key) for key in card.procedures)
