"""Bringing a plan into the city."""

from __future__ import annotations

import pytest

from madoguchi.engines.plan.models import (
    Figure,
    FormerItem,
    Goal,
    IndicatorLine,
    Item,
    ItemChange,
    Measure,
    Plan,
    ScheduleLine,
    Series,
)
from madoguchi.kernel import search
from madoguchi.kernel.refs import anonymous

from .make import bring, nerima, small_plan

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases
@pytest.mark.slow  # brings the whole plan
def test_bring_plan_keeps_every_row_of_the_published_plan():
    bring()

    assert Goal.objects.count() == 4
    assert Measure.objects.count() == 19
    assert Item.objects.current().count() == 37
    assert ScheduleLine.objects.count() == 45
    assert len(Plan.objects.get().divisions) == 47
    assert FormerItem.objects.count() == 31
    assert IndicatorLine.objects.count() == 6
    assert Series.objects.count() == 10
    assert Figure.objects.count() == 35


@pytest.mark.slow  # brings the whole plan
def test_bring_plan_writes_nothing_the_second_time():
    bring()
    first = Plan.objects.get().changed_at

    found = bring()

    assert not found
    assert Plan.objects.get().changed_at == first
    assert ItemChange.objects.count() == 37


def test_bring_plan_adds_what_changed_to_the_items_history():
    bring(small_plan({}))

    bring(small_plan({"title": "新しい題名", "notes": ["注"]}))

    item = Item.objects.get()
    assert item.title == "新しい題名"
    latest, first = item.changes.all()
    assert (latest.what, latest.fields) == ("changed", ["title", "notes"])
    assert (first.what, first.fields) == ("added", [])


def test_bring_plan_leaves_the_history_of_other_items_alone():
    bring(small_plan({}, {}))

    bring(small_plan({}, {"title": "新しい題名"}))

    assert Item.objects.get(code="P1-1").changes.count() == 1
    assert Item.objects.get(code="P1-2").changes.count() == 2


def test_bring_plan_marks_an_item_that_left_the_plan_and_keeps_it():
    bring(small_plan({}, {}))

    bring(small_plan({}))

    gone = Item.objects.get(code="P1-2")
    assert gone.withdrawn_at is not None
    assert gone.changes.first().what == "withdrawn"
    assert [item.code for item in Item.objects.current()] == ["P1-1"]


def test_bring_plan_takes_a_withdrawn_item_back():
    bring(small_plan({}, {}))
    bring(small_plan({}))

    bring(small_plan({}, {}))

    back = Item.objects.get(code="P1-2")
    assert back.withdrawn_at is None
    assert back.changes.first().what == "restored"


def test_every_division_printed_in_the_plan_is_in_its_list_and_the_other_way_round():
    book = nerima()

    named = {name for entry in book.entries() for line in entry.schedule for name in line.divisions}
    named |= {name for entry in book.former.items for name in entry.divisions}

    assert named - set(book.plan.related) == set(book.plan.divisions)


def test_bring_plan_lets_anybody_find_its_items():
    bring(small_plan({"title": "ごみの分別アプリ"}, {"title": "窓口のキャッシュレス"}))

    hits = search.find("ごみ", by=anonymous(), kinds=["plan_item"])

    assert [str(hit.ref) for hit in hits] == ["plan:item:P1-1"]


def test_item_that_left_the_plan_is_not_found_any_more():
    bring(small_plan({}, {"title": "ごみの分別アプリ"}))

    bring(small_plan({}))

    assert search.find("ごみ", by=anonymous(), kinds=["plan_item"]) == []
