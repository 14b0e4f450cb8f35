"""Booking for somebody: who telephones, writes, or stands at the counter, in the same calendar as everybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.engines.booking import queries, services
from madoguchi.engines.booking.errors import NotOffered, TimeTaken
from madoguchi.engines.booking.queries import desk
from madoguchi.engines.booking.services import Wanted
from madoguchi.engines.booking.services import desk as people
from madoguchi.engines.booking.services import series as repeating
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import new_id
from madoguchi.kernel.text import LANGUAGES

from .doors import ASKS, NEEDS, WORKING, day_in, moment_in, show

CHANNELS = (
    ("phone", gettext_lazy("電話")),
    ("counter", gettext_lazy("窓口")),
    ("post", gettext_lazy("郵便・はがき")),
    ("mail", gettext_lazy("メール")),
)
EVERY = (
    ("week", gettext_lazy("毎週")),
    ("two_weeks", gettext_lazy("2週間に1回")),
    ("month_day", gettext_lazy("毎月の同じ日")),
    ("month_weekday", gettext_lazy("毎月の同じ週の同じ曜日")),
)
TOLD = ("family", "given", "family_kana", "given_kana", "birth", "phone", "address", "email")


@ASKS
@guard(WORKING)
def new(request: Asked, key: str) -> HttpResponse:
    """The time is chosen; now whose it is, by which way they came, and what the area asks. One page, any order."""
    area = desk.area_for(request.actor, key)
    wanted = _wanted(request, area)
    if request.method != "POST":
        return _show(request, wanted)
    then = request.POST.get("then", "")
    try:
        if then == "search":
            return _search(request, wanted)
        wanted = _filled(request, wanted)
        whom: dict[str, Any] = {
            "whose": _whose(request, wanted),
            "by": request.actor,
            "channel": _channel(request),
        }
        if then in ("preview", "series"):
            return _series(request, wanted, whom, then)
        if then == "wait":
            people.wait_for(wanted=wanted, **whom)
            messages.success(request, _("空き待ちをお受けしました。空きが出たら、順番に案内します。"))
            return _back(request, wanted)
        booking = people.book_for(wanted=wanted, asked=_asked(request), **whom)
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _show(request, wanted, refusal)
    messages.success(request, _("予約しました。予約番号は %(receipt)s です。") % {"receipt": booking.receipt})
    return go(request, "desk:booking:booking", booking_id=booking.pk)


def _wanted(request: Asked, area: Any) -> Wanted:
    """The time an address or a form names, of what is theirs. Raises NotFound."""
    asked = request.POST if request.method == "POST" else request.GET
    if slot_id := asked.get("slot", ""):
        slot = desk.slot_for(request.actor, slot_id)
        if slot.resource.area_id != area.pk:
            raise NotFound
        return services.of_slot(slot)
    resource = desk.resource_for(request.actor, area, asked.get("resource", ""))
    starts_at = moment_in(asked.get("starts", ""))
    if starts_at is None or area.kind != "units":
        raise NotFound
    ends = queries.ends_of(area, resource, starts_at)
    ends_at = moment_in(asked.get("ends", "")) or (ends[0][0] if ends else None)
    if ends_at is None or ends_at <= starts_at:
        raise NotFound
    return Wanted(resource, starts_at, ends_at)


def _filled(request: Asked, wanted: Wanted) -> Wanted:
    """The same with what was written on the page."""
    said = desk.said_of(wanted.resource.area)
    posted = request.POST
    language = posted.get("language", "ja")
    return replace(
        wanted,
        mode=posted.get("mode", "") or said.modes[0],
        people=min(max(number(posted.get("people", "")) or 1, 1), 10_000),
        answers={ask.key: posted.get(f"ask:{ask.key}", "")[:500] for ask in said.asks},
        note=posted.get("note", "")[:1000],
        language=language if language in dict(LANGUAGES) else "ja",
        needs=tuple(key for key, _name in NEEDS if key in posted.getlist("needs")),
    )


def _whose(request: Asked, wanted: Wanted) -> people.Whose:
    """Who was found and chosen, or what was told of somebody new."""
    posted, resource = request.POST, wanted.resource
    if posted.get("who"):
        return people.Whose(desk.chosen(request.actor, resource.area, resource.site, posted["who"]))
    told = {key: posted.get(key, "")[:200] for key in TOLD}
    return people.Whose(told=told, is_group=posted.get("is_group") == "1")


def _named(request: Asked, wanted: Wanted) -> Any:
    """Who was chosen, to be named once more on the page that comes back: on record again before that."""
    choice, resource = request.POST.get("who", ""), wanted.resource
    if not choice:
        return None
    found = desk.chosen(request.actor, resource.area, resource.site, choice)
    if not found.name:
        return None
    people.record_search(area=resource.area, site=resource.site, found=[found], by=request.actor)
    return found


def _channel(request: Asked) -> str:
    channel = request.POST.get("channel", "")
    if channel not in dict(CHANNELS):
        raise NotOffered(_("どの方法で受け付けたかを選んでください。"))
    return channel


def _search(request: Asked, wanted: Wanted) -> HttpResponse:
    """Who fits. Each person found is on record before the names are shown."""
    resource = wanted.resource
    typed = request.POST.get("q", "").strip()[:100]
    if not typed:
        people.refuse_empty_search()
    found = desk.find_people(request.actor, resource.area, typed=typed)
    people.record_search(area=resource.area, site=resource.site, found=found, by=request.actor)
    return _show(request, wanted, found=found)


def _series(request: Asked, wanted: Wanted, whom: dict[str, Any], then: str) -> HttpResponse:
    first = wanted.starts_at.date()
    rule = repeating.rule_for(
        request.POST.get("every", ""), first, day_in(request.POST.get("repeat_until", ""), first)
    )
    if then == "preview":
        return _show(request, wanted, days=people.preview_for(wanted=wanted, rule=rule, **whom))
    made = people.series_for(wanted=wanted, rule=rule, asked=_asked(request), **whom)
    messages.success(request, _("くり返しの予約をしました。予約できなかった日も、下にあります。"))
    return go(request, "desk:booking:series", series_id=made.pk)


def _asked(request: Asked) -> str:
    """The key of this page: pressed twice, it is one booking."""
    return f"desk:{request.POST.get('asked', '')[:40]}"


def _back(request: Asked, wanted: Wanted) -> HttpResponse:
    if wanted.slot is not None:
        return go(request, "desk:booking:slot", slot_id=wanted.slot.pk)
    query = f"day={wanted.starts_at:%Y-%m-%d}&site={wanted.resource.site.key}"
    return go(request, "desk:booking:area", key=wanted.resource.area.key, query=query)


def _show(
    request: Asked,
    wanted: Wanted,
    refusal: Refusal | None = None,
    *,
    found: list[Any] | None = None,
    days: list[Any] | None = None,
) -> HttpResponse:
    """The page as it was filled in, with what was found, or why not."""
    resource, posted = wanted.resource, request.POST
    said = desk.said_of(resource.area)
    ends: list[tuple[dt.datetime, bool]] = []
    if wanted.slot is None:
        ends = queries.ends_of(resource.area, resource, wanted.starts_at)
    context = {
        "area": resource.area,
        "said": said,
        "title": said.title,
        "resource": resource,
        "wanted": wanted,
        "slot": wanted.slot,
        "counts": [(desk.count_name(one.kind), one) for one in wanted.slot.counts.all()]
        if wanted.slot
        else [],
        "ends": ends,
        "channels": [one for one in CHANNELS if one[0] in said.channels],
        "languages": LANGUAGES,
        "needs": NEEDS,
        "every": EVERY if said.series and wanted.slot is None else (),
        "asks": [(ask, posted.get(f"ask:{ask.key}", "")) for ask in said.asks],
        "ticked": posted.getlist("needs"),
        "typed": posted,
        "who": posted.get("who", ""),
        "whose": _named(request, wanted) if found is None else None,
        "asked": posted.get("asked", "")[:40] or new_id().hex,
        "found": found,
        "days": days,
        "full": isinstance(refusal, TimeTaken) and said.waiting is not None,
    }
    return show(request, "new.html", context, refusal)
