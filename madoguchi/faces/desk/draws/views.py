"""The rounds of my divisions, and what staff may do with one: close, read the numbers, draw once, call off, draw again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.booking.queries import desk as bookings
from madoguchi.engines.booking.services import winning
from madoguchi.engines.lottery import queries, services
from madoguchi.engines.lottery.errors import RoundUnclear
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal

MINDING = ("clerk", "head", "planner")
# Why nothing could be made of a win, by the refusal's code.
REASONS = {
    "time_taken": gettext_lazy("その時間が、ほかで使われています"),
    "slot_full": gettext_lazy("その時間が、ほかで使われています"),
    "slot_shut": gettext_lazy("その時間の受付を止めています"),
    "area_closed": gettext_lazy("この予約の受付が終わっています"),
    "time_not_offered": gettext_lazy("その時間は、もう予約できる時間ではありません"),
    "needs_registration": gettext_lazy("利用に要る登録がないか、期限が切れています"),
    "already_booked": gettext_lazy("同じ時間に、もう予約があります"),
    "booking_limit": gettext_lazy("予約できる数に達しています"),
    "had_already": gettext_lazy("予約できる数に達しています"),
}
OTHERWISE = gettext_lazy("いまの予約の決まりに合いません")
MOST_ROWS = 200


@require_safe
@guard(staff(*MINDING))
def listed(request: Asked) -> HttpResponse:
    """Each round with what it waits for."""
    rows = queries.rounds_minded(request.actor)[:MOST_ROWS]
    return page(request, "desk/draws/list.html", {"rounds": rows, "to_do": queries.to_do(request.actor)})


@require_safe
@guard(staff(*MINDING))
def round_page(request: Asked, key: str) -> HttpResponse:
    """One round: how many came by which channel, what it waits for, and what may be done now."""
    return show(request, queries.round_for(request.actor, key))


def show(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now; after a refusal with what was typed."""
    now = clock.now()
    channels = queries.by_channel(found)
    beacons = queries.beacons_of(found)
    context = {
        "round": found,
        "entered": queries.entered(found),
        "channels": channels.items(),
        "beacons": beacons,
        "numbered": [one for one in beacons if one["kind"] == "numbers" and now >= one["known_at"]],
        "waiting": queries.waiting_numbers(found),
        "unanswered": queries.unanswered(found) if found.seed else 0,
        "not_made": [
            {"one": one, "why": REASONS.get(one.code, OTHERWISE)} for one in bookings.wins_not_made(found)
        ],
        "is_taking": queries.is_taking(found),
        "may_close": found.state in {"planned", "open"} and now >= found.closes_at,
        "may_draw": found.state == "closed" and now >= found.draws_at,
        "may_call_off": queries.may_call_off(request.actor, found),
        "again": queries.redraw_of(found),
        "typed": request.POST if refusal else {},
        "refusal": refusal,
        "me": request.actor.account,
    }
    return page(request, "desk/draws/round.html", context, status=refusal.status if refusal else 200)


def _done(
    request: Asked, found: Any, verb: Callable[[], Any], said: str, route: str = "desk:draws:round"
) -> HttpResponse:
    """Do it and say so, or show the round again with the reason."""
    try:
        made = verb()
    except Refusal as refusal:
        found.refresh_from_db()
        return show(request, found, refusal)
    messages.success(request, said)
    return go(request, route, key=getattr(made, "key", found.key))


@require_POST
@guard(staff(*MINDING))
def close(request: Asked, key: str) -> HttpResponse:
    """Freeze the entries. The worker does it too; whoever is faster."""
    found = queries.round_for(request.actor, key)
    said = _("締め切って、申し込みを固めました。指紋を公表しました。")
    return _done(request, found, lambda: services.close(round=found, by=request.actor), said)


@require_POST
@guard(staff(*MINDING))
def draw(request: Asked, key: str) -> HttpResponse:
    """Draw, once."""
    found = queries.round_for(request.actor, key)
    said = _("抽選しました。結果と証明ファイルを公表し、申し込んだ方へのお知らせを始めました。")
    return _done(request, found, lambda: services.draw(round=found, by=request.actor), said)


@require_POST
@guard(staff(*MINDING))
def type_numbers(request: Asked, key: str) -> HttpResponse:
    """What I read at the source named beforehand."""
    found = queries.round_for(request.actor, key)
    place = number(request.POST.get("place", ""))

    def verb() -> None:
        services.type_numbers(
            round=found,
            place=-1 if place is None else place,
            numbers=request.POST.get("numbers", "")[:700],
            by=request.actor,
        )

    return _done(request, found, verb, _("数字を入れました。別の職員が出典を見て確かめると、抽選できます。"))


@require_POST
@guard(staff(*MINDING))
def confirm_numbers(request: Asked, row_id: Any) -> HttpResponse:
    """What another person read at the same source."""
    row = queries.numbers_for(request.actor, row_id)

    def verb() -> None:
        services.confirm_numbers(row=row, numbers=request.POST.get("numbers", "")[:700], by=request.actor)

    return _done(request, row.round, verb, _("数字を確かめました。"))


@require_POST
@guard(staff(*MINDING))
def deal_with(request: Asked, key: str) -> HttpResponse:
    """I spoke with the person who won what could not be booked."""
    found = queries.round_for(request.actor, key)
    win, item = request.POST.get("win", "")[:40], request.POST.get("item", "")[:200]
    said = _("対応済みにしました。")
    return _done(
        request, found, lambda: winning.deal_with(round=found, win=win, item=item, by=request.actor), said
    )


@require_POST
@guard(staff("head"))
def call_off(request: Asked, key: str) -> HttpResponse:
    """Call it off, in public, with the reason."""
    found = queries.round_for(request.actor, key)
    why = request.POST.get("why", "")[:500]
    said = _("取りやめました。理由を公表し、申し込んだ方へのお知らせを始めました。")
    return _done(request, found, lambda: services.call_off(round=found, why=why, by=request.actor), said)


@require_POST
@guard(staff("head"))
def redraw(request: Asked, key: str) -> HttpResponse:
    """Draw again as a new public round; everybody who was in is in again."""
    found = queries.round_for(request.actor, key)

    def verb() -> Any:
        return services.redraw(
            round=found,
            why=request.POST.get("why", "")[:500],
            closes_at=_moment(request, "closes_at"),
            draws_at=_moment(request, "draws_at"),
            beacons=[_beacon(request)],
            by=request.actor,
        )

    return _done(request, found, verb, _("やり直しの抽選を公表しました。申し込みはそのまま引きつぎました。"))


def _beacon(request: Asked) -> services.Drand | services.Numbers:
    """Public numbers where a source is named, otherwise drand at the moment of the draw."""
    at = _moment(request, "beacon_at")
    source = request.POST.get("source", "").strip()[:300]
    return services.Numbers(source, at) if source else services.Drand(at)


def _moment(request: Asked, name: str) -> dt.datetime:
    """A moment as `datetime-local` sends it, by the city's clock. Raises RoundUnclear."""
    try:
        typed = dt.datetime.fromisoformat(request.POST.get(name, "")[:25])
        return typed.replace(tzinfo=clock.JST)
    except ValueError:
        raise RoundUnclear(what=_("日時")) from None
