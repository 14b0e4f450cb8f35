"""What a clerk sees of the lines they serve: who waits, with their language and needs, and where each desk stands."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter as Tally
from dataclasses import dataclass, field

from django.db.models import QuerySet

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from .. import ordering, rules
from ..languages import for_staff, spoken
from ..models import OPEN_STATES, Desk, Line, Need, Ticket
from ..models import TicketState as Is
from ..services.acting import AT_A_DESK
from ..services.sharing import SILENT, kept_for_others

# Of those who did not come, so many are shown: who is back after lunch is among them.
LAST_MISSED = 20


@dataclass(frozen=True, slots=True)
class Card:
    """One ticket in words for a clerk."""

    ticket: Ticket
    errand: str
    language: str  # "" for Japanese, which needs no hint
    needs: tuple[str, ...]
    waited: int  # minutes since they came, or until they were called
    is_kept: bool = False  # left to a desk that cannot be reached now

    @property
    def label(self) -> str:
        return self.ticket.label


@dataclass(frozen=True, slots=True)
class AtWork:
    """One line on the list of a clerk."""

    line: Line
    waiting: int
    desks: list[Desk]


@dataclass(slots=True)
class Console:
    """Everything one desk's screen shows."""

    desk: Desk
    line: Line
    current: Card | None = None
    waiting: list[Card] = field(default_factory=list)
    aside: list[Card] = field(default_factory=list)  # put aside, or did not come
    elsewhere: list[Card] = field(default_factory=list)  # at other desks of the line
    silent: list[Desk] = field(default_factory=list)  # other desks that cannot be reached now


def lines_served(actor: Actor) -> list[AtWork]:
    """The lines of the divisions they work in, with how many wait and who sits where. Three queries."""
    lines = list(_lines(actor))
    waiting = Tally(
        Ticket.objects.filter(line__in=lines, on=clock.today(), state=Is.WAITING).values_list(
            "line", flat=True
        )
    )
    desks: dict[uuid.UUID, list[Desk]] = {}
    for desk in Desk.objects.filter(line__in=lines).order_by("name"):
        desks.setdefault(desk.line_id, []).append(desk)
    return [AtWork(line, waiting[line.pk], desks.get(line.pk, [])) for line in lines]


def _lines(actor: Actor) -> QuerySet[Line]:
    rows = Line.objects.filter(withdrawn_at=None, counter__division__in=actor.divisions_as(*rules.SERVING))
    return rows.select_related("counter")


def desk_for(actor: Actor, desk_id: uuid.UUID) -> Desk:
    """A desk of a line they serve. Raises NotFound."""
    desk = Desk.objects.select_related("line__counter").filter(pk=desk_id).first()
    if desk is None or not rules.serves(actor, desk.line):
        raise NotFound
    return desk


def sits_at(actor: Actor) -> Desk | None:
    """Where they sit now, if anywhere."""
    return Desk.objects.select_related("line__counter").filter(account=actor.account).first()


def ticket_of(desk: Desk, ticket_id: uuid.UUID) -> Ticket:
    """A ticket of today of the desk's line. Raises NotFound."""
    rows = Ticket.objects.select_related("line__counter", "desk", "key")
    found = rows.filter(pk=ticket_id, line=desk.line_id, on=clock.today()).first()
    if found is None:
        raise NotFound
    return found


def other_lines(line: Line) -> list[Line]:
    """Where somebody can be sent from here."""
    return list(Line.objects.filter(withdrawn_at=None).exclude(pk=line.pk).select_related("counter"))


def line_to_send_to(line: Line, line_id: uuid.UUID) -> Line:
    """One of them. Raises NotFound."""
    found = Line.objects.filter(withdrawn_at=None, pk=line_id).select_related("counter").first()
    if found is None:
        raise NotFound
    return found


def console(desk: Desk) -> Console:
    """What the desk's screen shows. Four queries, however many wait."""
    now = clock.now()
    line = Line.objects.select_related("counter").get(pk=desk.line_id)
    made = Console(desk, line)
    kept = kept_for_others(desk, now)
    rows = Ticket.objects.filter(line=line, on=clock.today(), state__in=[*OPEN_STATES, Is.NO_SHOW])
    waiting: list[Ticket] = []
    for ticket in rows.select_related("desk"):
        ticket.line = line
        if ticket.state == Is.WAITING:
            waiting.append(ticket)
        elif ticket.state in AT_A_DESK and ticket.desk_id == desk.pk:
            made.current = card(ticket, now)
        elif ticket.state in AT_A_DESK:
            made.elsewhere.append(card(ticket, now))
        else:
            made.aside.append(card(ticket, now))
    ordered = ordering.in_order(waiting, now=now, after_booked=line.after_booked)
    made.waiting = [card(ticket, now, is_kept=str(ticket.pk) in kept) for ticket in ordered]
    made.aside.sort(key=lambda one: (one.ticket.state != Is.HELD, one.ticket.ended_at or now), reverse=False)
    made.aside = made.aside[:LAST_MISSED]
    silent = Desk.objects.filter(line=line, account__isnull=False, seen_at__lt=now - SILENT).exclude(
        pk=desk.pk
    )
    made.silent = list(silent)
    return made


def card(ticket: Ticket, now: dt.datetime, *, is_kept: bool = False) -> Card:
    errands = {one["key"]: one["title"] for one in ticket.line.errands}
    until = ticket.called_at or now
    return Card(
        ticket=ticket,
        errand=str(errands.get(ticket.errand, ticket.errand)),
        language="" if ticket.language == "ja" else for_staff(ticket.language),
        needs=tuple(str(Need(need).label) for need in ticket.needs if need in Need.values),
        waited=max(0, int((until - ticket.issued_at).total_seconds() // 60)),
        is_kept=is_kept,
    )


def wanting(ticket: Ticket) -> list[str]:
    """Their language and needs, as one list of words."""
    one = card(ticket, clock.now())
    return [*([one.language] if one.language else []), *one.needs]


def at_desk(desk: Desk) -> Ticket | None:
    """Whoever was called to it or is served there."""
    return Ticket.objects.filter(desk=desk, state__in=AT_A_DESK).select_related("line").first()


def languages_for_staff() -> list[tuple[str, str]]:
    """(code, name in Japanese) of the languages somebody may ask for."""
    return [(code, for_staff(code)) for code, _name in spoken()]


def ticket_given(ticket_id: str) -> Ticket:
    """The number a screen has just given, by what its session keeps. Raises NotFound."""
    rows = Ticket.objects.select_related("line__counter__division")
    found = rows.filter(pk=ticket_id, on=clock.today()).first()
    if found is None:
        raise NotFound
    return found


def gives_numbers() -> bool:
    """Whether there is a line at all."""
    return Line.objects.filter(withdrawn_at=None).exists()
