"""Preparing and opening a call at the desk."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.consultation.models import Call, Rules, Unit
from madoguchi.engines.consultation.services.bringing import keep_rules
from madoguchi.engines.consultation.shape import RulesFile
from madoguchi.engines.consultation.tests import make
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import said_date
from madoguchi.kernel.refs import SYSTEM

from .conftest import hidden

pytestmark = pytest.mark.django_db

DRAFT = "■① 待ち人数を家から見る {shirase}\n本文。\n\n■② 呼び出しを文字でも\nもう一つの本文。"
JST = dt.timezone(dt.timedelta(hours=9))


@pytest.fixture
def rules(db):
    """The pack counts in opening days, as nerima's does."""
    categories = [
        {"sign": sign, "label": label, "meaning": meaning} for sign, (label, meaning) in make.SIGNS.items()
    ]
    keep_rules(rules=RulesFile(counting="opening", categories=categories), by=SYSTEM)


def frame(**more):
    return {
        "division": make.PLANNING,
        "title": "窓口の待ち時間",
        "document": "窓口の待ち時間（素案）",
        "opens_on": "2026-12-01",
        "closes_on": "2026-12-21",
        "title-ja": "窓口の待ち時間の知らせ方",
        "summary-ja": "どこで知らせるとよいか。",
        "way-web": "yes",
        "way-post": "yes",
        "to-post": "〒000-0000",
        "notice-kind": ["place", "newsletter"],
        "notice-text": ["図書館", ""],
        "notice-except": ["分室を除く", ""],
        "notice-on": ["", ""],
        "notice-url": ["", ""],
        "key": "machi-d",
    } | more


@pytest.mark.accepts("B-01-T1")
def test_a_call_of_too_few_opening_days_is_prepared_but_cannot_be_opened_until_it_keeps_the_rule(
    planner, rules
):
    with clock.frozen(dt.datetime(2026, 11, 24, 10, tzinfo=JST)):
        planner.post("consultation:new", **frame())
        planner.post("consultation:draft", "machi-d", kind="draft", title="素案", on="2026-12-01", text=DRAFT)
        page = planner.get("consultation:call", "machi-d")

        refused = planner.post("consultation:open", "machi-d", seen=hidden(page, "seen"))

        # 21 calendar days from Tuesday the 1st to Monday the 21st hold 15 opening days.
        assert "暦で21日、開庁日で15日" in page.text
        assert "令和8年12月1日（火）" in page.text
        assert refused.status_code == 422
        assert (
            f"開庁日で20日以上必要です。いまは15日です。締め切りを{said_date(dt.date(2026, 12, 28))}以降"
            in refused.text
        )
        assert Call.objects.get(key="machi-d").state == Call.State.DRAFT

        planner.post(
            "consultation:edit", "machi-d", **frame(closes_on="2026-12-28", seen=hidden(page, "seen"))
        )
        opened = planner.post("consultation:open", "machi-d")

    assert opened.status_code == 200
    assert Call.objects.get(key="machi-d").state == Call.State.OPENED


@pytest.mark.accepts("B-01-T1")
def test_counted_in_calendar_days_the_same_call_can_be_opened(planner, rules):
    Rules.objects.update(counting="calendar")
    planner.post("consultation:new", **frame())
    planner.post("consultation:draft", "machi-d", kind="draft", title="素案", on="2026-12-01", text=DRAFT)

    planner.post("consultation:open", "machi-d")

    assert Call.objects.get(key="machi-d").state == Call.State.OPENED


def test_a_new_call_takes_the_rules_ways_notices_and_the_standard_classes(planner, rules):
    planner.post("consultation:new", **frame())

    call = Call.objects.get(key="machi-d")
    assert (call.counting, call.minimum_days, call.division_id) == ("opening", 20, make.PLANNING)
    assert call.ways == [
        {"channel": "web", "to": "", "note": ""},
        {"channel": "post", "to": "〒000-0000", "note": ""},
    ]
    [notice] = call.notices
    assert (notice["kind"], notice["text"], notice["except"]) == ("place", "図書館", "分室を除く")
    assert [one.sign for one in call.categories.all()] == list(make.SIGNS)


