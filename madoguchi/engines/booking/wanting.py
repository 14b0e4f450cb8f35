"""What somebody wants, and whether the rules of its area allow it. Nothing is taken here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from madoguchi.engines.records import queries as records
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import age_on, fiscal_year, said_date
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party, PartyKind
from madoguchi.kernel.refs import Actor

from . import rules
from .area_rules import AreaRules, asked, read_answers, resource_rule, rules_of, whole
from .errors import (
    AreaClosed,
    DrawnFirst,
    NeedsRegistration,
    NoGroups,
    NotEligible,
    NotOffered,
    NotYetOpen,
    OnlyGroups,
    SlotShut,
    TooLate,
)
from .models import Area, Channel, Mode, Paid, Resource, Slot, SlotState
from .shape import AreaFile, Limit
from .times import closes_at, is_offered, opens_at, parts_of

# Resource.facts: select: draw | staff. Slot.facts: drawn, once its draw (or the staff's choice) is over.
DRAW, DRAWN = "draw", "drawn"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish as a face hears it. For slots and events `slot` says when; for units `starts_at` and `ends_at` do."""

    resource: Resource  # with area and site
    starts_at: dt.datetime
    ends_at: dt.datetime
    slot: Slot | None = None
    mode: str = Mode.VENUE
    people: int = 1
    answers: Mapping[str, Any] = field(default_factory=dict)  # as typed: {ask: value}
    note: str = ""
    language: str = "ja"
    needs: tuple[str, ...] = ()


def of_slot(slot: Slot, **more: Any) -> Wanted:
    """A wish for one slot."""
    return Wanted(slot.resource, slot.starts_at, slot.ends_at, slot, **more)


@dataclass(frozen=True, slots=True)
class Checked:
    """A wish the rules allow: what it takes, what it costs, how often it may be had."""

    wanted: Wanted
    area: Area
    rules: AreaRules
    party: Party
    person: Party
    channel: Channel
    answers: dict[str, Any]
    takes: dict[str, int]
    yen: int
    registration: Any = None
    # Of each limit the keys that are to be had: one of them must be free.
    once: tuple[tuple[Limit, tuple[str, ...]], ...] = ()

    @property
    def paid(self) -> Paid:
        return Paid.UNPAID if self.yen else Paid.FREE


def check(
    *,
    wanted: Wanted,
    party: Party,
    person: Party,
    by: Actor,
    channel: Channel | str,
    by_draw: bool = False,
) -> Checked:
    """Whether `person` may have it by the rules, before anybody looks whether it is free.

    `by_draw`: it is wished for in a draw, or was won there, which has days of its own.
    Raises AreaClosed, SlotShut, NotOffered, DrawnFirst, NotYetOpen, TooLate, OnlyGroups, NoGroups, NeedsRegistration,
    FactMissing, AnswerUnclear, NotEligible.
    """
    area, resource = wanted.resource.area, wanted.resource
    found = rules_of(area.definition_id)
    said = found.said
    check_open(area, said, wanted.starts_at)
    _check_offered(said, wanted)
    if not by_draw:
        _check_drawn_first(wanted)
        _check_time(said, wanted, staff=rules.works_at(by, area, resource.site))
    if wanted.mode not in said.modes:
        raise NotOffered
    is_group = person.kind == PartyKind.ORGANISATION
    if said.who.group == "only" and not is_group:
        raise OnlyGroups
    if said.who.group == "never" and is_group:
        raise NoGroups
    registration = _registration(said, party, person, wanted)
    answers = read_answers(said, wanted.answers)
    facts = facts_about(person, party, wanted, answers, is_group=is_group, city=said.who.city)
    _check_eligible(found, area, resource, facts)
    takes = {} if wanted.slot is None else amounts(found, facts, wanted.mode)
    return Checked(
        wanted=wanted,
        area=area,
        rules=found,
        party=party,
        person=person,
        channel=Channel(channel),
        answers=answers,
        takes=takes,
        yen=price(found, wanted, facts),
        registration=registration,
        once=tuple((limit, _keys(limit, area, resource, wanted, person)) for limit in said.limits),
    )


def check_open(area: Area, said: AreaFile, starts_at: dt.datetime) -> None:
    """Raises AreaClosed for what begins on or after the day on which the service ends."""
    if area.withdrawn_at is not None or (
        area.closed_on is not None and clock.in_city(starts_at).date() >= area.closed_on
    ):
        on = said_date(area.closed_on) if area.closed_on else ""
        raise AreaClosed(title=said.title, on=on, instead=area.closed_instead)


def _check_offered(said: AreaFile, wanted: Wanted) -> None:
    if wanted.slot is not None:
        if wanted.slot.state != SlotState.OPEN:
            raise SlotShut
    elif not is_offered(said, wanted.resource, wanted.starts_at, wanted.ends_at):
        raise NotOffered


