"""What is free in one area, from day to day, as bytes for programs: made once, and given to all who poll.

The tag of a page changes with every booking, block and change of it (`free.stand`). Who sends it back and is told "not
changed" costs two short queries; who reads anew gets bytes that were made once for that tag, in each process. What
depends on the moment (too early, too late) is not in it: the area's rules say that, and the refusal.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import icalendar
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.text import said_of

from ..area_rules import rules_of
from ..errors import SpanTooLong
from ..models import Kind, Resource, Slot, SlotState
from ..times import DAY, at, offered_on
from . import free
from .public import area_row, resources

LONGEST = 62  # days of one page
A_WEEK = 7
_YEARS = range(2000, 2200)
_KEPT_PAGES, _KEPT_BYTES = 48, 1_000_000


@dataclass(frozen=True, slots=True)
class Stand:
    """How one time stands. `left` and `of` say how much of each count is left, of how much."""

    resource: Resource
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: str  # open | full | shut | cancelled
    left: dict[str, int]
    of: dict[str, int]
    slot: Any = None

    def as_data(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "resource": str(self.resource.pk),
            "starts_at": clock.in_city(self.starts_at).isoformat(),
            "ends_at": clock.in_city(self.ends_at).isoformat(),
            "state": self.state,
            "left": self.left,
            "of": self.of,
        }
        return {"slot": str(self.slot), **said} if self.slot else said


class Page:
    """The times of one area, or of one site or resource of it, from the day `since` to the day `until`."""

    def __init__(
        self, key: str, since: dt.date | None, until: dt.date | None, *, site: str = "", resource: str = ""
    ) -> None:
        """Raises NotFound, SpanTooLong."""
        self.since = since or clock.today()
        if self.since.year not in _YEARS:
            raise SpanTooLong(days=LONGEST)
        self.until = until or self.since + DAY * (A_WEEK - 1)
        if not 0 <= (self.until - self.since).days < LONGEST:
            raise SpanTooLong(days=LONGEST)
        self.area, self.site, self.key = area_row(key), site, resource

    @property
    def name(self) -> str:
        return "\0".join(map(str, (self.area.pk, self.since, self.until, self.site, self.key)))

    @cached_property
    def tag(self) -> str:
        """Changes whenever anything on this page does. One query."""
        rules = f"{self.area.definition_id} {self.area.closed_on}"
        stand = free.stand(self.area, self.since, self.until + DAY)
        return hashlib.sha256(f"{self.name}\0{rules}\0{stand}".encode()).hexdigest()[:24]

    @cached_property
    def resources(self) -> list[Resource]:
        """What of the area is on it. Raises NotFound for a resource there is not."""
        found = [
            one
            for one in resources(self.area)
            if self.site in ("", one.site.key) and self.key in ("", one.key)
        ]
        if self.key and not found:
            raise NotFound
        return found

    def times(self) -> Iterator[Stand]:
        """In the order of time."""
        return self._of_units() if self.area.kind == Kind.UNITS else self._of_slots()

    def _of_slots(self) -> Iterator[Stand]:
        mine = {one.pk: one for one in self.resources}
        rows = Slot.objects.filter(
            resource__area=self.area, starts_at__gte=at(self.since, 0), starts_at__lt=at(self.until + DAY, 0)
        )
        if self.site or self.key:
            rows = rows.filter(resource__in=mine)
        fields = ("pk", "resource_id", "starts_at", "ends_at", "state")
        of_count = ("counts__kind", "counts__capacity", "counts__taken", "counts__is_open")
        counts: dict[Any, list[tuple[str, int, int, bool]]] = defaultdict(list)
        slots: dict[Any, tuple[Any, ...]] = {}
        for row in rows.order_by("starts_at", "pk").values_list(*fields, *of_count):
            slots[row[0]] = row[:5]
            if row[5] is not None:
                counts[row[0]].append(row[5:])
        for pk, resource, starts_at, ends_at, state in slots.values():
            if resource in mine:
                yield _of_slot(pk, mine[resource], starts_at, ends_at, state, counts[pk])

    def _of_units(self) -> Iterator[Stand]:
        said = rules_of(self.area.definition_id).said
        taken = free.taken_cells(self.resources, at(self.since, 0), at(self.until + DAY, 0))
        found = [
            (one.starts_at, order, one, resource)
            for order, resource in enumerate(self.resources)
            for day in range((self.until - self.since).days + 1)
            for one in offered_on(said, resource, self.since + DAY * day)
        ]
        for _starts_at, _order, one, resource in sorted(found, key=lambda each: each[:2]):
            left = int(free.is_unit_free(said, resource, one.starts_at, one.ends_at, taken))
            state = "open" if left else "full"
            yield Stand(resource, one.starts_at, one.ends_at, state, {"places": left}, {"places": 1})

    def as_json(self) -> bytes:
        """The page for a program."""
        return _kept((self.name, "json"), self.tag, self._json)

    def _json(self) -> bytes:
        said = {
            "area": self.area.key,
            "kind": self.area.kind,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "closed_on": self.area.closed_on.isoformat() if self.area.closed_on else None,
            "resources": [
                {"id": str(one.pk), "key": one.key, "name": one.name, "site": one.site.key}
                for one in self.resources
            ],
            "times": [one.as_data() for one in self.times()],
        }
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    def as_icalendar(self) -> bytes:
        """The page for a calendar (RFC 5545): one entry for each time, with what is left of it."""
        return _kept((self.name, "ics", get_language()), self.tag, self._icalendar)

    def _icalendar(self) -> bytes:
        whole = icalendar.Calendar()
        whole.add("prodid", "-//Madoguchi//booking//JA")
        whole.add("version", "2.0")
        whole.add("x-wr-calname", said_of(self.resources[0]) if self.key else self.area.key)
        now = clock.now()
        for one in self.times():
            event = icalendar.Event()
            about = one.slot or f"{one.resource.pk}-{one.starts_at:%Y%m%dT%H%M}"
            event.add("uid", f"{about}@madoguchi")
            event.add("dtstamp", now)
            event.add("dtstart", one.starts_at.astimezone(dt.UTC))
            event.add("dtend", one.ends_at.astimezone(dt.UTC))
            event.add("summary", f"{_in_words(one)} {said_of(one.resource)}")
            event.add("location", f"{said_of(one.resource.site)} {one.resource.site.address}".strip())
            event.add("transp", "TRANSPARENT")
            if one.state == "cancelled":
                event.add("status", "CANCELLED")
            whole.add_component(event)
        said: bytes = whole.to_ical()
        return said


def _of_slot(
    pk: Any,
    resource: Resource,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    state: str,
    counts: list[tuple[str, int, int, bool]],
) -> Stand:
    of = {kind: capacity for kind, capacity, _taken, _open in counts}
    left = {kind: capacity - taken for kind, capacity, taken, _open in counts}
    if state == SlotState.OPEN and not any(one[3] for one in counts):
        state = "shut"
    elif state == SlotState.OPEN and not all(left.values()):
        state = "full"
    return Stand(resource, starts_at, ends_at, str(state), left, of, pk)


def _in_words(one: Stand) -> str:
    if one.state == "open":
        return _("空き%(left)d") % {"left": min(one.left.values(), default=0)}
    said = {"full": _("満員"), "shut": _("受付を止めています"), "cancelled": _("中止")}
    return said[one.state]


# ------------------------------------------------------------------ bytes that were made before

_pages: OrderedDict[Any, tuple[str, bytes]] = OrderedDict()
_lock = threading.Lock()


def _kept(name: Any, tag: str, make: Callable[[], bytes]) -> bytes:
    with _lock:
        known = _pages.get(name)
        if known is not None and known[0] == tag:
            _pages.move_to_end(name)
            return known[1]
    made = make()
    if len(made) <= _KEPT_BYTES:
        with _lock:
            _pages[name] = (tag, made)
            while len(_pages) > _KEPT_PAGES:
                _pages.popitem(last=False)
    return made
