"""雨の判断: the outdoor sessions of a day become their indoor alternatives with one press."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from madoguchi.engines.booking.queries import desk
from madoguchi.engines.booking.services import raining
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import ASKS, WORKING, day_in, show


@ASKS
@guard(WORKING)
def rain(request: Asked, key: str) -> HttpResponse:
    """Whom it meets that day and what each becomes; then one press."""
    area = desk.area_for(request.actor, key)
    if not desk.has_alternatives(desk.resources_of(request.actor, area)):
        raise NotFound
    asked = request.POST if request.method == "POST" else request.GET
    day = day_in(asked.get("day", ""))
    rows = desk.to_switch(request.actor, area, day)
    context = {"area": area, "title": desk.titles_of([area])[area.pk], "day": day, "rows": rows}
    if request.method != "POST":
        return show(request, "rain.html", context)
    ticked = set(request.POST.getlist("booking"))
    chosen = [one.booking for one in rows if str(one.booking.pk) in ticked]
    try:
        result = raining.switch_day(bookings=chosen, why=request.POST.get("why", ""), by=request.actor)
    except Refusal as refusal:
        return show(request, "rain.html", context, refusal)
    context |= {"result": result, "rows": desk.to_switch(request.actor, area, day)}
    if result.failed:
        return show(request, "rain.html", context)
    messages.success(
        request, _("%(n)s件を屋内の内容にかえました。みなさんに知らせます。") % {"n": len(result.done)}
    )
    return go(request, "desk:booking:rain", key=key, query=f"day={day:%Y-%m-%d}")
