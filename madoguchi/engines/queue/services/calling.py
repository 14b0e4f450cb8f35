"""Calling, and what becomes of who was called. Each act is done once, by one desk, on the ticket as it stands."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import F, Q

from madoguchi.kernel import clock, jobs
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.refs import Actor

from .. import ordering, rules
from ..errors import KeptForAnotherDesk, NobodyWaits, OnlyKeptWait, TransferNowhere
from ..models import Desk, Line, Source, Ticket
from ..models import TicketState as Is
from .acting import Deed, append, check_free, check_state, claim, done_before, move
from .issuing import Issued, checked, keep_told, make, new_secret, told_at
from .sharing import kept_for_others

# Whoever was called once may be called again after they stepped aside or did not come.
CALLABLE = (Is.WAITING, Is.HELD, Is.NO_SHOW)
AT_A_DESK = (Is.CALLED, Is.SERVING)
TELL_NEAR = "queue.near"


@writes
def call_next(*, desk: Desk, by: Actor, said: uuid.UUID | None = None, finishing: bool = False) -> Ticket:
    """「つぎの方」: whoever is next in the line comes to this desk. `finishing`: who is there now is done first.

    Raises NobodyWaits, OnlyKeptWait, DeskBusy, DeskNotOpen, NotAllowed.
    """
    rules.check_sits(by, desk)
    claim(desk.line_id)
    if (known := done_before(said)) is not None:
        return known
    deed = Deed.now(by, desk, said)
    if finishing:
        _finish_current(desk, by)
    check_free(desk)
    while True:
        ticket = _next(desk, deed.at)
        try:
            with writes():
                return _call(ticket, deed)
        except SomebodyWasFaster:
            # Somebody moved it between our reading and our writing: whoever is next now.
            continue


def _next(desk: Desk, now: dt.datetime) -> Ticket:
    line = Line.objects.get(pk=desk.line_id)
    waiting = list(
        Ticket.objects.filter(line=line, on=clock.today(), state=Is.WAITING).select_related("line")
    )
    kept = kept_for_others(desk, now) if waiting else set()
    free = [ticket for ticket in waiting if str(ticket.pk) not in kept]
    found = ordering.next_up(free, now=now, after_booked=line.after_booked)
    if found is None and waiting:
        raise OnlyKeptWait(n=len(waiting))
    if found is None:
        raise NobodyWaits
    return found


def _finish_current(desk: Desk, by: Actor) -> None:
    current = Ticket.objects.filter(desk=desk, state__in=AT_A_DESK).select_related("line").first()
    if current is not None:
        _end(current, "done", Is.DONE, Deed.now(by, desk))


def _call(ticket: Ticket, deed: Deed) -> Ticket:
    """The ticket, as read under the line's claim, comes to the desk."""
    called = move(
        ticket,
        "called",
        deed,
        state=Is.CALLED,
        desk=deed.desk,
        called_at=ticket.called_at or deed.at,
        times_called=F("times_called") + 1,
        ended_at=None,
    )
    Line.objects.filter(pk=ticket.line_id).exclude(after_booked=called.is_booked).update(
        after_booked=called.is_booked
    )
    _ask_to_tell(called)
    return called


def _ask_to_tell(called: Ticket) -> None:
    """Who is near now is told by a job: it sees what was committed, and no mail is written while others wait."""
    told = Q(party__isnull=False) | Q(key__isnull=False)
    waits = Ticket.objects.filter(told, line=called.line_id, on=called.on, state=Is.WAITING, told_at=None)
    if waits.exists():
        jobs.enqueue(
            TELL_NEAR, about=called.line.ref, payload={"on": called.on.isoformat()},
            key=f"{TELL_NEAR}:{called.pk}:{called.version}",
        )  # fmt: skip


@writes
def call(*, ticket: Ticket, desk: Desk, by: Actor, said: uuid.UUID | None = None) -> Ticket:
    """This one, out of turn: who was put aside and is back at the desk, or whom the clerk has a reason to see now.

    Raises TicketMoved, KeptForAnotherDesk, DeskBusy, DeskNotOpen, NotAllowed.
    """
    rules.check_sits(by, desk)
    return call_as(desk, Deed.now(by, desk, said), ticket)


def call_as(desk: Desk, deed: Deed, ticket: Ticket) -> Ticket:
    """The same for an act that was already checked: also for one that was done while the desk was cut off."""
    claim(ticket.line_id)
    if (known := done_before(deed.said)) is not None:
        return known
    check_state(ticket, CALLABLE if not deed.was_offline else (Is.WAITING,))
    if str(ticket.pk) in kept_for_others(desk, clock.now()):
        raise KeptForAnotherDesk
    check_free(desk)
    return _call(ticket, deed)


@writes
def recall(*, ticket: Ticket, desk: Desk, by: Actor, said: uuid.UUID | None = None) -> Ticket:
    """Call the same number again, to the same desk."""
    return _at_desk("recalled", ticket, desk, by, said)


