"""Meetings around a call: where its draft is explained, and which calls a council was told of."""

from __future__ import annotations

from collections.abc import Iterable

from madoguchi.engines.councils import queries as councils
from madoguchi.kernel import links
from madoguchi.kernel.refs import Actor, Ref, is_id

from .. import rules
from ..models import Call, Event
from .calls import shown


def events_of(call: Call) -> list[Event]:
    """Its events by day. One at a council has the day and place of the meeting today, and `meeting_url`."""
    found = list(call.events.all())
    meetings = councils.meetings_at(event.meeting for event in found)
    for event in found:
        meeting = meetings.get(event.meeting)
        event.meeting_url = links.href(event.meeting) if meeting else ""  # type: ignore[attr-defined]
        if meeting is not None:
            event.on, event.place = meeting.on, meeting.place
            event.is_cancelled = meeting.state == meeting.State.CANCELLED  # type: ignore[attr-defined]
    return sorted(found, key=lambda event: (event.on is None, event.on, event.order))


def briefed(refs: Iterable[str]) -> dict[str, Call]:
    """{Ref as written: the call it points at}, of those the public may see. One query."""
    wanted = {ref: Ref.parse(ref).id for ref in refs if ref.startswith("consultation:call:")}
    found = {str(call.pk): call for call in shown().filter(pk__in=filter(is_id, wanted.values()))}
    return {ref: found[key] for ref, key in wanted.items() if key in found}


def calls_told(council: str) -> list[Call]:
    """The calls whose notices name this council among the groups that were told: what a past document says."""
    return [
        call
        for call in shown()
        if any(
            notice.get("kind") == "group" and notice.get("text", "").endswith(council)
            for notice in call.notices
        )
    ]


def calls_run_by(actor: Actor) -> list[Call]:
    """The calls this person runs whose result is not published yet, the one that closes first in front."""
    rows = Call.objects.exclude(state=Call.State.PUBLISHED).order_by("closes_on", "key")
    return [call for call in rows if rules.runs(actor, call)]
