"""Closing and drawing: first the entries are frozen, then chance comes, then the result follows by itself."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db.models import F

from madoguchi.kernel import audit, clock, jobs, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from .. import beacons, drawing, events, rules
from ..errors import BeaconNotYet, NotClosed, NotYetClosing, RoundBroken, RoundOver
from ..models import Entry, EntryState, Round, RoundState, RunnerUp, Win, WinState
from .entering import TAKING
from .opening import salt_context

log = logging.getLogger(__name__)
_AT_ONCE = 2000


@writes
def open_due(*, by: Actor) -> int:
    """Rounds whose time has come are open. (Entering looks at the clock itself; this is for what is shown.)"""
    due = Round.objects.filter(state=RoundState.PLANNED, opens_at__lte=clock.now())
    return due.update(state=RoundState.OPEN, version=F("version") + 1)


@writes
def close(*, round: Round, by: Actor) -> Round:
    """Freeze the entry file and publish its digest. Closing a closed round again changes nothing.

    The first write makes every entry either committed before it, and read here, or refused (entering.take_turn).
    Raises NotYetClosing, RoundOver, NotAllowed.
    """
    rules.check_minds(by, round)
    now = clock.now()
    if now < round.closes_at:
        raise NotYetClosing
    mine = Round.objects.filter(pk=round.pk, state__in=TAKING)
    if not mine.update(state=RoundState.CLOSED, version=F("version") + 1):
        round.refresh_from_db()
        if round.state == RoundState.CALLED_OFF:
            raise RoundOver
        return round
    tickets = _tickets(round)
    # Up to the next whole second: the file never claims to be older than it is.
    frozen_at = (now + dt.timedelta(microseconds=999_999)).replace(microsecond=0)
    content = drawing.entry_file(
        key=round.key,
        rules_hash=round.rules_hash,
        inventory_hash=round.inventory_hash,
        frozen_at=beacons.stamp(frozen_at),
        tickets=tickets,
    )
    Round.objects.filter(pk=round.pk, entries_hash="").update(
        entry_file=content,
        entries_hash=drawing.digest(content),
        entries_count=len(tickets),
        frozen_at=frozen_at,
    )
    round.refresh_from_db()
    facts = {"entries": round.entries_hash, "count": len(tickets)}
    audit.record("lottery.closed", round.ref, by=by, facts=facts)
    return round


def _tickets(round_: Round) -> list[drawing.Ticket]:
    rows = Entry.objects.filter(round=round_, state=EntryState.IN).order_by()
    return [
        drawing.Ticket(receipt, tier, cap, tuple(tuple(wish) for wish in wishes))
        for receipt, tier, cap, wishes in rows.values_list("receipt", "tier", "cap", "wishes")
    ]


def draw(*, round: Round, by: Actor) -> Round:
    """Draw, once. What comes out depends on nothing that whoever presses could choose.

    Not in one transaction: the beacon is asked for over the network, and the result computed, before anybody waits.
    Raises NotClosed, BeaconNotYet, NoBeaconLeft, RoundBroken, NotAllowed.
    """
    rules.check_minds(by, round)
    round.refresh_from_db()
    if round.state != RoundState.CLOSED:
        raise NotClosed
    if clock.now() < round.draws_at:
        raise BeaconNotYet
    return _written(round, computed(round, beacons.obtain(round)), by)


def computed(round_: Round, beacon: dict[str, Any]) -> dict[str, Any]:
    """What follows from a beacon. Raises RoundBroken when what is kept is not what was published."""
    salt = vault.unseal(round_.key_of_salt, bytes(round_.sealed_salt), context=salt_context(round_.pk))[
        "salt"
    ]
    if (
        drawing.digest(round_.rules_file) != round_.rules_hash
        or drawing.digest(round_.inventory_file) != round_.inventory_hash
        or drawing.digest(round_.entry_file) != round_.entries_hash
        or drawing.commitment(salt) != round_.salt_commitment
    ):
        raise RoundBroken
    seed = drawing.seed_of(
        entries_hash=round_.entries_hash, rules_hash=round_.rules_hash, salt=salt, beacon=beacon["value"]
    )
    drawn = drawing.draw(
        seed=seed,
        tickets=drawing.tickets_of(round_.entry_file),
        capacity={one["item"]: one["capacity"] for one in round_.inventory},
        runners_up=round_.rules["runners_up"],
    )
    result = drawing.result_file(seed=seed, drawn=drawn)
    fields = {"salt": salt, "seed": seed, "beacon": beacon, "result_file": result}
    return {"fields": fields | {"result_hash": drawing.digest(result)}, "drawn": drawn}


@writes
def _written(round_: Round, made: dict[str, Any], by: Actor) -> Round:
    """Of two who press at once, one draws: the row count says who. Both would have drawn the same."""
    now = clock.now()
    mine = Round.objects.filter(pk=round_.pk, state=RoundState.CLOSED)
    if not mine.update(
        state=RoundState.DRAWN, drawn_at=now, drawn_by=by.account, version=F("version") + 1, **made["fields"]
    ):
        raise NotClosed
    round_.refresh_from_db()
    drawn: drawing.Drawn = made["drawn"]
    entries = dict(Entry.objects.filter(round=round_).values_list("receipt", "pk"))
    _keep_wins(round_, drawn, entries, now)
    waiting = [
        RunnerUp(entry_id=entries[receipt], item=item, place=place)
        for item, line in drawn.lines.items()
        for place, receipt in enumerate(line, 1)
    ]
    RunnerUp.objects.bulk_create(waiting, batch_size=_AT_ONCE)
    facts = {"seed": round_.seed, "result": round_.result_hash, "beacon": round_.beacon["kind"]}
    audit.record("lottery.drawn", round_.ref, by=by, facts=facts | {"wins": len(drawn.wins)})
    jobs.enqueue("lottery.tell", about=round_.ref, key=f"lottery.tell:{round_.pk}")
    events.drawn.send(sender=Round, round=round_, by=by)
    if not round_.rules["confirm_days"]:
        for win in Win.objects.filter(entry__round=round_).select_related("entry__round"):
            events.confirmed.send(sender=Win, win=win, by=by)
    settle(round_)
    return round_


def _keep_wins(round_: Round, drawn: drawing.Drawn, entries: dict[str, Any], now: dt.datetime) -> None:
    until = answer_until(now, round_.rules["confirm_days"])
    asks = until is not None
    Win.objects.bulk_create(
        [
            Win(
                entry_id=entries[one.receipt],
                rank=one.rank,
                items=list(one.items),
                state=WinState.OFFERED if asks else WinState.CONFIRMED,
                confirm_until=until,
                settled_at=None if asks else now,
            )
            for one in drawn.wins
        ],
        batch_size=_AT_ONCE,
    )


def answer_until(now: dt.datetime, days: int) -> dt.datetime | None:
    """The end of the last day to answer, by the city's clock; None where no answer is asked for."""
    if not days:
        return None
    last = clock.in_city(now).date() + dt.timedelta(days=days + 1)
    return dt.datetime.combine(last, dt.time(), clock.JST) - dt.timedelta(seconds=1)


def hold_still(round: Round) -> bool:
    """A write first: whoever makes something of the result and who calls the round off come one after the other.

    False when it does not count any more.
    """
    mine = Round.objects.filter(pk=round.pk, state__in=[RoundState.DRAWN, RoundState.SETTLED])
    counts = bool(mine.update(version=F("version")))
    round.refresh_from_db(fields=["state", "ended_because", "version"])
    return counts


def settle(round_: Round) -> None:
    """Once nobody's answer is waited for any more the round is settled."""
    if Win.objects.filter(entry__round=round_, state=WinState.OFFERED).exists():
        return
    done = Round.objects.filter(pk=round_.pk, state=RoundState.DRAWN)
    if done.update(state=RoundState.SETTLED, version=F("version") + 1):
        round_.refresh_from_db()
