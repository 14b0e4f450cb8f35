"""Public numbers as a beacon: one reads them at the source named beforehand, another reads them there too."""

from __future__ import annotations

import re
import uuid

from django.db import IntegrityError, transaction

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from .. import beacons, rules
from ..errors import BeaconNotYet, NotClosed, NumbersDiffer, NumbersNeedAnother, NumbersUnclear
from ..models import Numbers, Round, RoundState

_SHAPE = re.compile(r"[0-9]{1,20}( [0-9]{1,20}){0,29}")


@writes
def type_numbers(*, round: Round, place: int, numbers: str, by: Actor) -> Numbers:
    """What somebody read at the source. It counts once another person has read the same there.

    Raises NumbersUnclear, NotClosed, BeaconNotYet, NotAllowed.
    """
    said, who = _checked(round, place, numbers, by)
    row = Numbers.objects.create(round=round, place=place, numbers=said, typed_at=clock.now(), typed_by=who)
    audit.record("lottery.numbers_typed", round.ref, by=by, facts={"place": place, "numbers": said})
    return row


@writes
def confirm_numbers(*, row: Numbers, numbers: str, by: Actor) -> Numbers:
    """A second person types what they read. Raises NumbersNeedAnother, NumbersDiffer, and as above."""
    said, who = _checked(row.round, row.place, numbers, by)
    if row.typed_by == who:
        raise NumbersNeedAnother
    if said != row.numbers:
        raise NumbersDiffer
    try:
        with transaction.atomic():
            mine = Numbers.objects.filter(pk=row.pk, confirmed_at=None)
            mine.update(confirmed_at=clock.now(), confirmed_by=who)
    except IntegrityError:
        raise NumbersDiffer from None  # others were confirmed for the same place
    row.refresh_from_db()
    audit.record("lottery.numbers_confirmed", row.round.ref, by=by, facts={"place": row.place})
    return row


def _checked(round_: Round, place: int, numbers: str, by: Actor) -> tuple[str, uuid.UUID]:
    rules.check_minds(by, round_)
    named = round_.beacons[place] if 0 <= place < len(round_.beacons) else {}
    said = " ".join(numbers.split())
    if named.get("kind") != "numbers" or by.account is None or not _SHAPE.fullmatch(said):
        raise NumbersUnclear
    if round_.state != RoundState.CLOSED:
        raise NotClosed
    if clock.now() < beacons.known_at(named):
        raise BeaconNotYet
    return said, by.account
