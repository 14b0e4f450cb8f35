"""Answers of those who won: taken, declined, or not given in time."""

from __future__ import annotations

import hmac

from django.db.models import F

from madoguchi.kernel import audit, clock, jobs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from .. import events, rules
from ..errors import CodeUnclear, NothingToAnswer
from ..models import Entry, Win, WinState
from .closing import settle

_AT_ONCE = 200


@writes
def confirm(*, win: Win, by: Actor) -> Win:
    """They take what they won. Raises NothingToAnswer, NotAllowed."""
    rules.check_may_answer(by, win.entry)
    return _taken(win, by)


@writes
def decline(*, win: Win, by: Actor) -> Win:
    """They do not want it: it goes on to the runners-up. Raises NothingToAnswer, NotAllowed."""
    rules.check_may_answer(by, win.entry)
    return _given_back(win, WinState.DECLINED, by)


@writes
def answer_by_code(*, win: Win, code: str, takes: bool, by: Actor) -> Win:
    """The same for who has no account: with the number that stands in their letter or mail, and nowhere else.

    Raises CodeUnclear, NothingToAnswer.
    """
    typed = "".join(code.split()).replace("-", "").lower()[:40]
    if not hmac.compare_digest(
        typed.encode("utf-8", "replace"), code_of(win.entry).replace("-", "").encode()
    ):
        raise CodeUnclear
    return _taken(win, by) if takes else _given_back(win, WinState.DECLINED, by)


def code_of(entry: Entry) -> str:
    """What proves that somebody got the letter about this entry: the receipt is public, this is not. 64 bits, keyed."""
    digits = vault.digest("lottery.answer", str(entry.pk))[:16]
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def lapse_due(*, by: Actor) -> int:
    """Wins that were not answered in time go to the runners-up; returns how many. Each by itself."""
    late = Win.objects.filter(state=WinState.OFFERED, confirm_until__lt=clock.now())
    lapsed = 0
    for win in late.select_related("entry__round")[:_AT_ONCE]:
        try:
            _lapse(win=win, by=by)
        except NothingToAnswer:
            continue  # answered meanwhile, or another worker was faster
        lapsed += 1
    return lapsed


@writes
def _lapse(*, win: Win, by: Actor) -> None:
    _given_back(win, WinState.LAPSED, by)
    jobs.enqueue(
        "lottery.tell_lapsed", about=win.ref, payload={"win": str(win.pk)}, key=f"lottery.lapsed:{win.pk}"
    )


def _taken(win: Win, by: Actor) -> Win:
    _answer(win, WinState.CONFIRMED, in_time=True)
    audit.record(
        "lottery.confirmed", win.entry.ref, by=by, facts={"rank": win.rank}, subject=win.entry.person_id
    )
    events.confirmed.send(sender=Win, win=win, by=by)
    settle(win.entry.round)
    return win


def _given_back(win: Win, state: WinState, by: Actor) -> Win:
    _answer(win, state, in_time=state == WinState.DECLINED)
    audit.record(
        f"lottery.{state}", win.entry.ref, by=by, facts={"rank": win.rank}, subject=win.entry.person_id
    )
    events.lapsed.send(sender=Win, win=win, by=by)
    settle(win.entry.round)
    return win


def _answer(win: Win, state: WinState, *, in_time: bool) -> None:
    """Compare-and-set: of an answer and the end of the time, one counts."""
    now = clock.now()
    mine = Win.objects.filter(pk=win.pk, state=WinState.OFFERED)
    mine = mine.filter(confirm_until__gte=now) if in_time else mine.filter(confirm_until__lt=now)
    if not mine.update(state=state, settled_at=now, version=F("version") + 1):
        raise NothingToAnswer
    win.refresh_from_db()