def test_classes_can_be_those_of_a_former_call(planner, rules):
    former = make.make_call(key="mae")
    former.categories.exclude(sign="◎").delete()

    planner.post("consultation:new", **frame(like="mae"))

    assert [one.sign for one in Call.objects.get(key="machi-d").categories.all()] == ["◎"]


def test_what_is_not_a_call_is_refused_on_the_page_with_what_was_typed(planner, rules):
    refused = planner.post("consultation:new", **frame(closes_on="2026-11-01"))

    assert refused.status_code == 422
    assert "締め切りは、はじめの日より後にします" in refused.text
    assert 'value="窓口の待ち時間（素案）"' in refused.text
    assert not Call.objects.exists()


@pytest.mark.parametrize("key", ["new", "answers", "大きな", "A b", "following"])
def test_a_key_that_is_no_address_is_refused(planner, rules, key):
    assert planner.post("consultation:new", **frame(key=key)).status_code == 422


def test_the_draft_is_one_passage_per_heading_and_its_keys_survive_the_renumbering(planner, call):
    final = "■② 待ち人数を家から見る {shirase}\n変えた本文。\n■③ 呼び出しを文字でも {yobidashi}\n■① 新しい見出し\n足した。"

    planner.post("consultation:draft", call.key, kind="final", title="決定", on="2026-12-25", text=final)
    page = planner.get("consultation:draft", call.key, kind="final")

    numbers = {
        unit.key: [text.number for text in unit.texts.order_by("version__number")]
        for unit in Unit.objects.filter(call=call)
    }
    assert numbers == {"shirase": ["①", "②"], "yobidashi": ["②", "③"], "u1": ["①"]}
    assert "②（素案：①）" in page.text
    assert "■② 待ち人数を家から見る {shirase}" in page.text, "the next version starts from this one"


def test_the_same_version_sent_twice_is_one_version(planner, call):
    for _press in range(2):
        planner.post("consultation:draft", call.key, kind="final", title="決定", on="2026-12-25", text=DRAFT)

    assert call.versions.count() == 2


def test_two_who_edit_the_same_call_do_not_write_over_each_other(planner, rules):
    planner.post("consultation:new", **frame())
    seen = hidden(planner.get("consultation:edit", "machi-d"), "seen")

    planner.post("consultation:edit", "machi-d", **frame(title="一人目", seen=seen))
    second = planner.post("consultation:edit", "machi-d", **frame(title="二人目", seen=seen))

    assert second.status_code == 409
    assert Call.objects.get(key="machi-d").title == "一人目"


def test_once_it_receives_the_frame_stays_and_the_end_can_only_come_earlier_with_a_reason(planner, call):
    assert planner.post("consultation:edit", call.key, **frame()).status_code == 409
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()

    assert planner.post("consultation:close", call.key, on=tomorrow, reason="").status_code == 409
    planner.post("consultation:close", call.key, on=tomorrow, reason="素案に誤りがあったため")

    call.refresh_from_db()
    assert call.closes_on.isoformat() == tomorrow


def test_a_call_of_another_division_is_not_there(stranger, clerk, call):
    routes = ("call", "edit", "draft", "receive", "letters", "alike", "opinions", "questions", "publish")

    assert {stranger.get(f"consultation:{route}", call.key).status_code for route in routes} == {404}
    assert {clerk.get(f"consultation:{route}", call.key).status_code for route in routes} == {403}
    assert stranger.post("consultation:open", call.key).status_code == 404
    assert call.title not in stranger.get("consultation:index").text


def test_the_list_of_calls_asks_as_often_for_many_as_for_one(planner, call, django_assert_max_num_queries):
    for number in range(12):
        make.make_call(key=f"call-{number}")

    with django_assert_max_num_queries(16):
        page = planner.get("consultation:index")

    assert page.text.count("data-row") == 13
