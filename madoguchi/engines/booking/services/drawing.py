"""Booking by draw: the months of an area, the events with more who want than places; and what becomes of a win.

A round of engines/lottery knows nothing of bookings. What is drawn is written into its inventory (`about`), who enters
is checked here by the area's rules, and a win is a hold that owns its places until it is answered. The runners-up
stand in the line for the same place, in the order of the draw.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import plus_months, said_day
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.packs import filled
from madoguchi.kernel.packs import queries as definitions
from madoguchi.kernel.refs import SYSTEM, Actor, Ref
from madoguchi.kernel.text import CODES, JAPANESE, said_of

from .. import rules
from ..area_rules import rules_of
from ..errors import NotDrawn
from ..models import Area, Resource, Slot
from ..shape import AreaFile, Draw
from ..times import at, minutes_of, offered_on
from ..wanting import DRAW, Checked, Wanted, check, of_slot

log = logging.getLogger(__name__)

RESIDENTS, OTHERS = "city", "others"
RUNNERS_UP = 500
DAY = dt.timedelta(days=1)
AT_TIME = "@"
# A hold outlives the answer to its win a little: the draw says when it lapsed, not the hold.
GRACE = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What an item of a round is: a slot, or a time of a resource."""

    resource: Resource
    starts_at: dt.datetime
    ends_at: dt.datetime
    slot: Slot | None = None

    def wanted(self, **more: Any) -> Wanted:
        return (
            of_slot(self.slot, **more)
            if self.slot
            else Wanted(self.resource, self.starts_at, self.ends_at, **more)
        )


# ------------------------------------------------------------------ opening


def open_month(*, area: Area, month: dt.date, by: Actor, beacons: Sequence[Any] | None = None) -> Any:
    """Open the draw for everything an area offers in `month` (its first day). Raises NotDrawn, RoundKeyTaken, NotAllowed."""
    if by.kind != SYSTEM.kind:
        rules.check_works_at(by, area)
    found = rules_of(area.definition_id)
    if found.said.draw is None:
        raise NotDrawn
    resources = _resources(area)
    with override(JAPANESE):
        # What is hashed and counts is Japanese, whoever opens it.
        title = _month_title(found.said.title, month)
        items = [item for resource in resources for item in _items_of(found.said, resource, month)]
    opens, closes, draws_at = days_of(found.said.draw, month)
    return draws.open_round(
        key=round_key(area, month),
        title=title,
        about=area.ref,
        division=area.division_id,
        rules=_rules(found.said.draw),
        inventory=items,
        opens_at=opens,
        closes_at=closes,
        draws_at=draws_at,
        beacons=beacons or _beacons(draws_at),
        by=by,
        words=_words_of_month(area, resources, month),
    )


def _month_title(area: str, month: dt.date) -> str:
    said = {"area": area, "month": dateformat.format(month, pgettext("date format", "Y年n月"))}
    return _("%(area)s %(month)s分の抽選") % said


def _words_of_month(area: Area, resources: Sequence[Resource], month: dt.date) -> dict[str, Any]:
    """The title and what can be won in the other languages, where somebody translated the area."""
    made: dict[str, Any] = {}
    for language in CODES[1:]:
        said = AreaFile.model_validate(
            filled(area.definition.body, definitions.texts(area.definition, language))
        )
        if said.title == rules_of(area.definition_id).said.title:
            continue
        with override(language):
            made[language] = {
                "title": _month_title(said.title, month),
                "items": {
                    item.item: item.title
                    for resource in resources
                    for item in _items_of(said, resource, month)
                },
            }
    return made


def months_ahead(area: Area) -> int:
    """How many months ahead the area draws. Raises NotDrawn."""
    draw = rules_of(area.definition_id).said.draw
    if draw is None:
        raise NotDrawn
    return draw.months_ahead


def days_of_month(area: Area, month: dt.date) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
    """`days_of` by the area's own rule. Raises NotDrawn."""
    draw = rules_of(area.definition_id).said.draw
    if draw is None:
        raise NotDrawn
    return days_of(draw, month)


def round_key(area: Area, month: dt.date) -> str:
    return f"{area.key}-{month:%Y%m}"


