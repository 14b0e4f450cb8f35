"""A small crowd of processes with the plug pulled on them (`./mado bench places` is the large one): nothing is given twice."""

import sys
import time
from pathlib import Path

import pytest

from madoguchi.engines.booking import places
from madoguchi.engines.booking.services import taking
from madoguchi.kernel.db import writes

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from ground import balance, crowd
from places import fight

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
PROCESSES = 4


def fought(seconds: float, seed: int):
    """So many processes for so long, some killed in the middle; then the city recovers. (what was told, kills)"""
    world = crowd.lay(PROCESSES)
    watch = fight(world, PROCESSES, seconds=seconds, every=0.3, seed=seed)
    balance.recover()
    faults = [one["said"] for one in watch.told if one["what"] == "broke"]
    assert not faults, faults[0]
    return watch


def test_whoever_is_killed_in_the_middle_leaves_everything_in_balance():
    watch = fought(3, seed=11)

    assert balance.broken(watch.told, watch.kills) == []
    assert watch.kills >= 2
    assert {"made", "ticket", "called"} <= {one["what"] for one in watch.told}


def test_without_one_transaction_places_are_taken_by_nobody(monkeypatch):
    """Teeth: the place is taken in one transaction and the booking written in another."""
    take, take_counts = taking._take, places.take_counts

    def torn(found, *more):
        if found.wanted.slot is not None:
            with writes():
                take_counts(found.wanted.slot.pk, found.takes)
            time.sleep(0.05)
        return take(found, *more)

    monkeypatch.setattr(places, "take_counts", lambda *_given: None)
    monkeypatch.setattr(taking, "_take", torn)

    fought(2, seed=12)

    assert balance.counts() != []
