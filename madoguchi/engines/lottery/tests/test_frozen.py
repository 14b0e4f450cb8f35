"""What was published cannot be changed: the database refuses, whoever asks. Both databases."""

from __future__ import annotations

import pytest
from django.db import Error, transaction

from madoguchi.engines.lottery.models import Entry, EntryState, Round
from madoguchi.kernel import clock
from madoguchi.kernel.refs import new_id

from . import make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ANNOUNCED = {
    "key": "hoka", "title": "別の題名", "about": "a:b:c", "rules": {}, "rules_file": "{}", "rules_hash": "0" * 64,
    "inventory": [], "inventory_file": "[]", "inventory_hash": "0" * 64, "sealed_salt": b"x",
    "salt_commitment": "0" * 64, "beacons": [], "opens_at": make.START - make.DAY,
    "closes_at": make.START + 8 * make.DAY, "draws_at": make.START + 30 * make.DAY, "why": "別の理由",
}  # fmt: skip
FROZEN = {"entry_file": "x", "entries_hash": "0" * 64, "entries_count": 7, "frozen_at": make.START}
DRAWN = {
    "seed": "0" * 64, "salt": "0" * 64, "beacon": {}, "result_file": "x", "result_hash": "0" * 64,
    "drawn_at": make.START, "drawn_by": None,
}  # fmt: skip
WISHED = {"receipt": "0" * 19, "channel": "phone", "tier": 1, "wishes": [["court.3"]], "cap": 9}


@pytest.fixture
def round_():
    with clock.frozen(make.START):
        made = make.a_round()
        make.entered(made, "court.1")
        return made


def refused(rows, **fields):
    with pytest.raises(Error, match="published or frozen"), transaction.atomic():
        rows.update(**fields) if fields else rows._raw_delete(rows.db)


def test_what_was_announced_never_changes_and_no_round_is_taken_away(round_):
    rows = Round.objects.filter(pk=round_.pk)
    for name, value in ANNOUNCED.items():
        refused(rows, **{name: value})
    refused(rows)
    assert rows.update(state="open", version=2) == 1, "while its state goes on"


def test_frozen_entries_and_a_drawn_result_never_change(round_):
    rows = Round.objects.filter(pk=round_.pk)
    make.closed(round_)
    for name, value in FROZEN.items():
        refused(rows, **{name: value})
    make.drawn(round_)
    for name, value in DRAWN.items():
        refused(rows, **{name: value})


def test_wishes_never_change_and_after_the_freeze_nobody_comes_or_goes(round_):
    rows = Entry.objects.filter(round=round_)
    for name, value in WISHED.items():
        refused(rows, **{name: value})
    refused(rows)
    make.closed(round_)
    refused(rows, state=EntryState.WITHDRAWN)
    late = rows.get()
    late.pk, late.receipt, late.person = new_id(), "0000-0000-0000-0000", make.person()
    with pytest.raises(Error, match="published or frozen"), transaction.atomic():
        late.save(force_insert=True)
