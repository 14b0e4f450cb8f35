"""What everybody may see: kinds of booking, places, times, what is near a time that is taken. No sign-in, few queries."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.packs import filled
from madoguchi.kernel.packs import queries as packs
from madoguchi.kernel.refs import is_id
from madoguchi.kernel.text import said_of

from ..area_rules import rules_of
from ..models import Area, ClassDay, Kind, Resource, Site, Slot
from ..shape import AreaFile
from ..times import DAY, is_offered, offered_on
from . import free
from .free import NOT_PUBLIC, Time

JAPANESE = "ja"
NEAR_DAYS = 3
# Streets are longer than the straight line; 80 m a minute is how Japanese advertisements count a walk.
DETOUR, METRES_A_MINUTE = 1.3, 80
_TOWN = re.compile(r"^(?:.*?[都道府県])?(?:.*?[市区])?(?P<town>[^0-9０-９]+)")


@dataclass(frozen=True, slots=True)
class AreaShown:
    """One kind of booking in the reader's language. `said` are its rules with the words of that language."""

    row: Area
    said: AreaFile
    is_closed: bool
    why: str
    instead: str
    in_japanese: bool  # not (wholly) in the reader's language

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def title(self) -> str:
        return self.said.title


@dataclass(frozen=True, slots=True)
class Place:
    """A site in the reader's language, how far it is (where somebody said from where), and what is there."""

    row: Site
    name: str
    resources: tuple[Resource, ...]
    metres: int | None = None

    @property
    def minutes(self) -> int | None:
        """On foot, roughly."""
        return None if self.metres is None else max(1, round(self.metres * DETOUR / METRES_A_MINUTE))


@dataclass(frozen=True, slots=True)
class Town:
    """A part of the city that sites lie in, and about where it is."""

    key: str
    latitude: float
    longitude: float


# ------------------------------------------------------------------ kinds of booking


def areas(language: str = JAPANESE) -> list[AreaShown]:
    """Every kind of booking in its order, those that ended last. Two queries."""
    rows = list(Area.objects.filter(withdrawn_at=None).select_related("definition", "division"))
    words = packs.texts_of([row.definition for row in rows], language)
    found = [_shown(row, words[row.definition_id], language) for row in rows]
    return sorted(found, key=lambda one: one.is_closed)


def area(key: str, language: str = JAPANESE) -> AreaShown:
    """One of them. Two queries. Raises NotFound."""
    row = area_row(key)
    return _shown(row, packs.texts(row.definition, language), language)


def area_of(row: Area, language: str = JAPANESE) -> AreaShown:
    """The same of a row that is at hand with its definition. One query."""
    return _shown(row, packs.texts(row.definition, language), language)


def area_row(key: str) -> Area:
    """The row alone: for what needs no words. One query. Raises NotFound."""
    rows = Area.objects.select_related("definition", "division")
    found = rows.filter(key=key, withdrawn_at=None).first()
    if found is None:
        raise NotFound
    return found


def rules_said(row: Area) -> AreaFile:
    """The rules of an area, in the words they were written in. No query after the first time."""
    return rules_of(row.definition_id).said


def _shown(row: Area, words: dict[str, str], language: str) -> AreaShown:
    said = (
        AreaFile.model_validate(filled(row.definition.body, words))
        if words
        else rules_of(row.definition_id).said
    )
    closing = row.closed_words.get(language) or {}
    return AreaShown(
        row=row,
        said=said,
        is_closed=row.closed_on is not None and row.closed_on <= clock.today(),
        why=closing.get("why") or row.closed_why,
        instead=closing.get("instead") or row.closed_instead,
        in_japanese=language != JAPANESE and said.title == rules_of(row.definition_id).said.title,
    )


# ------------------------------------------------------------------ what can be booked, and where


def resources(area: Area, language: str = JAPANESE) -> list[Resource]:
    """What can be booked in an area, with site and area, named in the reader's language. One query, of units three."""
    rows = Resource.objects.filter(area=area, withdrawn_at=None, site__withdrawn_at=None).select_related(
        "site"
    )
    if area.kind == Kind.EVENT:
        rows = rows.exclude(slots__plan__state__in=NOT_PUBLIC)
    if area.kind == Kind.UNITS:
        rows = rows.prefetch_related("units")
    found = list(rows)
    for one in found:
        one.area = area
        in_words(one, language)
    return found


