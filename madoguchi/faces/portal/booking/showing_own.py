"""A booking as its owner reads it: in their language, with what it costs and what may still be done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.engines.booking import queries
from madoguchi.engines.records import queries as records
from madoguchi.faces.shared.asking import Asked
from madoguchi.kernel import clock

from . import counters
from .words import MODES, in_address, needs_said

CRLF = "\r\n"


def row(found: Any, request: Asked) -> dict[str, Any]:
    """A booking in a list. No query."""
    queries.in_words(found.resource, request.LANGUAGE_CODE)
    return {
        "booking": found,
        "title": queries.rules_said(found.area).title,
        "name": _name(found),
        "cancelling": queries.cancelling(found),
    }


def line(found: Any, request: Asked) -> dict[str, Any]:
    """A place in a line. No query."""
    queries.in_words(found.resource, request.LANGUAGE_CODE)
    return {
        "waiting": found,
        "title": queries.rules_said(found.area).title,
        "name": _name(found),
        "ahead": found.ahead,
        "place": found.ahead + 1,
    }


def _name(found: Any) -> str:
    """Whom it is for, where that is not the one who reads it."""
    return records.name_of(found.person) if found.person_id != found.party_id else ""


def whole(found: Any, request: Asked) -> dict[str, Any]:
    """Everything of one booking."""
    area = queries.area_of(found.area, request.LANGUAGE_CODE)
    content = queries.answers_of(request.actor, found)
    modes = [mode for mode in area.said.modes if mode != found.mode]
    return row(found, request) | {
        "area": area,
        "said": area.said,
        "what": found,
        "title": area.title,
        "to_bring": counters.to_bring(found.resource, request.LANGUAGE_CODE)
        if found.state == "booked"
        else [],
        "whom": _name(found) or records.name_of(found.party),
        "answers": _answers(area.said, content.get("answers", {})),
        "note": content.get("note", ""),
        "needs": needs_said(found.needs),
        "mode": MODES.get(found.mode, "") if len(area.said.modes) > 1 else "",
        "other_modes": [(mode, MODES[mode]) for mode in modes] if found.slot_id else [],
        "bring": found.resource.facts.get("bring", ""),
        "is_over": found.ends_at <= clock.now(),
        "can_change": found.state == "booked" and found.starts_at > clock.now(),
        "link": queries.online_link(found),
    }


def _answers(said: Any, answers: dict[str, Any]) -> list[tuple[str, str]]:
    """(question, answer) in words."""
    told = []
    for ask in said.asks:
        if ask.key not in answers:
            continue
        value = answers[ask.key]
        if isinstance(value, bool):
            value = _("はい") if value else _("いいえ")
        label = next((option.label for option in ask.options if option.key == value), value)
        told.append((ask.label, str(label)))
    return told


def minutes_left(found: Any) -> int:
    """Of a hold, whole minutes."""
    if found.held_until is None:
        return 0
    return max(0, int((found.held_until - clock.now()) / dt.timedelta(minutes=1)))


def page_of(found: Any) -> str:
    """The page of the time it is for: there the form is filled again."""
    if found.slot_id:
        return reverse("portal:booking:slot", args=[found.area.key, found.slot_id])
    args = [found.area.key, found.resource.key, in_address(found.starts_at)]
    return reverse("portal:booking:time", args=args) + f"?until={in_address(found.ends_at)}"


def as_calendar(found: Any, request: Asked, address: str) -> str:
    """iCalendar (RFC 5545) of one booking. Without names and answers: calendars are shared with others."""
    queries.in_words(found.resource, request.LANGUAGE_CODE)
    site = found.resource.site
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Madoguchi//booking//JA",
        "BEGIN:VEVENT",
        f"UID:{found.pk}@madoguchi",
        f"SEQUENCE:{found.version}",
        f"DTSTAMP:{_utc(clock.now())}",
        f"DTSTART:{_utc(found.starts_at)}",
        f"DTEND:{_utc(found.ends_at)}",
        f"SUMMARY:{_escaped(found.resource.name)}",
        f"LOCATION:{_escaped(f'{site.name} {site.address}'.strip())}",
        f"DESCRIPTION:{_escaped(_('予約番号 %(receipt)s') % {'receipt': found.receipt})}",
        f"URL:{address}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return CRLF.join(part for one in lines for part in _folded(one)) + CRLF


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """At most 75 octets a line, never through a character; the rest begins with a blank."""
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > 74:
            parts.append(part)
            part = " "
        part += sign
    return [*parts, part]
