"""Events: what staff planned, and the link of those who take part online."""

from __future__ import annotations

from django.db.models import QuerySet

from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, is_id

from .. import rules
from ..area_rules import rules_of
from ..models import Area, Booking, EventPlan, Mode, Site, State
from ..services import events


def online_link(booking: Booking) -> str:
    """The stream's address for who takes part online and has a place; "" for everybody else."""
    takes_part = booking.state in (State.BOOKED, State.ATTENDED)
    if booking.mode != Mode.ONLINE or not takes_part or booking.slot is None:
        return ""
    return events.link_of(booking.slot)


def plans_of(area: Area) -> QuerySet[EventPlan]:
    """What was planned on the screen, the newest first."""
    rows = EventPlan.objects.filter(slot__resource__area=area)
    return rows.select_related("slot__resource__site").prefetch_related("slot__counts")


def sites_for(area: Area) -> QuerySet[Site]:
    """Where an event of the area can be: wherever it has one."""
    return Site.objects.filter(resources__area=area, withdrawn_at=None).distinct()


def site_for(area: Area, key: str) -> Site:
    """One of them. Raises NotFound."""
    found = sites_for(area).filter(key=key[:60]).first()
    if found is None:
        raise NotFound
    return found


def kinds_of(area: Area) -> list[str]:
    """What its events count: venue, online, places."""
    return list(dict.fromkeys(rule.count for rule in rules_of(area.definition_id).said.takes))


def event_for(actor: Actor, slot_id: object) -> EventPlan:
    """One planned event for staff who work there. Raises NotFound."""
    rows = EventPlan.objects.select_related("slot__resource__area", "slot__resource__site", "key")
    found = rows.filter(slot__pk=str(slot_id)).first() if is_id(slot_id) else None
    if found is None or not rules.works_at(actor, found.slot.resource.area, found.slot.resource.site):
        raise NotFound
    return found


__all__ = ["event_for", "kinds_of", "online_link", "plans_of", "site_for", "sites_for"]