def _check_drawn_first(wanted: Wanted) -> None:
    """What is given by a draw is not given to who comes first, before it was drawn."""
    if (
        wanted.slot is not None
        and wanted.resource.facts.get("select") == DRAW
        and not wanted.slot.facts.get(DRAWN)
    ):
        raise DrawnFirst


def _check_time(said: AreaFile, wanted: Wanted, *, staff: bool) -> None:
    now, begins = clock.now(), wanted.starts_at
    opens = opens_at(said.opens, begins)
    if now < opens:
        local = clock.in_city(opens)
        raise NotYetOpen(opens=f"{said_date(local.date())} {local:%H:%M}")
    # Who telephones in the last minute is heard: the desk sees whether it can still be done.
    last = wanted.ends_at if staff else closes_at(said.closes, begins)
    if now >= last:
        raise TooLate


def _registration(said: AreaFile, party: Party, person: Party, wanted: Wanted) -> Any:
    needed = said.who.registration
    if needed is None:
        return None
    whom = party if needed.of == "party" and person.kind != PartyKind.ORGANISATION else person
    found = records.valid_registration(
        kind=needed.kind, party=whom.pk, on=clock.in_city(wanted.starts_at).date()
    )
    if found is None:
        raise NeedsRegistration
    return found.pk


def facts_about(
    person: Party,
    party: Party,
    wanted: Wanted,
    answers: Mapping[str, Any],
    *,
    is_group: bool,
    city: Sequence[str] = (),
) -> dict[str, Any]:
    """What the rules may know. What nobody told is missing, never guessed."""
    on = clock.in_city(wanted.starts_at).date()
    facts: dict[str, Any] = {
        "today": on,
        "is_group": is_group,
        "people": wanted.people,
        "mode": str(wanted.mode),
        **answers,
    }
    profile = identity.profile(person)
    if birth := _birth(profile):
        facts["age"] = age_on(birth, on)
        facts["age_months"] = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    # A child lives where its keeper does.
    address = profile.get("address") or (identity.profile(party).get("address") if party != person else None)
    if city and isinstance(address, dict) and address.get("address"):
        facts["in_city"] = str(address["address"]).startswith(tuple(city))
    return facts


def _birth(profile: Mapping[str, Any]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(profile.get("birth") or ""))
    except ValueError:
        return None


def _check_eligible(found: AreaRules, area: Area, resource: Resource, facts: Mapping[str, Any]) -> None:
    said = found.said
    if found.eligible is not None and not asked(found.eligible, facts, said):
        raise NotEligible(why=said.who.why_not)
    own = resource.facts.get("eligible")
    if own and not asked(resource_rule(own, area.definition_id), facts, said):
        raise NotEligible(why=resource.facts.get("why_not") or said.who.why_not)


def amounts(found: AreaRules, facts: Mapping[str, Any], mode: str) -> dict[str, int]:
    """How much of each count one booking takes."""
    takes: dict[str, int] = {}
    for rule in found.takes:
        if rule.mode in ("", mode) and (amount := whole(asked(rule.amount, facts, found.said))):
            takes[rule.count] = takes.get(rule.count, 0) + amount
    return takes


def price(found: AreaRules, wanted: Wanted, facts: Mapping[str, Any]) -> int:
    """What it costs in yen, as shown before it is booked."""
    if found.fee is None:
        return 0
    parts = parts_of(found.said, wanted.resource, wanted.starts_at, wanted.ends_at) if not wanted.slot else []
    hours = (wanted.ends_at - wanted.starts_at) / dt.timedelta(hours=1)
    more = {
        "hours": hours,
        "periods_yen": sum(part.yen or 0 for part in parts),
        "resource_yen": wanted.resource.facts.get("yen") or 0,
    }
    return whole(asked(found.fee, {**facts, **more}, found.said))


def _keys(limit: Limit, area: Area, resource: Resource, wanted: Wanted, person: Party) -> tuple[str, ...]:
    """The names under which a limited thing may be had: whoever has one of them has used it up."""
    day = clock.in_city(wanted.starts_at).date()
    period = {
        "open": "",
        "day": day.isoformat(),
        "month": f"{day:%Y-%m}",
        "fiscal_year": str(fiscal_year(day)),
    }[limit.per]
    what = {
        "area": area.key,
        "resource": f"{area.key}/{resource.key}",
        "facts.exam": f"{area.key}/{resource.facts.get('exam', resource.key)}",
    }[limit.each]
    return tuple(f"{what}|{period}|{person.pk.hex}|{number}"[-120:] for number in range(1, limit.most + 1))
