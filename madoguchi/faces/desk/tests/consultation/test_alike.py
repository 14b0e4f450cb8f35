"""似た意見: suggested by a machine, settled by a person."""

from __future__ import annotations

import re
import time

import pytest

from madoguchi.engines.consultation.models import Answer, NotAlike, Opinion, Part, PartsApart
from madoguchi.engines.consultation.tests import make
from madoguchi.kernel.audit.models import Event

pytestmark = pytest.mark.django_db

WISH = "待ち人数を家からスマートフォンで見られるようにしてほしい"


@pytest.fixture
def three(call):
    """Three letters that say the same, and one that does not."""
    texts = [WISH, "お世話になります。" + WISH + "。よろしくお願いします。", WISH.replace("家", "自宅")]
    parts = [make.send(call, text).parts.get() for text in texts]
    make.send(call, "図書館に本を増やして")
    return parts


def ticked(page):
    return re.findall(r'name="part" value="([^"]+)"', page.text)


def test_letters_that_say_the_same_stand_side_by_side_with_what_they_share_and_nothing_happens(
    planner, call, three
):
    page = planner.get("consultation:alike", call.key)

    assert sorted(ticked(page)) == sorted(str(part.pk) for part in three)
    assert "<mark>" in page.text
    assert "図書館" not in page.text
    assert not Opinion.objects.exists()
    looks = Event.objects.filter(verb="read", what="alike")
    assert {look.about.rpartition(":")[2] for look in looks} == {str(part.comment_id) for part in three}


def test_a_person_confirms_and_one_opinion_counts_them_all(planner, call, three):
    page = planner.post(
        "consultation:alike",
        call.key,
        part=[part.pk for part in three],
        then="count",
        summary="待ち人数を家から見たい",
    )

    opinion = Opinion.objects.get()
    assert {part.opinion_id for part in Part.objects.exclude(opinion=None)} == {opinion.pk}
    assert opinion.parts.count() == 3
    assert ticked(page) == []


def test_one_left_out_is_offered_again_and_joins_the_opinion_there_is(planner, call, three):
    pair = [part.pk for part in three[:2]]
    planner.post("consultation:alike", call.key, part=pair, then="count", summary="家から見たい")
    opinion = Opinion.objects.get()

    page = planner.get("consultation:alike", call.key)
    planner.post("consultation:alike", call.key, part=ticked(page), then="count", into=opinion.pk)

    assert opinion.parts.count() == 3
    assert Opinion.objects.count() == 1


def test_opinions_stay_apart_and_one_answer_serves_them(planner, call, three):
    for part in three:
        planner.post("consultation:part", call.key, part.pk, summary=f"要旨 {part.pk}", unit="shirase")

    page = planner.post(
        "consultation:alike",
        call.key,
        part=[part.pk for part in three],
        then="answer",
        division=make.PLANNING,
    )

    assert Opinion.objects.count() == 3
    assert Answer.objects.get().opinions.count() == 3
    assert ticked(page) == [], "one answer serves all: nothing is left to decide"


def test_what_a_person_told_apart_is_not_suggested_again(planner, call, three):
    planner.post("consultation:alike", call.key, part=[part.pk for part in three], then="apart")
    planner.post("consultation:alike", call.key, part=[part.pk for part in three], then="apart")

    assert PartsApart.objects.count() == 3
    assert ticked(planner.get("consultation:alike", call.key)) == []
    assert all(part.opinion is None for part in Part.objects.all())


def test_opinions_told_apart_stay_so_when_another_letter_joins_one_of_them(planner, call, three):
    for part in three[:2]:
        planner.post("consultation:part", call.key, part.pk, summary=f"要旨 {part.pk}")
    planner.post("consultation:alike", call.key, part=[part.pk for part in three[:2]], then="apart")

    assert NotAlike.objects.count() == 1
    groups = ticked(planner.get("consultation:alike", call.key))
    assert str(three[2].pk) in groups
    assert not {str(three[0].pk), str(three[1].pk)} <= set(groups)


def test_a_part_counted_meanwhile_elsewhere_is_not_counted_twice(planner, call, three):
    planner.post("consultation:withhold", call.key, three[0].pk, reason="abuse", note="x")

    refused = planner.post(
        "consultation:alike", call.key, part=[part.pk for part in three], then="count", summary="要旨"
    )

    assert refused.status_code == 409
    assert not Opinion.objects.exists(), "and nothing is done by half"


def test_parts_of_another_call_are_not_there(planner, call, three):
    other = make.send(make.opened(planner.actor, key="hoka"), WISH).parts.get()

    page = planner.post(
        "consultation:alike", call.key, part=[three[0].pk, other.pk], then="count", summary="要旨"
    )

    assert page.status_code == 404


@pytest.mark.slow
def test_five_hundred_opinions_are_compared_at_once_and_in_as_many_queries(
    planner, call, django_assert_max_num_queries
):
    for number in range(100):
        near = [f"{WISH}。場所は{number % 20}番目の窓口、{place}階" for place in range(3)]
        far = [f"意見その{number}：{'あかさたな'[place] * 9}{number}{place}" for place in range(2)]
        make.send(call, *near, *far)
    assert Part.objects.count() == 500

    with django_assert_max_num_queries(24):
        began = time.perf_counter()
        page = planner.get("consultation:alike", call.key)
        took = time.perf_counter() - began

    assert len(ticked(page)) > 100
    assert took < 5
