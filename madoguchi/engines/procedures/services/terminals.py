"""来た方が端末で書く: begun without an account, handed to a member of staff under a number, or gone without a trace."""

from __future__ import annotations

import datetime as dt
import random
import uuid

from django.db import IntegrityError

from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.errors import DraftClosed
from madoguchi.engines.forms.models import Channel, Draft
from madoguchi.kernel import audit, clock
from madoguchi.kernel.calendar import add_business_days
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Account
from madoguchi.kernel.refs import Actor, ActorKind, Ref

from .. import procedure as procedures
from ..errors import AlreadyHandedOver, EntryTaken, NoLongerOffered, NotFinished
from ..models import TerminalEntry
from ..queries import terminals as queries
from .applying import discard_draft, start_draft

ABANDONED_AFTER = dt.timedelta(minutes=15)
MOST_AT_ONCE = 200
# Letters that nobody mishears or takes for a figure; so many numbers a day and division before a third figure.
LETTERS = "ACEFHKLMNPRTXY"
_chance = random.SystemRandom()


@writes
def begin_at_terminal(*, key: str, by: Actor, language: str = "ja") -> Draft:
    """A visitor begins. What somebody left at this screen before is gone first: one person writes at a time.

    Raises NotFound, NoLongerOffered where the procedure is not taken at a counter.
    """
    if by.kind != ActorKind.MACHINE or by.account is None:
        raise NotFound
    clear_terminal(terminal=by.account, by=by)
    _definition, procedure = procedures.current(key)
    if procedure.shape.channels.counter is None:
        raise NoLongerOffered
    draft = start_draft(key=key, by=by, channel=Channel.COUNTER, language=language)
    TerminalEntry.objects.create(
        draft=draft,
        terminal=by.account,
        division_id=identity.successor(procedure.shape.division),
        begun_at=clock.now(),
    )
    return draft


@writes
def hand_to_staff(*, draft: Draft, by: Actor) -> TerminalEntry:
    """係員に渡す: from now on the staff of the division see it, under a number of this day.

    Only now somebody is kept whom it is about: who stops before leaves no row. Asked twice, it is one number.
    Raises NotFinished, DraftClosed, NotFound.
    """
    opened = queries.visit(by, draft.pk)
    if opened.sheet.left:
        raise NotFinished(left=opened.sheet.left)
    now = clock.now()
    mine = TerminalEntry.objects.filter(draft=draft, handed_at=None)
    if not mine.update(handed_at=now, day=clock.in_city(now).date()):
        raise AlreadyHandedOver
    entry = TerminalEntry.objects.get(draft=draft)
    party = people.keep_party(profile={}, by=by, language=draft.language)
    if not Draft.objects.open().filter(pk=draft.pk).update(party=party, updated_at=now):
        raise DraftClosed
    _give_number(entry)
    audit.record("draft.handed_to_staff", Ref.to(draft), by=by, facts={"division": entry.division_id})
    return entry


def _give_number(entry: TerminalEntry) -> None:
    """Of the numbers free in the division, any one: a slip of the tongue does not hit the next visitor's."""
    for _turn in range(20):
        number = _free_number(entry)
        try:
            with writes():
                TerminalEntry.objects.filter(pk=entry.pk).update(number=number)
        except IntegrityError:
            continue  # given to somebody else this very moment
        entry.number = number
        return
    raise AssertionError("no number was free")


def _free_number(entry: TerminalEntry) -> str:
    # Also not one of an earlier day that is still waited for.
    given = TerminalEntry.objects.filter(division=entry.division_id, handed_at__isnull=False)
    used = set(given.filter(day=entry.day).values_list("number", flat=True))
    used |= set(given.filter(draft__closed_at=None).values_list("number", flat=True))
    for figures in (2, 3):
        every = (f"{letter}{n:0{figures}}" for letter in LETTERS for n in range(1, 10**figures))
        if free := [number for number in every if number not in used]:
            return _chance.choice(free)
    raise AssertionError("more visitors than numbers")


@writes
def take_by_number(*, number: str, by: Actor) -> TerminalEntry:
    """The entry of the person at the counter, for who typed its number first.

    One conditional UPDATE decides between two who type it in the same second. A colleague may still open it
    from the list, where it says who is at it. Raises NoSuchNumber, NumberTwice, EntryTaken.
    """
    entry = queries.entry_of_number(by, number)
    now = clock.now()
    if TerminalEntry.objects.filter(pk=entry.pk, taken_by=None).update(taken_by=by.account, taken_at=now):
        audit.record("draft.taken_from_terminal", Ref.to(entry.draft), by=by)
        return entry
    entry.refresh_from_db()
    if entry.taken_by != by.account:
        raise EntryTaken(name=Account.objects.get(pk=str(entry.taken_by)).name)
    return entry


@writes
def take_from_list(*, draft: Draft, by: Actor, is_protected: bool = False) -> None:
    """A member of staff opened it without the number: it is theirs now, and waits for nobody.

    `is_protected`: the visitor asked for 秘匿 at the counter, which nothing on the screen offers.
    """
    handed = TerminalEntry.objects.filter(draft=draft, handed_at__isnull=False)
    if is_protected and draft.party is not None and handed.exists():
        people.protect(party=draft.party, by=by, reason="窓口での申し出")
    if handed.exclude(taken_by=by.account).update(taken_by=by.account, taken_at=clock.now()):
        audit.record("draft.taken_from_terminal", Ref.to(draft), by=by)


@writes
def clear_terminal(*, terminal: uuid.UUID | None, by: Actor) -> int:
    """やめて消す: what was written at this screen and not handed over is gone; says how much that was."""
    if terminal is None:
        return 0
    unhanded = TerminalEntry.objects.filter(terminal=terminal, handed_at=None).select_related("draft__key")
    return _discard(list(unhanded), by)


@writes
def clear_abandoned(*, by: Actor) -> int:
    """What visitors walked away from, and what was handed over and fetched by nobody until the next business day ended."""
    now = clock.now()
    left = TerminalEntry.objects.filter(handed_at=None, draft__updated_at__lt=now - ABANDONED_AFTER)
    today = clock.in_city(now).date()
    waiting = TerminalEntry.objects.filter(handed_at__isnull=False, taken_by=None, draft__closed_at=None)
    rows = list(left.select_related("draft__key")[:MOST_AT_ONCE])
    rows += [
        entry
        for entry in waiting.select_related("draft__key").order_by("day")[:MOST_AT_ONCE]
        if entry.day is not None and add_business_days(entry.day, 1) < today
    ]
    return _discard(rows, by)


def _discard(entries: list[TerminalEntry], by: Actor) -> int:
    """The key goes, and with it every answer; then the row that said where it was written, and the emptied draft."""
    gone = 0
    for entry in entries:
        try:
            discard_draft(draft=entry.draft, by=by)
        except DraftClosed:
            continue  # received this very moment
        gone += 1
        TerminalEntry.objects.filter(pk=entry.pk).delete()
        forms.drop(draft=entry.draft)
    return gone
