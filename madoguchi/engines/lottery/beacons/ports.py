"""The kinds of beacons and the chain of them, exactly as it was published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import clock

from .. import drawing
from ..errors import BeaconNotYet, NoBeaconLeft, RoundUnclear
from ..models import Numbers as TypedNumbers
from ..models import Round
from . import drand

# How long a beacon is waited for before the next one named may be used, where nothing else is said.
WAIT = dt.timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Drand:
    """The first round of the drand chain (quicknet) that comes out at or after `at`."""

    at: dt.datetime
    wait: dt.timedelta = WAIT


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers that somebody else draws in public (`source` says who and where to read them), out by `at`."""

    source: str
    at: dt.datetime
    wait: dt.timedelta = dt.timedelta(days=7)


def named(beacons: Sequence[Drand | Numbers]) -> list[dict[str, Any]]:
    """The beacons as they are published. Raises RoundUnclear."""
    return [_drand(one) if isinstance(one, Drand) else _numbers(one) for one in beacons]


def _drand(one: Drand) -> dict[str, Any]:
    chain = drand.chain()
    number = chain.first_round(one.at)
    said: dict[str, Any] = {
        "kind": "drand",
        "chain": chain.hash,
        "public_key": chain.public_key,
        "scheme": chain.scheme,
    }
    said |= {"genesis": chain.genesis, "period": chain.period, "round": number}
    return said | {"until": stamp(chain.comes_out(number) + one.wait)}


def _numbers(one: Numbers) -> dict[str, Any]:
    source = one.source.strip()
    if not source or len(source) > 300 or not source.isprintable():
        raise RoundUnclear(what=_("数字の出典"))
    at = _whole_second(one.at)
    return {"kind": "numbers", "source": source, "at": stamp(at), "until": stamp(at + one.wait)}


def known_at(beacon: dict[str, Any]) -> dt.datetime:
    """The moment from which anybody could know it."""
    if beacon["kind"] == "drand":
        second = beacon["genesis"] + (beacon["round"] - 1) * beacon["period"]
        return dt.datetime.fromtimestamp(second, dt.UTC)
    return dt.datetime.fromisoformat(beacon["at"])


def obtain(round_: Round) -> dict[str, Any]:
    """The beacon to draw with, as the proof shows it. Asks the network: not for inside a transaction.

    Raises BeaconNotYet while one named earlier may still come; NoBeaconLeft when none can.
    """
    now = clock.now()
    if round_.frozen_at is None:
        raise BeaconNotYet
    for place, beacon in enumerate(round_.beacons):
        if known_at(beacon) <= round_.frozen_at:
            continue  # whoever closed the round may have known it
        if now < known_at(beacon):
            raise BeaconNotYet
        used = _value(round_, place, beacon)
        if used is not None:
            return {"kind": beacon["kind"], "place": place} | used
        if now < dt.datetime.fromisoformat(beacon["until"]):
            raise BeaconNotYet
    raise NoBeaconLeft


def _value(round_: Round, place: int, beacon: dict[str, Any]) -> dict[str, Any] | None:
    if beacon["kind"] == "drand":
        return drand.fetch(beacon)
    row = TypedNumbers.objects.filter(round=round_, place=place, confirmed_at__isnull=False).first()
    if row is None:
        return None
    value = drawing.numbers_value(source=beacon["source"], at=beacon["at"], numbers=row.numbers)
    return {"numbers": row.numbers, "value": value}


def stamp(moment: dt.datetime) -> str:
    """The one way a moment is written in what is published."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _whole_second(moment: dt.datetime) -> dt.datetime:
    return moment.replace(microsecond=0)