@writes
def start(*, ticket: Ticket, desk: Desk, by: Actor, said: uuid.UUID | None = None) -> Ticket:
    """They have come to the desk."""
    return _at_desk("started", ticket, desk, by, said)


@writes
def hold(*, ticket: Ticket, desk: Desk, by: Actor, said: uuid.UUID | None = None) -> Ticket:
    """あとで: they fill in a paper or fetch something; the desk is free for the next one."""
    return _at_desk("held", ticket, desk, by, said)


@writes
def no_show(*, ticket: Ticket, desk: Desk, by: Actor, said: uuid.UUID | None = None) -> Ticket:
    """Called, and nobody came."""
    return _at_desk("no_show", ticket, desk, by, said)


@writes
def done(*, ticket: Ticket, desk: Desk, by: Actor, said: uuid.UUID | None = None) -> Ticket:
    """The visit is over."""
    return _at_desk("done", ticket, desk, by, said)


def _at_desk(kind: str, ticket: Ticket, desk: Desk, by: Actor, said: uuid.UUID | None) -> Ticket:
    rules.check_sits(by, desk)
    return at_desk_as(kind, Deed.now(by, desk, said), ticket)


def at_desk_as(kind: str, deed: Deed, ticket: Ticket) -> Ticket:
    """One of the acts on whoever was called to this desk. Raises TicketMoved when they are there no more."""
    claim(ticket.line_id)
    if (known := done_before(deed.said)) is not None:
        return known
    only_called = kind in {"recalled", "started", "no_show"}
    check_state(ticket, (Is.CALLED,) if only_called else AT_A_DESK, desk=deed.desk)
    if kind == "recalled":
        return move(ticket, kind, deed, times_called=F("times_called") + 1)
    if kind == "started":
        return move(ticket, kind, deed, state=Is.SERVING, started_at=deed.at)
    if kind == "held":
        return move(ticket, kind, deed, state=Is.HELD, desk=None)
    return _end(ticket, kind, Is.NO_SHOW if kind == "no_show" else Is.DONE, deed)


def _end(ticket: Ticket, kind: str, state: str, deed: Deed) -> Ticket:
    """Over: who was done without 「はじめる」 was served from the call on. The desk stays on it, for the figures."""
    fields = {"started_at": ticket.started_at or ticket.called_at} if state == Is.DONE else {}
    return move(ticket, kind, deed, state=state, ended_at=deed.at, **fields)


@writes
def back(*, ticket: Ticket, by: Actor, said: uuid.UUID | None = None) -> Ticket:
    """Into the line again. Who was put aside has their old place; who did not come when called stands behind.

    Raises TicketMoved, NotAllowed.
    """
    rules.check_serves(by, ticket.line)
    claim(ticket.line_id)
    if (known := done_before(said)) is not None:
        return known
    check_state(ticket, (Is.HELD, Is.NO_SHOW))
    deed = Deed.now(by, said=said)
    stands_at = deed.at if ticket.state == Is.NO_SHOW else ticket.stands_at
    return move(ticket, "back", deed, state=Is.WAITING, desk=None, ended_at=None, stands_at=stands_at)


@writes
def leave(*, ticket: Ticket, by: Actor, said: uuid.UUID | None = None) -> Ticket:
    """They do not wait any longer: said by whoever holds the slip, or by staff. Raises TicketMoved."""
    claim(ticket.line_id, heard=by.is_staff)
    if (known := done_before(said)) is not None:
        return known
    check_state(ticket, (Is.WAITING, Is.HELD))
    deed = Deed.now(by, said=said)
    return move(ticket, "left", deed, state=Is.LEFT, ended_at=deed.at)


@writes
def transfer(
    *, ticket: Ticket, to: Line, by: Actor, errand: str = "", said: uuid.UUID | None = None
) -> Issued:
    """To another counter, with a number of that counter. They stand there where they first came or had booked.

    The old slip's page leads on to the new number. Raises TransferNowhere, TicketMoved, LineClosed, NotAllowed.
    """
    rules.check_serves(by, ticket.line)
    if to.pk == ticket.line_id:
        raise TransferNowhere
    claim(ticket.line_id, to.pk)
    if (known := done_before(said)) is not None:
        return Issued(known.went_to.select_related("line").get(), "")
    check_state(ticket, (Is.WAITING, Is.HELD, *AT_A_DESK))
    deed = Deed.now(by, ticket.desk, said)
    wish = checked(to, errand=errand, language=ticket.language, needs=ticket.needs)
    moved = move(ticket, "transferred", deed, state=Is.TRANSFERRED, ended_at=deed.at)
    secret = new_secret()
    made = make(
        to,
        wish,
        source=Source.TRANSFER,
        secret=secret,
        stands_at=moved.stands_at,
        came_from=moved,
        about=moved.about,
    )
    append(made, "issued", Deed.now(by))
    if moved.party or moved.key_id:
        mail, language = told_at(moved)
        keep_told(made, mail=mail, party=moved.party, by=by, language=language)
    return Issued(made, secret)