def days_of(draw: Draw, month: dt.date) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
    """When a month's draw opens, closes (at the end of that day) and is drawn."""
    ahead = plus_months(month.replace(day=1), -draw.months_ahead)
    nine = minutes_of("09:00")
    return (
        at(ahead.replace(day=draw.opens_on), nine),
        at(ahead.replace(day=draw.closes_on), minutes_of("24:00")),
        at(ahead.replace(day=draw.draws_on), nine),
    )


@writes
def open_event(
    *,
    slot: Slot,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    draws_at: dt.datetime,
    by: Actor,
    beacons: Sequence[Any] | None = None,
) -> Any:
    """Open the draw for the places of one event or course. Raises NotAllowed, RoundUnclear, RoundKeyTaken."""
    area, resource = slot.resource.area, slot.resource
    if by.kind != SYSTEM.kind:
        rules.check_works_at(by, area, resource.site)
    found = rules_of(area.definition_id)
    if resource.facts.get("select") != DRAW:
        Resource.objects.filter(pk=resource.pk).update(facts=resource.facts | {"select": DRAW})
    places = min(count.capacity - count.taken for count in slot.counts.all())
    item = draws.Item(resource.key, places, resource.name, str(slot.ref))
    return draws.open_round(
        key=f"{area.key}-{resource.key}"[:80],
        title=resource.name,
        about=slot.ref,
        division=area.division_id,
        rules=draws.RulesIn(
            wishes=1,
            bundle_size=1,
            win_cap=1,
            tiers=_tiers(found.said.draw is not None and found.said.draw.residents_first),
            confirm_days=found.said.draw.confirm_days if found.said.draw else 0,
            runners_up=RUNNERS_UP,
        ),
        inventory=[item],
        opens_at=opens_at,
        closes_at=closes_at,
        draws_at=draws_at,
        beacons=beacons or _beacons(draws_at),
        by=by,
        words={
            language: {"title": ours["name"], "items": {resource.key: ours["name"]}}
            for language, ours in resource.words.items()
            if ours.get("name")
        },
    )


def _rules(draw: Draw) -> Any:
    return draws.RulesIn(
        wishes=draw.wishes,
        bundle_size=draw.bundle,
        win_cap=draw.win_cap,
        tiers=_tiers(draw.residents_first),
        confirm_days=draw.confirm_days,
        runners_up=RUNNERS_UP,
    )


def _tiers(residents_first: bool) -> tuple[Any, ...]:
    return (
        (draws.Tier(RESIDENTS, "区内の方"), draws.Tier(OTHERS, "そのほかの方"))
        if residents_first
        else (draws.Tier(OTHERS, "すべての方"),)
    )


def _beacons(draws_at: dt.datetime) -> list[Any]:
    """A public beacon; where it cannot be had, numbers that somebody else draws the day after, typed by two."""
    return [
        draws.Drand(draws_at),
        draws.Numbers(
            "翌日に公表される数字選択式宝くじの当せん数字（抽選の日のあと最初に公表されるもの）",
            draws_at + DAY,
        ),
    ]


def _resources(area: Area) -> list[Resource]:
    return list(
        Resource.objects.filter(area=area, withdrawn_at=None)
        .select_related("area", "site")
        .order_by("order", "key")
    )


def _items_of(rules_said: AreaFile, resource: Resource, month: dt.date) -> Iterator[Any]:
    """Each time of the month, told in the language that is active."""
    day = month.replace(day=1)
    while day.month == month.month:
        for one in offered_on(rules_said, resource, day):
            period = one.key or f"{clock.in_city(one.starts_at):%H%M}"
            title = next((said.title for said in rules_said.periods if said.key == one.key), period)
            yield draws.Item(
                f"{resource.key}.{day:%m%d}.{period}",
                1,
                f"{said_of(resource.site)} {said_of(resource)} {said_day(day)} {title}"[:200],
                f"{resource.ref}{AT_TIME}{one.starts_at.isoformat()}/{one.ends_at.isoformat()}",
            )
        day += DAY


