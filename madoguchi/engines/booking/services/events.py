"""Events that staff make on the screen: planned, approved, opened; and the link that only online participants see."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.db.models import F

from madoguchi.engines.approvals import services as approvals
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, SomebodyWasFaster
from madoguchi.kernel.refs import Actor, Ref, new_id
from madoguchi.kernel.text import refuse_my_number

from .. import rules
from ..area_rules import rules_of
from ..desk_errors import EventUnclear, OnlineOnlyNeedsReason
from ..models import Area, Count, EventPlan, Kind, Mode, Resource, Site, Slot, SlotState
from .waiting import offer_slot

ROUTE = "moyooshi"
STAFF_MADE = "staff"
MOST_PLACES = 100_000
LONGEST = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class EventIn:
    """What staff write down of an event."""

    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    counts: dict[str, int] = field(default_factory=dict)  # {count of the area's `takes`: places}
    about: str = ""
    link: str = ""
    only_online_why: str = ""


@writes
def plan_event(*, area: Area, site: Site, given: EventIn, by: Actor) -> Slot:
    """A new event of `area`, shut until it is approved. Raises EventUnclear, OnlineOnlyNeedsReason, NotAllowed."""
    rules.check_works_at(by, area, site)
    counts = _checked(area, given)
    resource = Resource.objects.create(
        area=area,
        site=site,
        key=f"event-{new_id().hex[-12:]}",
        name=given.name.strip()[:100],
        about=given.about.strip()[:500],
        people=sum(counts.values()),
    )
    slot = Slot.objects.create(
        resource=resource,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        state=SlotState.SHUT,
        origin=STAFF_MADE,
    )
    Count.objects.bulk_create(
        Count(slot=slot, kind=kind, capacity=places, is_open=False) for kind, places in sorted(counts.items())
    )
    plan = EventPlan(
        slot=slot,
        only_online_why=given.only_online_why.strip()[:300],
        made_by=by.account,
        made_at=clock.now(),
    )
    plan.key = vault.new_key(plan.ref)
    plan.sealed_link = vault.seal(plan.key, {"link": given.link.strip()}, context=_context(plan))
    plan.save(force_insert=True)
    audit.record("booking.event_planned", slot.ref, by=by, facts={"area": area.key})
    return slot


def _checked(area: Area, given: EventIn) -> dict[str, int]:
    said = rules_of(area.definition_id).said
    for words in (given.name, given.about, given.only_online_why):
        refuse_my_number(words)
    if area.kind != Kind.EVENT or not given.name.strip():
        raise EventUnclear(what="名前")
    if not clock.now() < given.starts_at < given.ends_at <= given.starts_at + LONGEST:
        raise EventUnclear(what="日時")
    known = {rule.count: rule.mode for rule in said.takes}
    counts = {kind: places for kind, places in given.counts.items() if places}
    if not counts or not set(counts) <= set(known) or any(not 0 < n <= MOST_PLACES for n in counts.values()):
        raise EventUnclear(what="定員")
    modes = {known[kind] or str(Mode.VENUE) for kind in counts}
    if Mode.ONLINE in modes and not _is_link(given.link):
        raise EventUnclear(what="配信のアドレス（https://…）")
    only_online = modes == {str(Mode.ONLINE)}
    if only_online and said.online_only_needs_reason and not given.only_online_why.strip():
        raise OnlineOnlyNeedsReason
    return counts


def _is_link(link: str) -> bool:
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and link.isprintable() and len(link) <= 500


@writes
def ask_to_open(*, slot: Slot, by: Actor) -> Slot:
    """Put it on its way: who approves reads the event and, where it is only online, why.

    Raises AlreadyAsked, RouteUnknown, NotAllowed, SomebodyWasFaster.
    """
    area = slot.resource.area
    rules.check_works_at(by, area, slot.resource.site)
    plan = _plan(slot)
    if not EventPlan.objects.filter(pk=plan.pk, state=EventPlan.State.DRAFT).update(
        state=EventPlan.State.ASKED, version=F("version") + 1
    ):
        raise SomebodyWasFaster
    summary = [slot.resource.about, f"定員 {_places(slot)}"]
    if plan.only_online_why:
        summary.append(f"オンラインだけで開く理由: {plan.only_online_why}")
    approvals.ask(
        about=slot.ref,
        title=f"催し「{slot.resource.name}」の公開",
        summary="\n".join(filter(None, summary)),
        route=ROUTE,
        division=area.division_id,
        digest=digest_of(slot),
        by=by,
        written_by=plan.made_by,
    )
    return slot


def digest_of(slot: Slot) -> str:
    """SHA-256 of what is asked for: an event that was changed meanwhile is not the one that was approved."""
    plan = _plan(slot)
    counts = {count.kind: count.capacity for count in slot.counts.all()}
    said = EventIn(
        slot.resource.name,
        slot.starts_at,
        slot.ends_at,
        counts,
        slot.resource.about,
        _link(plan),
        plan.only_online_why,
    )
    return hashlib.sha256(json.dumps(asdict(said), default=str, sort_keys=True).encode()).hexdigest()


@writes
def open_approved(*, about: Ref, digest_then: str, by: Actor) -> None:
    """The last step was taken: it can be booked from now on."""
    slot = Slot.objects.select_related("resource__area").filter(pk=about.id).first()
    if slot is None or digest_of(slot) != digest_then:
        raise SomebodyWasFaster
    shut = Slot.objects.filter(pk=slot.pk, state=SlotState.SHUT)
    if not shut.update(state=SlotState.OPEN, version=F("version") + 1):
        raise SomebodyWasFaster  # called off meanwhile
    EventPlan.objects.filter(slot=slot, state=EventPlan.State.ASKED).update(
        state=EventPlan.State.OPEN, version=F("version") + 1
    )
    Count.objects.filter(slot=slot).update(is_open=True, changes=F("changes") + 1)
    audit.record("booking.event_opened", slot.ref, by=by)
    offer_slot(slot.pk)


@writes
def back_to_draft(*, about: Ref, by: Actor) -> None:
    """Sent back: the writer mends it and asks again."""
    EventPlan.objects.filter(slot__pk=about.id, state=EventPlan.State.ASKED).update(
        state=EventPlan.State.DRAFT, version=F("version") + 1
    )
    audit.record("booking.event_sent_back", about, by=by)


@writes
def change_event(*, slot: Slot, given: EventIn, by: Actor) -> Slot:
    """Mend an event that is not on its way and not open yet. Raises what `plan_event` raises, SomebodyWasFaster."""
    rules.check_works_at(by, slot.resource.area, slot.resource.site)
    counts = _checked(slot.resource.area, given)
    plan = _plan(slot)
    link = vault.seal(plan.key, {"link": given.link.strip()}, context=_context(plan))
    mine = EventPlan.objects.filter(pk=plan.pk, state=EventPlan.State.DRAFT, version=plan.version)
    if not mine.update(
        sealed_link=link, only_online_why=given.only_online_why.strip()[:300], version=F("version") + 1
    ):
        raise SomebodyWasFaster
    Resource.objects.filter(pk=slot.resource_id).update(
        name=given.name.strip()[:100], about=given.about.strip()[:500], people=sum(counts.values())
    )
    Slot.objects.filter(pk=slot.pk).update(
        starts_at=given.starts_at, ends_at=given.ends_at, version=F("version") + 1
    )
    Count.objects.filter(slot=slot).delete()
    Count.objects.bulk_create(
        Count(slot=slot, kind=kind, capacity=places, is_open=False) for kind, places in sorted(counts.items())
    )
    audit.record("booking.event_changed", slot.ref, by=by)
    slot.refresh_from_db()
    return slot


def link_of(slot: Slot) -> str:
    """The stream's address, "" where there is none. Whom it is shown, the caller knows (queries.online_link)."""
    plan = EventPlan.objects.select_related("key").filter(slot=slot).first()
    return _link(plan) if plan else ""


def _link(plan: EventPlan) -> str:
    if not plan.sealed_link:
        return ""
    return str(vault.unseal(plan.key, bytes(plan.sealed_link), context=_context(plan)).get("link", ""))


def _plan(slot: Slot) -> EventPlan:
    plan = EventPlan.objects.select_related("key").filter(slot=slot).first()
    if plan is None:
        raise NotFound
    return plan


def _places(slot: Slot) -> str:
    return "、".join(f"{count.kind} {count.capacity}" for count in slot.counts.all())


def _context(plan: EventPlan) -> str:
    return f"booking.event:{plan.pk}"


__all__: list[Any] = [
    "EventIn",
    "ask_to_open",
    "back_to_draft",
    "change_event",
    "link_of",
    "open_approved",
    "plan_event",
]
