"""Stories: what looks like a name, two other people, and being taken back."""

from __future__ import annotations

import pytest

from madoguchi.engines.approvals import queries as approval_queries
from madoguchi.engines.approvals import services as approvals
from madoguchi.engines.approvals.errors import NotYourTurn, OwnRequest
from madoguchi.engines.records import queries, rules, services
from madoguchi.engines.records.anonymity import signs
from madoguchi.engines.records.errors import StoryNamesSomebody, StorySettled, StoryUnchecked
from madoguchi.engines.records.models import Story
from madoguchi.kernel.errors import NotAllowed, NotFound, SomebodyWasFaster

from . import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("電話は０９０－００００－００００です", "電話番号"),
        ("代表は00-0000-0001", "電話番号"),
        ("hana@mihon.invalid に返事", "メールアドレス"),
        ("番号は 1234 5678 9018", "12けたの番号"),
        ("見本町1丁目に住む方", "住所"),
        ("見本町1-2-3", "住所"),
        ("〒000-0001", "郵便番号"),
        ("昭和19年2月11日生まれの方", "生年月日"),
        ("受付番号2611-0002-6の方", "受付番号"),
        ("架空さんは", "「架空さん」（人の名前のように見えます）"),
        ("見本 太郎様より", "「太郎様」（人の名前のように見えます）"),
        ("そうちゃんが", "「そうちゃん」（人の名前のように見えます）"),
        ("アンナさんに", "「アンナさん」（人の名前のように見えます）"),
    ],
)
def test_what_looks_as_if_it_named_somebody_is_seen(written, found):
    assert found in signs(written)


@pytest.mark.parametrize(
    "written",
    [
        "お客様と利用者様、皆さん、ご本人様、お母さん、お子さん、看護師さんと話した。",
        "2026年11月に、3つの方法を試した。午前10時30分から2時間。",
        "たくさんの人が来た。さんざん試した。仕様を変えた。同様に、ご家族の様子を見た。",
        "仕様書のとおり、12けたの入力欄を大きくした。",
    ],
)
def test_what_names_nobody_is_let_be(written):
    assert signs(written) == []


@pytest.fixture
def hase():
    make.route()
    return make.staff("hase", make.LENDING)


def test_neither_the_writer_nor_one_person_alone_publishes_it(hase):
    story = services.ask_review(story=make.told_story(hase), checked=rules.CHECKS, by=hase)
    request = approval_queries.of(story.ref).get()
    both = make.staff("ono", make.LENDING, "head", "clerk")
    request = approvals.approve(request=request, by=both)

    assert queries.stories() == []
    with pytest.raises((NotYourTurn, OwnRequest)):
        approvals.approve(request=request, by=both)
    request = approval_queries.of(story.ref).get()
    approvals.approve(request=request, by=make.staff("arai", make.CHECKING))

    assert [one.pk for one in queries.stories()] == [story.pk]


def test_a_head_who_wrote_it_does_not_take_the_step_of_the_head(hase):
    head = make.staff("ono", make.LENDING, "head")
    story = services.ask_review(story=make.told_story(head), checked=rules.CHECKS, by=head)

    with pytest.raises(OwnRequest):
        approvals.approve(request=approval_queries.of(story.ref).get(), by=head)


def test_what_is_sent_back_is_a_draft_again_and_goes_its_way_anew(hase):
    story = services.ask_review(story=make.told_story(hase), checked=rules.CHECKS, by=hase)
    request = approval_queries.of(story.ref).get()
    with pytest.raises(StorySettled):
        services.change_story(story=story, given=services.StoryIn("ict", "題", "文"), by=hase)

    approvals.remand(request=request, note="もう少しぼかす", by=make.staff("ono", make.LENDING, "head"))

    story.refresh_from_db()
    assert story.state == Story.State.DRAFT
    changed = services.change_story(story=story, given=services.StoryIn("ict", "題", "文"), by=hase)
    with pytest.raises(SomebodyWasFaster):
        services.change_story(story=changed, given=services.StoryIn("ict", "題", "文"), by=hase, seen=1)
    assert make.published(changed, hase).state == Story.State.PUBLISHED


def test_it_is_not_asked_for_with_a_name_in_it_or_a_point_unchecked(hase):
    story = make.told_story(hase, body="架空さんは")

    with pytest.raises(StoryNamesSomebody):
        services.ask_review(story=story, checked=rules.CHECKS, by=hase)
    with pytest.raises(StoryUnchecked):
        services.ask_review(story=make.told_story(hase), checked=["names", "rare"], by=hase)

    assert not Story.objects.exclude(state=Story.State.DRAFT).exists()


def test_what_is_taken_back_is_gone_for_the_public_and_from_its_way(hase):
    public = make.published(make.told_story(hase), hase)
    waiting = services.ask_review(story=make.told_story(hase), checked=rules.CHECKS, by=hase)

    for story in (public, waiting):
        services.withdraw_story(story=story, why="誤りがあったため", by=hase)

    assert queries.stories() == []
    assert approval_queries.asked_by(hase) == []
    with pytest.raises(NotFound):
        queries.story(public.pk)
    with pytest.raises(StorySettled):
        services.withdraw_story(story=public, why="もう一度", by=hase)


def test_training_is_for_staff_of_every_division_and_drafts_for_their_own(hase):
    training = make.published(make.told_story(hase, is_public=False), hase)
    draft = make.told_story(hase)
    other = make.staff("dare", make.ELSEWHERE)

    assert [one.pk for one in queries.library(other)] == [training.pk]
    assert queries.story_for(other, training.pk) == training
    with pytest.raises(NotFound):
        queries.story_for(other, draft.pk)
    with pytest.raises(NotAllowed):
        services.withdraw_story(story=training, why="理由", by=other)
    assert queries.library(make.resident()[0]) == []
