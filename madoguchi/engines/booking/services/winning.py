"""What becomes of a win that was made: taken, given up, answered on the booking's own page; and a draw that does not count."""

from __future__ import annotations

from typing import Any

from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import SYSTEM, Actor, Ref

from ..errors import HoldLapsed
from ..models import Booking, Slot, State, Waiting, WaitState
from ..queries.desk.draws import DEALT_WITH, not_made_of, wins_not_made
from ..wanting import DRAWN
from .giving_back import let_go
from .making import AT_ONCE, give_back, make_win, open_of
from .taking import record


@writes
def confirm_won(*, win: Any, by: Actor) -> None:
    """They take what they won: the holds become bookings. Raises HoldLapsed when nothing is held any more."""
    if win.confirm_until is None:
        return  # nobody is asked: it is booked as soon as it is made
    # Who answers before the turn of their win has come has it now; what the city cancelled is not made again.
    if not _of_win(win) and not make_win(win=win, by=by):
        raise HoldLapsed
    for booking in _of_win(win):
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
    return open_of(Booking.objects.filter(about=str(win.ref), state=State.HELD))


@writes
def void_draw(*, round: Any, by: Actor) -> None:
    """The draw does not count: nobody waits by it any more, what came of it is given back, and a new one may be held."""
    entries = [str(entry.ref) for entry in lottery.entries_for_desk(round)]
    line = Waiting.objects.filter(about__in=entries, state=WaitState.WAITING)
    line.update(state=WaitState.LEFT, ended_at=clock.now())
    offers = Waiting.objects.filter(about__in=entries, state=WaitState.OFFERED).values("booking")
    for booking in open_of(Booking.objects.filter(pk__in=offers, state=State.HELD)):
        let_go(booking=booking, by=SYSTEM)
    wins = list(lottery.wins(round))
    for at in range(0, len(wins), AT_ONCE):
        give_back(wins[at : at + AT_ONCE], why=round.ended_because)
    for slot in Slot.objects.filter(facts__drawn=round.key):
        facts = {name: said for name, said in slot.facts.items() if name != DRAWN}
        Slot.objects.filter(pk=slot.pk).update(facts=facts)


@writes
def deal_with(*, round: Any, win: str, item: str, by: Actor) -> None:
    """Somebody of the staff spoke with the person whose win could not be made. Twice is once. Raises NotAllowed, NotFound."""
    draws.check_minds(by, round)
    one = next((one for one in wins_not_made(round) if (str(one.win.pk), one.item) == (win, item)), None)
    if one is None:
        if (win, item) in not_made_of(round):
            return
        raise NotFound
    facts = {"win": win, "item": item}
    audit.record(DEALT_WITH, round.ref, by=by, facts=facts, subject=one.win.entry.person_id)
