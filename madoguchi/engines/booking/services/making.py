"""What was drawn becomes holds and lines, a hundred at a time.

A month has thousands of wins: in one transaction nobody else could write meanwhile, and a worker that died in it would
have done nothing. Each batch commits together with the job of the next. A batch that is done again, or by two at once,
makes nothing twice: what is there already is passed over, and what is made at the same moment carries the same key
(`asked`) or meets its own place, cell or number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from madoguchi.engines.lottery import queries as lottery
from madoguchi.engines.lottery import services as draws
from madoguchi.kernel import audit, jobs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import SYSTEM, Actor

from ..errors import SlotShut
from ..models import OPEN, Booking, Slot, SlotState, State
from ..queries.desk.draws import NOT_MADE, not_made_of
from ..wanting import DRAWN, Checked, check
from .drawing import AT_TIME, GRACE, Drawn, drawn_of
from .giving_back import cancel, let_go
from .taking import take
from .waiting import offer_slot, stand

KIND = "booking.make_of_draw"
WINS, LINES, END = "wins", "lines", "end"
STANDING = ("offered", "confirmed")
AT_ONCE = 100
Next = tuple[str, list[Any]] | None


def begin(*, round: Any) -> None:
    """In the transaction of the draw: the rest follows for certain. Raises SlotShut: the draw waits until it is open."""
    if any(slot.state == SlotState.SHUT for slot in _slots(round)):
        raise SlotShut
    _enqueue(round, WINS, [])


def _enqueue(round_: Any, step: str, after: list[Any]) -> None:
    key = ":".join(str(part) for part in (KIND, round_.pk, step, *after))
    jobs.enqueue(KIND, about=round_.ref, payload={"step": step, "after": after}, key=key[:200])


@writes
def go_on(*, round: Any, by: Actor, step: str = WINS, after: Iterable[Any] = ()) -> Next:
    """One batch, and the job of the next with it; returns which. Wins first: then everybody in the line waits for what is taken."""
    if not draws.hold_still(round):
        step = END  # called off meanwhile
    then = {WINS: _some_wins, LINES: _some_lines, END: _end}[step](round, list(after), by)
    if then is not None:
        _enqueue(round, *then)
    return then


def make_all(*, round: Any, by: Actor) -> None:
    """All of it at once, for demos. The jobs find nothing left to do."""
    then: Next = (WINS, [])
    while then is not None:
        then = go_on(round=round, by=by, step=then[0], after=then[1])


# ------------------------------------------------------------------ wins


def _some_wins(round_: Any, after: list[Any], by: Actor) -> Next:
    wins = list(lottery.wins_after(round_, after[0] if after else None, AT_ONCE))
    things, known = _things(round_, {item for win in wins for item in win.items}), not_made_of(round_)
    for win in wins:
        _make(win, round_, things, known, by)
    return (WINS, [str(wins[-1].pk)]) if len(wins) == AT_ONCE else (LINES, [])


@writes
def make_win(*, win: Any, by: Actor) -> int:
    """What one win is, for somebody who answers before its turn has come; returns how much of it was made."""
    round_ = win.entry.round
    return _make(win, round_, _things(round_, set(win.items)), not_made_of(round_), by)


def _make(win: Any, round_: Any, things: dict[str, Drawn], known: set[tuple[str, str]], by: Actor) -> int:
    if win.state not in STANDING:
        return 0
    todo = [item for item in win.items if (str(win.pk), item) not in known]
    return sum(_hold(win, round_, item, things[item], by) for item in todo if not _is_made(win, things[item]))


def _is_made(win: Any, what: Drawn) -> bool:
    """Whatever became of it since: what was cancelled is not made anew."""
    mine = Booking.objects.filter(resource=what.resource, starts_at=what.starts_at, about=str(win.ref))
    return mine.exists()


def _hold(win: Any, round_: Any, item: str, what: Drawn, by: Actor) -> bool:
    waits = win.confirm_until is not None and win.state == "offered"
    try:
        take(
            _checked(win.entry, what),
            state=State.HELD if waits else State.BOOKED,
            by=SYSTEM,  # whoever makes it, so that two find each other's
            asked=f"{win.ref}:{win.items.index(item)}",
            held_until=win.confirm_until + GRACE if waits else None,
            about=str(win.ref),
        )
    except Refusal as refusal:
        # Blocked for repair meanwhile, or a registration that ended: staff see it at the round and speak with the person.
        facts = {"win": str(win.pk), "item": item, "code": refusal.code}
        audit.record(NOT_MADE, round_.ref, by=by, facts=facts, subject=win.entry.person_id)
        return False
    return True


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


# ------------------------------------------------------------------ the lines


def _some_lines(round_: Any, after: list[Any], by: Actor) -> Next:
    item, place = after or ("", 0)
    line = list(lottery.line_after(round_, item, place, AT_ONCE))
    # Who wished for it only together with others is not helped by one of them.
    alone = [one for one in line if [one.item] in one.entry.wishes]
    things = _things(round_, {one.item for one in alone})
    for runner_up in alone:
        _line_up(runner_up, things[runner_up.item], by)
    return (LINES, [line[-1].item, line[-1].place]) if len(line) == AT_ONCE else (END, [])


def _line_up(runner_up: Any, what: Drawn, by: Actor) -> None:
    try:
        with transaction.atomic():
            checked = _checked(runner_up.entry, what)
            stand(checked, by=by, number=runner_up.place, about=str(runner_up.entry.ref))
    except (Refusal, IntegrityError):
        # They stand there already, won another place at the same time, or what they wanted is free after all.
        return


# ------------------------------------------------------------------ the end


def _end(round_: Any, _after: list[Any], _by: Actor) -> Next:
    """From now on it is given to who comes first, after the line; and what was declined meanwhile is given back."""
    gone = [win for win in lottery.wins(round_) if win.state not in STANDING]
    for at in range(0, len(gone), AT_ONCE):
        give_back(gone[at : at + AT_ONCE], why=round_.ended_because)
    if not draws.hold_still(round_):
        return None
    for slot in _slots(round_):
        Slot.objects.filter(pk=slot.pk).update(facts=slot.facts | {DRAWN: round_.key})
        offer_slot(slot.pk)
    return None


def give_back(wins: list[Any], *, why: str = "") -> None:
    """What is still held of these wins goes to whoever stands first; what was booked by a draw that does not count, too."""
    if not wins:
        return
    mine = {str(win.ref): win for win in wins}
    for booking in open_of(Booking.objects.filter(about__in=list(mine), state__in=OPEN)):
        if booking.state == State.HELD:
            let_go(booking=booking, by=SYSTEM)
        elif mine[booking.about].state == "void":
            cancel(booking=booking, by=SYSTEM, why=why[:300], by_city=True)


def open_of(rows: Any) -> list[Booking]:
    return list(rows.select_related("area", "resource__site", "resource__area", "slot", "party", "person"))


# ------------------------------------------------------------------ what an item is


def _things(round_: Any, named: set[str]) -> dict[str, Drawn]:
    """Of the hundreds of times of a month only those that are named."""
    return {one["item"]: drawn_of(one["about"]) for one in round_.inventory if one["item"] in named}


def _slots(round_: Any) -> list[Slot]:
    found = [drawn_of(one["about"]).slot for one in round_.inventory if AT_TIME not in one["about"]]
    return list({slot.pk: slot for slot in found if slot}.values())
