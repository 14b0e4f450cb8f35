"""Calling a round off, and drawing again: always in public, always with the reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from django.db.models import F

from madoguchi.kernel import audit, clock, jobs, text, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor, new_id

from .. import beacons as beacon_kinds
from .. import drawing, events, rules
from ..beacons import Drand, Numbers
from ..errors import RoundOver, SayWhyRedraw
from ..models import Entry, EntryState, Round, RoundState, Win, WinState
from .opening import publish

_AT_ONCE = 1000


@writes
def call_off(*, round: Round, why: str, by: Actor) -> Round:
    """The round is over; what was won in it is void. The round, its files and its result stay to be read.

    Raises SayWhyRedraw, RoundOver, NotAllowed.
    """
    rules.check_answers_for(by, round)
    _end(round, _reason(why), by)
    return round


@writes
def redraw(
    *,
    round: Round,
    why: str,
    closes_at: dt.datetime,
    draws_at: dt.datetime,
    beacons: Sequence[Drand | Numbers],
    by: Actor,
) -> Round:
    """Call the round off and publish another with the same rules, inventory and entries, a new salt and new beacons.

    Everybody who was in is in again, under the same receipt. Of one round there is one redraw.
    Raises SayWhyRedraw, RoundUnclear, NotAllowed.
    """
    rules.check_answers_for(by, round)
    why = _reason(why)
    round.refresh_from_db()
    if round.redrawn_as.exists():
        raise RoundOver
    if round.state != RoundState.CALLED_OFF:
        _end(round, why, by)
    given = round.rules | {"tiers": tuple(drawing.Tier(**tier) for tier in round.rules["tiers"])}
    again = publish(
        key=_next_key(round.key),
        title=round.title,
        about=round.about,
        division=round.division,
        limits=drawing.Rules(**given),
        inventory=[drawing.Item(**one) for one in round.inventory],
        times=(clock.now(), closes_at, draws_at),
        named=beacon_kinds.named(beacons),
        by=by,
        words=round.words,
        redraws=round,
        why=why,
    )
    _carry_over(round, again)
    audit.record("lottery.redrawn", round.ref, by=by, facts={"as": again.key})
    return again


def _reason(why: str) -> str:
    if not why.strip() or not why.strip().replace("\r\n", "").replace("\n", "").isprintable():
        raise SayWhyRedraw
    text.refuse_my_number(why)
    return " ".join(why.split())[:500]


def _end(round_: Round, why: str, by: Actor) -> None:
    mine = Round.objects.filter(pk=round_.pk).exclude(state=RoundState.CALLED_OFF)
    if not mine.update(state=RoundState.CALLED_OFF, ended_because=why, version=F("version") + 1):
        raise RoundOver
    won = Win.objects.filter(entry__round=round_, state__in=[WinState.OFFERED, WinState.CONFIRMED])
    won.update(state=WinState.VOID, settled_at=clock.now(), version=F("version") + 1)
    round_.refresh_from_db()
    audit.record("lottery.called_off", round_.ref, by=by)
    jobs.enqueue("lottery.tell_called_off", about=round_.ref, key=f"lottery.called_off:{round_.pk}")
    events.called_off.send(sender=Round, round=round_, by=by)


def _next_key(key: str) -> str:
    found = re.fullmatch(r"(.+)-redraw(\d{1,3})", key)
    stem, number = (found[1], int(found[2]) + 1) if found else (key, 1)
    return f"{stem[:68]}-redraw{number}"


def _carry_over(old: Round, new: Round) -> None:
    rows = []
    for entry in Entry.objects.filter(round=old, state=EntryState.IN).select_related("key"):
        before, entry.pk = entry.context, new_id()
        if entry.sealed and entry.key is not None:
            said = vault.unseal(entry.key, bytes(entry.sealed), context=before)
            entry.sealed = vault.seal(entry.key, said, context=entry.context)
        entry.round, entry.asked, entry.version = new, "", 1
        rows.append(entry)
    Entry.objects.bulk_create(rows, batch_size=_AT_ONCE)
