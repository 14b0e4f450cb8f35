"""The open call of the demo: laid whole around the moment of installation, by the services people use."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.consultation import days, demo, queries
from madoguchi.engines.consultation.grouping import suggest
from madoguchi.engines.consultation.models import Answer, Call, Comment, Part, Question, Rules
from madoguchi.kernel import clock
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from . import make

pytestmark = pytest.mark.django_db

COUNTER = "戸籍住民課"
CATEGORIES = [
    {"sign": sign, "label": label, "meaning": meaning} for sign, (label, meaning) in make.SIGNS.items()
]
# Before a weekend, on one, before the days between the years, and after them.
MORNINGS = [
    dt.datetime(2026, 11, 20, 9, 30),
    dt.datetime(2026, 11, 22, 7, 0),
    dt.datetime(2026, 12, 24, 12, 0),
    dt.datetime(2027, 1, 8, 15, 0),
]


@pytest.fixture
def city():
    """The staff the week names, the way of approval, and the rules for new calls."""
    make.route()
    people.keep_division(key=COUNTER, name=COUNTER)
    with clock.frozen(dt.datetime(2026, 1, 5, 9, 0, tzinfo=clock.JST)):
        staff = {
            "nakahara": make.staff("nakahara", make.PLANNING, "planner"),
            "miyoshi": make.staff("miyoshi", make.PLANNING, "planner"),
            "nagao": make.staff("nagao", make.PLANNING, "head"),
            "okabe": make.staff("okabe", COUNTER, "clerk"),
            "matsui": make.staff("matsui", COUNTER, "clerk", "head"),
        }
    Rules.objects.create(minimum_days=20, counting="opening", categories=CATEGORIES)
    return staff


@pytest.fixture
def week(city):
    demo.lay_week(by=SYSTEM)
    return Call.objects.get(key="machi-jikan")


@pytest.mark.parametrize("morning", MORNINGS, ids=str)
def test_the_call_keeps_the_rule_of_days_and_closes_in_twelve_days_whenever_it_is_laid(city, morning):
    with clock.frozen(morning.replace(tzinfo=clock.JST)):
        demo.lay_week(by=SYSTEM)

        [call] = queries.open_calls()
        assert days.days_left(call, clock.today()) == 12
        assert days.length(call).opening >= 20
        assert (clock.today() - call.opens_on).days >= 8
        assert Comment.objects.filter(received_at__gt=clock.now()).count() == 0


def test_twelve_letters_came_by_four_channels_in_order_of_time(week):
    letters = list(week.comments.order_by("receipt"))

    assert Counter(one.channel for one in letters) == {"web": 5, "post": 3, "fax": 2, "counter": 2}
    assert [one.received_at for one in letters] == sorted(one.received_at for one in letters)
    assert {one.received_by is None for one in letters if one.channel == "web"} == {True}
    assert {one.received_by is None for one in letters if one.channel != "web"} == {False}


def test_work_has_begun_two_letters_are_cut_one_part_is_withheld_and_two_rows_are_alike(week):
    assert Comment.objects.exclude(split_at=None).count() == 2
    assert [part.withheld for part in Part.objects.exclude(withheld="")] == ["greeting"]
    assert queries.unaccounted(week) > 0
    summaries = list(week.opinions.order_by("id").values_list("summary", flat=True))
    [group] = suggest(summaries)
    assert len(group.members) == 2


def test_one_answer_waits_for_its_second_approval_and_one_is_not_written(week, city):
    assert sorted(Answer.objects.filter(call=week).values_list("state", flat=True)) == ["checking", "writing"]
    assert {login: len(approvals.waiting_for(actor)) for login, actor in city.items()} == {
        "nakahara": 1,
        "miyoshi": 1,
        "nagao": 0,
        "okabe": 0,
        "matsui": 0,
    }


def test_the_public_page_has_a_draft_in_five_languages_and_two_answered_questions(week):
    draft = queries.draft_of(week)
    texts = list(draft.texts.all())

    assert len(texts) == 6
    for text in texts:
        assert set(text.words) == {"ja-easy", "en", "zh-hans", "ko"}
        assert all(set(words) == {"heading", "body"} for words in text.words.values())
    assert set(week.words) == {"ja", "ja-easy", "en", "zh-hans", "ko"}
    assert Counter(Question.objects.values_list("state", flat=True)) == {"shown": 2, "asked": 1}
    assert week.events.count() == 2
    assert week.is_fictional


def test_laid_again_or_without_the_file_nothing_comes_twice(week, settings, tmp_path):
    demo.lay_week(by=SYSTEM)
    assert Comment.objects.count() == 12

    Call.objects.filter(pk=week.pk).update(key="mukashi")
    settings.PACK = tmp_path
    demo.lay_week(by=SYSTEM)

    assert Call.objects.count() == 1
