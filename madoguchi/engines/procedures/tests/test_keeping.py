"""覚えておく in two windows at once: what either said is kept, on both databases."""

import threading

import pytest

from madoguchi.engines.forms import keeping
from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.definition import FieldDef, PageDef
from madoguchi.engines.forms.form import compile_form
from madoguchi.engines.forms.models import Kept
from madoguchi.kernel.db import writes

from . import make
from .test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
WINDOWS = 6


@pytest.fixture
def form():
    helpers = FieldDef(
        type="list",
        of="person",
        label="家族",
        reuse="household",
        sensitivity="personal",
        ground="世帯の確認",
        keep="case",
    )
    return compile_form([PageDef(id="all", title="全部", fields={"helpers": helpers})])


def stated(number):
    name = {"family": "見本", "given": f"{number}号", "family_kana": "ミホン", "given_kana": "ゴウ"}
    return {"helpers": [{"id": "1", "name": name, "birth": "2015-05-05"}]}


def test_what_windows_keep_at_once_is_all_kept(form):
    make.publish_canonical()
    aoi = make.resident()
    draft = make.draft_of(aoi)

    results = at_once(
        *[
            lambda number=number: forms.keep_for_next_time(
                draft=draft, form=form, answers=stated(number), by=aoi
            )
            for number in range(WINDOWS)
        ]
    )

    assert results == [None] * WINDOWS
    names = {item.shown[:5] for item in keeping.kept_items(make.party_of(aoi))}
    assert names == {f"見本 {number}号" for number in range(WINDOWS)}


def test_windows_that_read_before_they_take_the_row_lose_what_the_other_kept(form):
    """The teeth: read what is kept, then seal it with one's own added, and the last one wins."""
    make.publish_canonical()
    aoi = make.resident()
    party = make.party_of(aoi)
    forms.keep_for_next_time(draft=make.draft_of(aoi), form=form, answers=stated(0), by=aoi)
    both_read = threading.Barrier(2, timeout=30)

    def careless(number):
        kept = keeping.kept_of(party)
        both_read.wait()
        keeping._remember_members(kept, "helpers", form.field("helpers"), stated(number)["helpers"])
        with writes():
            keeping._seal(Kept.objects.get(party=party), party, kept)

    assert at_once(lambda: careless(1), lambda: careless(2)) == [None, None]
    assert len(keeping.kept_items(party)) == 2