def resource(area: Area, key: str, language: str = JAPANESE) -> Resource:
    """One of them. Raises NotFound."""
    rows = Resource.objects.filter(area=area, key=key, withdrawn_at=None).select_related("site")
    found = rows.prefetch_related("units").first()
    if found is None:
        raise NotFound
    found.area = area
    return in_words(found, language)


def in_words(resource: Resource, language: str) -> Resource:
    """The same with its name, what is said of it and its site's name in that language. For showing only, never saved."""
    resource.name = said_of(resource, language=language)
    resource.about = said_of(resource, "about", language)
    resource.site.name = said_of(resource.site, language=language)
    return resource


def sites(found: Iterable[Resource], near: Town | None = None) -> list[Place]:
    """The places of these resources with what is there: nearest first, otherwise in their order. No query."""
    at: dict[Any, list[Resource]] = {}
    for one in found:
        at.setdefault(one.site_id, []).append(one)
    places = [
        Place(of[0].site, of[0].site.name, tuple(of), metres_between(near, of[0].site) if near else None)
        for of in at.values()
    ]
    if near is None:
        return places
    return sorted(places, key=lambda one: math.inf if one.metres is None else one.metres)


def towns() -> list[Town]:
    """The parts of the city that places lie in, each at the middle of its places. One query."""
    at: dict[str, list[tuple[float, float]]] = {}
    rows = Site.objects.filter(withdrawn_at=None, latitude__isnull=False, longitude__isnull=False)
    for address, latitude, longitude in rows.values_list("address", "latitude", "longitude"):
        if (town := town_of(address)) and latitude is not None and longitude is not None:
            at.setdefault(town, []).append((latitude, longitude))
    return [
        Town(key, sum(one[0] for one in points) / len(points), sum(one[1] for one in points) / len(points))
        for key, points in sorted(at.items())
    ]


def town_of(address: str) -> str:
    """架空県見本市例町2-3 → 例町."""
    found = _TOWN.match(address)
    return found["town"].strip() if found else ""


def metres_between(town: Town | None, site: Site) -> int | None:
    """In a straight line; None where one of the two is nowhere."""
    if town is None or site.latitude is None or site.longitude is None:
        return None
    north = (site.latitude - town.latitude) * 111_320
    east = (site.longitude - town.longitude) * 111_320 * math.cos(math.radians(town.latitude))
    return round(math.hypot(north, east))


# ------------------------------------------------------------------ times


def slot(area: Area, slot_id: object, language: str = JAPANESE) -> Slot:
    """One slot of that area with its counts and, of a course, its days. Raises NotFound."""
    rows = Slot.objects.select_related("resource__site").prefetch_related(
        "counts", Prefetch("days", ClassDay.objects.order_by("starts_at"))
    )
    found = None
    if is_id(slot_id):
        here = rows.filter(pk=str(slot_id), resource__area=area, resource__withdrawn_at=None)
        found = here.exclude(plan__state__in=NOT_PUBLIC).first()
    if found is None:
        raise NotFound
    found.resource.area = area
    in_words(found.resource, language)
    return found


def unit_time(area: Area, resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime) -> Time:
    """How one time of a room or a vehicle stands. One query. Raises NotFound where it is none of its times."""
    said = rules_of(area.definition_id).said
    if not is_offered(said, resource, starts_at, ends_at):
        raise NotFound
    state = free.when(said, starts_at, clock.now())
    taken = free.taken_cells([resource], starts_at, ends_at)
    left = int(free.is_unit_free(said, resource, starts_at, ends_at, taken))
    whole = state or (free.Free.FREE if left else free.Free.FULL)
    return Time(resource, starts_at, ends_at, whole, 0 if state else left)