def open_due(today: dt.date | None = None) -> int:
    """Open the rounds whose day has come; returns how many. A month is opened once, whoever asks."""
    today = today or clock.today()
    opened = 0
    for area in Area.objects.filter(withdrawn_at=None, closed_on=None):
        draw = rules_of(area.definition_id).said.draw
        if draw is None:
            continue
        month = plus_months(today.replace(day=1), draw.months_ahead)
        is_due = draw.opens_on <= today.day < draw.closes_on
        if is_due and not lottery.rounds(about=area.ref).filter(key=round_key(area, month)).exists():
            try:
                open_month(area=area, month=month, by=SYSTEM)
            except Refusal as refusal:
                # One area with nothing to draw must not keep the others from theirs.
                log.warning("draw of %s not opened: %s", round_key(area, month), refusal.code)
                continue
            opened += 1
    return opened


# ------------------------------------------------------------------ entering


def is_ours(about: str) -> bool:
    """Whether a round draws something of this engine."""
    return about.startswith(("booking:area:", "booking:slot:"))


def enter_draw(
    *,
    round: Any,
    party: Party,
    person: Party,
    wishes: Sequence[Sequence[str]],
    by: Actor,
    channel: str,
    answers: Mapping[str, Any] | None = None,
    asked: str = "",
    language: str = "ja",
    needs: Sequence[str] = (),
    people: int = 1,
) -> Any:
    """Put wishes into a draw of this engine, when the area's rules allow them to be booked by that person.

    Raises what `check` raises, NotDrawn for an item nobody knows, and what lottery's `enter` raises.
    """
    more = {"answers": answers or {}, "language": language, "needs": tuple(needs), "people": people}
    checked = check_entry(
        round=round, party=party, person=person, wishes=wishes, by=by, channel=channel, more=more
    )
    return draws.enter(
        round=round,
        party=party,
        person=person,
        wishes=wishes,
        tier=_tier(round, checked, person, party),
        channel=channel,
        by=by,
        asked=asked,
        answers={
            "answers": dict(answers or {}),
            "language": language,
            "needs": list(needs),
            "people": people,
        },
    )


def check_entry(
    *,
    round: Any,
    party: Party,
    person: Party,
    wishes: Sequence[Sequence[str]],
    by: Actor,
    channel: str,
    more: Mapping[str, Any] | None = None,
) -> Checked | None:
    """Whether all that is wished for may be booked by that person. Raises what `check` raises, NotDrawn."""
    items = {one["item"]: one["about"] for one in round.inventory}
    first: Checked | None = None
    for name in dict.fromkeys(item for wish in wishes for item in wish):
        if name not in items:
            raise NotDrawn
        wanted = drawn_of(items[name]).wanted(**(more or {}))
        found = check(wanted=wanted, party=party, person=person, by=by, channel=channel, by_draw=True)
        first = first or found
    return first


def area_drawn(about: str) -> Area | None:
    """The area whose things a round draws; None where the round is somebody else's."""
    if not is_ours(about):
        return None
    what = Ref.parse(about)
    rows = Area.objects.select_related("definition")
    if what.kind == "area":
        return rows.filter(pk=what.id).first()
    return rows.filter(resources__slots__pk=what.id).first()


def _tier(round_: Any, checked: Checked | None, person: Party, party: Party) -> str:
    """Residents first, where the round says so and their address is known to be inside."""
    from ..wanting import facts_about

    keys = [one["key"] for one in round_.rules["tiers"]]
    if RESIDENTS not in keys or checked is None:
        return str(keys[-1])
    city = checked.rules.said.who.city
    facts = facts_about(person, party, checked.wanted, checked.answers, is_group=False, city=city)
    return RESIDENTS if facts.get("in_city") else OTHERS


def drawn_of(about: str) -> Drawn:
    """What the `about` of an item names. Raises NotDrawn."""
    ref, _sign, span = about.partition(AT_TIME)
    try:
        what = Ref.parse(ref)
        if what.kind == "slot":
            slot = Slot.objects.select_related("resource__area", "resource__site").get(pk=what.id)
            return Drawn(slot.resource, slot.starts_at, slot.ends_at, slot)
        since, _slash, until = span.partition("/")
        resource = Resource.objects.select_related("area", "site").get(pk=what.id)
        return Drawn(resource, dt.datetime.fromisoformat(since), dt.datetime.fromisoformat(until))
    except (ValueError, Slot.DoesNotExist, Resource.DoesNotExist) as error:
        raise NotDrawn from error
