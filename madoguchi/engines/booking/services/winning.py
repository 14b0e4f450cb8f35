"""What becomes of a draw of ours: wins are holds until they are answered, the runners-up stand in the line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import SYSTEM, Actor, Ref

from ..errors import HoldLapsed, SlotShut
from ..models import OPEN, Booking, Slot, SlotState, State, Waiting, WaitState
from ..wanting import DRAWN, Checked, check
from .drawing import AT_TIME, Drawn, drawn_of
from .giving_back import cancel, let_go
from .taking import record, take
from .waiting import offer_slot, stand

# A hold outlives the answer to its win a little: the draw says when it lapsed, not the hold.
GRACE = dt.timedelta(days=1)


@writes
def make_of_draw(*, round: Any, by: Actor) -> None:
    """Every win becomes a hold (a booking, where no answer is asked for); the runners-up stand in the line."""
    wins, lines = list(lottery.wins(round)), lottery.lines(round)
    # Of the hundreds of times of a month only those are looked up that somebody won or waits for.
    named = {item for win in wins for item in win.items} | lines.keys()
    items = {
        one["item"]: drawn_of(one["about"])
        for one in round.inventory
        if one["item"] in named or AT_TIME not in one["about"]
    }
    slots = list({one.slot.pk: one.slot for one in items.values() if one.slot}.values())
    if any(slot.state == SlotState.SHUT for slot in slots):
        raise SlotShut  # the draw waits until it is open again: the result is the same then
    for slot in slots:
        Slot.objects.filter(pk=slot.pk).update(facts=slot.facts | {DRAWN: round.key})
        slot.facts = slot.facts | {DRAWN: round.key}
    for win in wins:
        for item in win.items:
            _make(win, items[item], by)
    for name, what in items.items():
        for runner_up in lines.get(name, ()):
            # Who wished for it only together with others is not helped by one of them.
            if [name] in runner_up.entry.wishes:
                _line_up(runner_up, what, by)
    for slot in slots:
        offer_slot(slot.pk)


def _make(win: Any, what: Drawn, by: Actor) -> None:
    waits = win.confirm_until is not None and win.state == "offered"
    try:
        checked = _checked(win.entry, what)
        take(
            checked,
            state=State.HELD if waits else State.BOOKED,
            by=by,
            held_until=win.confirm_until + GRACE if waits else None,
            about=str(win.ref),
        )
    except Refusal as refusal:
        # Blocked for repair meanwhile, or a registration that ended: staff see it and speak with the person.
        audit.record(
            "booking.win_not_made", win.ref, by=by, facts={"code": refusal.code}, subject=win.entry.person_id
        )


def _line_up(runner_up: Any, what: Drawn, by: Actor) -> None:
    try:
        with transaction.atomic():
            stand(
                _checked(runner_up.entry, what), by=by, number=runner_up.place, about=str(runner_up.entry.ref)
            )
    except (Refusal, IntegrityError):
        # Won another place at the same time, or what they wanted is free after all: nothing to wait for.
        return


def _checked(entry: Any, what: Drawn) -> Checked:
    said = (
        vault.unseal(entry.key, bytes(entry.sealed), context=entry.context)
        if entry.key and entry.sealed
        else {}
    )
    wanted = what.wanted(
        answers=said.get("answers", {}),
        language=said.get("language", "ja"),
        needs=tuple(said.get("needs", ())),
        people=said.get("people", 1),
    )
    return check(
        wanted=wanted, party=entry.party, person=entry.person, by=SYSTEM, channel=entry.channel, by_draw=True
    )


@writes
def confirm_won(*, win: Any, by: Actor) -> None:
    """They take what they won: the holds become bookings. Raises HoldLapsed when nothing is held any more."""
    held_for = _of_win(win)
    if win.confirm_until is not None and not held_for:
        raise HoldLapsed  # the city cancelled what was held: the answer does not count
    for booking in held_for:
        now = clock.now()
        held = Booking.objects.filter(pk=booking.pk, state=State.HELD, version=booking.version)
        if held.update(state=State.BOOKED, booked_at=now, held_until=None, version=booking.version + 1):
            booking.refresh_from_db()
            record(booking, "booking.made", by)


@writes
def give_up_won(*, win: Any, by: Actor) -> None:
    """Declined, or not answered: what was held goes to whoever stands first in the line."""
    for booking in _of_win(win):
        let_go(booking=booking, by=SYSTEM)


def answer_win(*, booking: Booking, takes: bool, by: Actor) -> Booking:
    """The answer to a hold that was won: the draw hears it, and tells us of everything that was won with it."""
    win = lottery.win(Ref.parse(booking.about).id)
    (draws.confirm if takes else draws.decline)(win=win, by=by)
    booking.refresh_from_db()
    return booking


def _of_win(win: Any) -> list[Booking]:
    return _open(Booking.objects.filter(about=str(win.ref), state=State.HELD))


@writes
def void_draw(*, round: Any, by: Actor) -> None:
    """The draw does not count: nobody waits by it any more, what came of it is given back, and a new one may be held."""
    entries = [str(entry.ref) for entry in lottery.entries_for_desk(round)]
    line = Waiting.objects.filter(about__in=entries, state=WaitState.WAITING)
    line.update(state=WaitState.LEFT, ended_at=clock.now())
    offers = Waiting.objects.filter(about__in=entries, state=WaitState.OFFERED).values("booking")
    for booking in _open(Booking.objects.filter(pk__in=offers, state=State.HELD)):
        let_go(booking=booking, by=SYSTEM)
    for win in lottery.wins(round):
        give_up_won(win=win, by=by)
        for booking in _open(Booking.objects.filter(about=str(win.ref), state__in=OPEN)):
            cancel(booking=booking, by=SYSTEM, why=round.ended_because[:300], by_city=True)
    for slot in Slot.objects.filter(facts__drawn=round.key):
        facts = {name: said for name, said in slot.facts.items() if name != DRAWN}
        Slot.objects.filter(pk=slot.pk).update(facts=facts)


def _open(rows: Any) -> list[Booking]:
    return list(rows.select_related("area", "resource__site", "resource__area", "slot", "party", "person"))