def ends_of(area: Area, resource: Resource, starts_at: dt.datetime) -> list[tuple[dt.datetime, bool]]:
    """How long it may be had from `starts_at` on: [(until when, whether all of that is free)]. One query.

    Raises NotFound where nothing begins then.
    """
    said = rules_of(area.definition_id).said
    parts = [
        one
        for one in offered_on(said, resource, clock.in_city(starts_at).date())
        if one.starts_at >= starts_at
    ]
    if not parts or parts[0].starts_at != starts_at:
        raise NotFound
    ends = [one.ends_at for one in parts if is_offered(said, resource, starts_at, one.ends_at)]
    taken = free.taken_cells([resource], starts_at, parts[-1].ends_at)
    return [(until, free.is_unit_free(said, resource, starts_at, until, taken)) for until in ends]


def alternatives(wanted: Time, *, most: int = 6, language: str = JAPANESE) -> list[Time]:
    """What is free near a time that is not: the same hour elsewhere first, then the hours and days around it.

    Of the same kind only: another check-up is no alternative to a check-up.
    """
    area, day = wanted.resource.area, wanted.day
    others = [one for one in resources(area, language) if _same_kind(one, wanted.resource)]
    since = max(day - DAY * NEAR_DAYS, clock.today())
    found = free.times(area, others, since, day + DAY * (NEAR_DAYS + 1))
    near = [one for one in found if one.is_free and not _is_same(one, wanted)]
    return sorted(near, key=lambda one: _how_far(one, wanted))[:most]


def _same_kind(one: Resource, other: Resource) -> bool:
    exam = other.facts.get("exam")
    if exam:
        return bool(one.facts.get("exam") == exam)
    # Half a court is no hall: what is booked whole is compared by how many it holds.
    return not (one.people and other.people) or one.people * 2 >= other.people


def _is_same(one: Time, other: Time) -> bool:
    return one.resource.pk == other.resource.pk and one.starts_at == other.starts_at


def _how_far(one: Time, wanted: Time) -> tuple[dt.timedelta, float]:
    here, there = wanted.resource.site, one.resource.site
    if None in (here.latitude, here.longitude):
        return abs(one.starts_at - wanted.starts_at), 0.0
    centre = Town("", here.latitude or 0.0, here.longitude or 0.0)
    return abs(one.starts_at - wanted.starts_at), float(metres_between(centre, there) or 0)


def coming(area: Area, found: Sequence[Resource], number: int = 60) -> list[Time]:
    """Every time of these from today on for so many days. One query."""
    today = clock.today()
    return [
        one for one in free.times(area, found, today, today + DAY * number) if one.state != free.Free.OVER
    ]


def instead_of(
    resource: Resource,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    since: dt.date,
    *,
    number: int = 7,
    language: str = JAPANESE,
) -> list[Time]:
    """The free times of the same length and kind from `since` on: where a booking can be moved to. Two queries, of units four."""
    area = resource.area
    others = [one for one in resources(area, language) if _same_kind(one, resource)]
    found = free.times(area, others, since, since + DAY * number)
    if area.kind != Kind.UNITS:
        return [
            one
            for one in found
            if one.is_free and not (one.resource.pk == resource.pk and one.starts_at == starts_at)
        ]
    length = ends_at - starts_at
    by_resource: dict[Any, list[Time]] = {}
    for one in found:
        by_resource.setdefault(one.resource.pk, []).append(one)
    longer = [_stretched(of, place, length) for of in by_resource.values() for place in range(len(of))]
    mine = (resource.pk, starts_at)
    return sorted(
        (one for one in longer if one is not None and (one.resource.pk, one.starts_at) != mine),
        key=lambda one: one.starts_at,
    )


def _stretched(found: Sequence[Time], place: int, length: dt.timedelta) -> Time | None:
    """The free times from `place` on as one of that length, where that can be."""
    first = found[place]
    for one in found[place:]:
        if not one.is_free or one.day != first.day:
            return None
        if one.ends_at - first.starts_at >= length:
            # Periods of the day differ in length: the one that begins there is what one gets.
            return dataclasses.replace(first, ends_at=one.ends_at)
    return None
