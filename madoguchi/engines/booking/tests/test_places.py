"""Taking counts as SQL, beside the same in words of the ORM; and what is given back when only a part fitted."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db.models import F

from madoguchi.engines.booking import places, services
from madoguchi.engines.booking.errors import SlotFull, SlotShut
from madoguchi.engines.booking.models import Booking, Count
from madoguchi.kernel import clock

from . import make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def oracle(slot_id, takes):
    """The guard as one reads it: one conditional UPDATE for each count."""
    for kind in sorted(takes):
        row = Count.objects.filter(slot_id=slot_id, kind=kind)
        free = row.filter(is_open=True, taken__lte=F("capacity") - takes[kind])
        if takes[kind] and not free.update(taken=F("taken") + takes[kind], changes=F("changes") + 1):
            raise SlotShut if row.filter(is_open=False).exists() else SlotFull


def taken(slot) -> dict[str, int]:
    return dict(slot.counts.values_list("kind", "taken"))


def test_the_sql_takes_what_the_orm_would():
    ours = make.slot(make.resource(key="a"), counts={"places": 6, "points": 9})
    theirs = make.slot(make.resource(key="b"), counts={"places": 6, "points": 9})
    dice = random.Random(5)

    for _turn in range(40):
        takes = {"places": dice.randrange(3), "points": dice.randrange(4)}
        if dice.randrange(5) == 0:
            Count.objects.filter(kind=dice.choice(["places", "points"])).update(
                is_open=dice.choice([True, False])
            )
        said = []
        for slot, take in ((ours, places.take_counts), (theirs, oracle)):
            before = taken(slot)
            try:
                take(slot.pk, takes)
                said.append("taken")
            except (SlotFull, SlotShut) as refusal:
                said.append(refusal.code)
                Count.objects.filter(slot=slot, kind="places").update(taken=before["places"])
                Count.objects.filter(slot=slot, kind="points").update(taken=before["points"])
        assert said[0] == said[1]
        assert taken(ours) == taken(theirs)
        if dice.randrange(3) == 0:
            Count.objects.filter(taken__gt=0).update(taken=F("taken") - 1)


def test_what_was_taken_before_one_count_was_full_is_given_back():
    slot = make.slot(counts={"places": 5, "points": 1})

    with pytest.raises(SlotFull):
        places.take_counts(slot.pk, {"places": 1, "points": 2})

    assert taken(slot) == {"places": 0, "points": 0}


def test_who_takes_what_a_stale_hold_gives_up_takes_each_count_once():
    area = make.area(takes=[{"count": "places", "amount": "1"}, {"count": "points", "amount": "2"}])
    slot = make.slot(make.resource(area), counts={"places": 5, "points": 2})
    aoi, ben = make.person("あおい"), make.person("べん")
    services.hold(wanted=make.wanted(slot), party=aoi, person=aoi, by=make.actor(aoi), channel="web")

    with clock.frozen(clock.now() + dt.timedelta(minutes=11)):
        services.book(wanted=make.wanted(slot), party=ben, person=ben, by=make.actor(ben), channel="web")

    assert taken(slot) == {"places": 1, "points": 2}
    assert Booking.objects.filter(state="booked").count() == 1
