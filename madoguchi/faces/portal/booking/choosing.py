"""One time that somebody chose, and what they typed about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from django.http import QueryDict
from django.urls import reverse

from madoguchi.engines.booking import queries, services
from madoguchi.engines.booking.errors import WhomUnclear
from madoguchi.faces.shared.languages import is_language
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id, new_id

from .words import MODES, NEEDS, from_address, in_address

MOST_NOTE = 1000
MOST_PEOPLE = 9999


@dataclass(frozen=True, slots=True)
class Choice:
    """A time of an area as it stands now. `ends` says how long it may be had, where one may choose that."""

    area: queries.AreaShown
    time: queries.Time
    here: str
    hold: str
    ends: tuple[tuple[dt.datetime, bool], ...] = ()

    @property
    def said(self) -> Any:
        return self.area.said


@dataclass(slots=True)
class Typed:
    """What stands in the form."""

    whom: str = ""
    mode: str = ""
    people: str = "1"
    until: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    note: str = ""
    language: str = "ja"
    needs: list[str] = field(default_factory=list)
    asked: str = ""


def slot_choice(key: str, slot_id: Any, language: str) -> Choice:
    """A slot that was chosen. Raises NotFound."""
    area = queries.area(key, language)
    slot = queries.slot(area.row, slot_id, language)
    args = [key, slot.pk]
    return Choice(
        area,
        queries.slot_time(slot),
        reverse("portal:booking:slot", args=args),
        reverse("portal:booking:hold_slot", args=args),
    )


def unit_choice(key: str, resource: str, since: str, until: str, language: str) -> Choice:
    """A time of a room or a vehicle that was chosen, until `until` where that is one of its ends. Raises NotFound."""
    area = queries.area(key, language)
    starts_at = from_address(since)
    if area.row.kind != "units" or starts_at is None:
        raise NotFound
    found = queries.resource(area.row, resource, language)
    ends = queries.ends_of(area.row, found, starts_at)
    if not ends:
        raise NotFound
    ends_at = next((end for end, _free in ends if in_address(end) == until), ends[0][0])
    args = [key, resource, in_address(starts_at)]
    return Choice(
        area,
        queries.unit_time(area.row, found, starts_at, ends_at),
        reverse("portal:booking:time", args=args),
        reverse("portal:booking:hold_time", args=args),
        tuple(ends),
    )


def empty(choice: Choice, whom: list[Any], language: str) -> Typed:
    """The form as it is opened."""
    return Typed(
        whom=whom[0].key if len(whom) == 1 else "",
        mode=choice.said.modes[0],
        until=in_address(choice.time.ends_at),
        language=language,
        asked=str(new_id()),
    )


def again(booking: Any, content: Mapping[str, Any], whom: list[Any]) -> Typed:
    """The form filled with what is being held."""
    return Typed(
        whom=next((one.key for one in whom if one.person.pk == booking.person_id), ""),
        mode=booking.mode,
        people=str(booking.people),
        until=in_address(booking.ends_at),
        answers={key: _as_typed(value) for key, value in content.get("answers", {}).items()},
        note=content.get("note", ""),
        language=booking.language,
        needs=list(booking.needs),
        asked=str(new_id()),
    )


def _as_typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def typed_of(sent: QueryDict, choice: Choice) -> Typed:
    """What was sent, cut to what can be kept."""
    known, asked = dict(NEEDS), sent.get("asked", "")
    return Typed(
        whom=sent.get("whom", "")[:60],
        mode=sent.get("mode", "") if sent.get("mode") in MODES else choice.said.modes[0],
        people=normalize("NFKC", sent.get("people", "1"))[:6].strip(),
        until=sent.get("until", "")[:20],
        answers={ask.key: _typed(sent.get(f"a-{ask.key}", ""), ask) for ask in choice.said.asks},
        note=sent.get("note", "")[:MOST_NOTE],
        language=sent.get("language", "") if is_language(sent.get("language", "")) else "ja",
        needs=[key for key in sent.getlist("needs") if key in known],
        asked=asked if is_id(asked) else str(new_id()),
    )


def _typed(value: str, ask: Any) -> str:
    return normalize("NFKC", value)[:9].strip() if ask.type == "number" else value[:500].strip()


def chosen(whom: list[Any], key: str) -> Any:
    """For whom it is. Raises WhomUnclear."""
    found = next((one for one in whom if one.key == key), None)
    if found is None:
        raise WhomUnclear
    return found


def wanted(choice: Choice, typed: Typed) -> services.Wanted:
    """The wish as the engine hears it."""
    people = int(typed.people) if typed.people.isdecimal() else 0
    return services.Wanted(
        choice.time.resource,
        choice.time.starts_at,
        choice.time.ends_at,
        choice.time.slot,
        mode=typed.mode,
        people=min(max(people, 1), MOST_PEOPLE),
        answers=typed.answers,
        note=typed.note,
        language=typed.language,
        needs=tuple(typed.needs),
    )


def in_words(refusal: Refusal, choice: Choice) -> Refusal:
    """What it names of the area's own words, in the reader's language: the engine knows them as they were written."""
    written, shown = queries.rules_said(choice.area.row), choice.said
    words = {one.label: other.label for one, other in zip(written.asks, shown.asks, strict=False)}
    words[written.who.why_not] = shown.who.why_not
    words[written.title] = shown.title
    refusal.facts = {name: words.get(value, value) for name, value in refusal.facts.items()}
    return refusal
