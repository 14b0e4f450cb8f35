"""Opinions, their answers and classes: one answer for several, references that follow, evidence that is asked for."""

from __future__ import annotations

import datetime as dt

import pytest

from madoguchi.engines.consultation.models import Answer, FollowUp, Opinion
from madoguchi.engines.consultation.tests import make
from madoguchi.kernel import clock

from .conftest import hidden

pytestmark = pytest.mark.django_db


def opinion_of(planner, call, text, unit="shirase"):
    part = make.send(call, text).parts.get()
    planner.post("consultation:part", call.key, part.pk, summary=text, unit=unit)
    return Opinion.objects.get(parts=part)


@pytest.fixture
def three(planner, call):
    rows = [opinion_of(planner, call, text) for text in ("一つ目の意見", "二つ目の意見", "三つ目の意見")]
    planner.post("consultation:number", call.key)
    return rows


def give(planner, call, opinions, then="together"):
    planner.post(
        "consultation:several",
        call.key,
        opinion=[one.pk for one in opinions],
        division=make.ASKED,
        then=then,
    )
    for one in opinions:
        one.refresh_from_db()
    return opinions[0].answer


def write(staff, answer, text):
    page = staff.get("consultation:answer", answer.pk)
    return staff.post("consultation:answer", answer.pk, text=text, seen=hidden(page, "seen"))


def classify(staff, opinion, sign, **more):
    category = opinion.call.categories.get(sign=sign)
    opinion.refresh_from_db()
    return staff.post(
        "consultation:categorise",
        opinion.answer_id,
        opinion.pk,
        category=category.pk,
        seen=opinion.version,
        **more,
    )


@pytest.mark.accepts("B-02-T1")
def test_opinions_share_an_answer_each_with_its_class_and_renumbering_keeps_the_references(
    planner, clerk, call, three
):
    one, two, three_ = three
    shared = give(planner, call, [one, two])
    pointing = give(planner, call, [three_])
    assert Answer.objects.count() == 2
    write(clerk, shared, "家から見られるようにします。")
    passage = make.final_version(call)
    classify(clerk, one, "○", in_draft=call.units.get(key="shirase").texts.first().pk)
    classify(clerk, two, "△", due_on="2027-11-22")
    saved = write(clerk, pointing, "No.2に記載のとおりです。")
    assert "No.2に記載のとおりです。" in saved.text
    assert "二つ目の意見" in saved.text, "what No.2 is stands beside the answer"

    renumbered = planner.post(
        "consultation:number",
        call.key,
        **{f"place-{three_.pk}": "1", f"place-{one.pk}": "2", f"place-{two.pk}": "3"},
    )

    assert renumbered.status_code == 200
    assert "No.3に記載のとおりです。" in clerk.get("consultation:answer", pointing.pk).text
    for row in (one, two):
        row.refresh_from_db()
    assert (one.number, one.category.sign, two.number, two.category.sign) == (2, "○", 3, "△")
    assert one.answer_id == two.answer_id
    assert passage is not None


def test_an_answer_open_while_the_numbers_changed_is_not_saved_over_the_wrong_reference(
    planner, clerk, call, three
):
    answer = give(planner, call, [three[2]])
    write(clerk, answer, "No.2に記載のとおりです。")
    seen = hidden(clerk.get("consultation:answer", answer.pk), "seen")
    planner.post("consultation:number", call.key, **{f"place-{three[1].pk}": "1"})

    stale = clerk.post("consultation:answer", answer.pk, text="No.2に記載のとおり、進めます。", seen=seen)

    assert stale.status_code == 409
    assert "No.1に記載のとおりです。" in clerk.get("consultation:answer", answer.pk).text


@pytest.mark.accepts("B-02-T2")
def test_each_class_asks_for_what_shows_it(planner, clerk, call, three):
    one = three[0]
    give(planner, call, [one])
    drafted = call.units.get(key="shirase").texts.get()

    assert "変えた箇所（決定した計画のところ）が必要です" in classify(clerk, one, "◎").text
    assert classify(clerk, one, "◎", changed=drafted.pk).status_code == 422, "the draft is not the final plan"
    assert "素案の箇所か、動いているサービスが必要です" in classify(clerk, one, "○").text
    assert "動いているサービスか、ほかの事業が必要です" in classify(clerk, one, "□").text
    assert "つぎに確かめる日が必要です" in classify(clerk, one, "△").text
    one.refresh_from_db()
    assert one.category is None
    assert not FollowUp.objects.exists()

    passage = make.final_version(call)
    assert classify(clerk, one, "◎", changed=passage.pk).status_code == 200
    assert classify(clerk, one, "○", in_draft=drafted.pk).status_code == 200
    assert classify(clerk, one, "□", elsewhere="まちの案内の事業").status_code == 200
    assert classify(clerk, one, "△", due_on="2027-11-22").status_code == 200
    one.refresh_from_db()
    assert (one.category.sign, one.follow_up.due_on) == ("△", dt.date(2027, 11, 22))
    assert one.follow_up.division_id == make.ASKED


def test_the_form_of_a_class_holds_everything_the_answer_points_at(planner, clerk, call, three):
    one = three[0]
    answer = give(planner, call, [one])
    drafted = call.units.get(key="shirase").texts.get()
    classify(clerk, one, "○", in_draft=drafted.pk, elsewhere="まちの案内の事業")

    page = clerk.get("consultation:answer", answer.pk)

    assert f'<option value="{drafted.pk}" selected>' in page.text
    assert 'value="まちの案内の事業"' in page.text


def test_a_division_answers_only_what_it_is_asked(planner, clerk, stranger, call, three):
    answer = give(planner, call, [three[0]])

    assert clerk.get("consultation:answer", answer.pk).status_code == 200
    assert stranger.get("consultation:answer", answer.pk).status_code == 404
    assert stranger.post("consultation:answer", answer.pk, text="よその考え").status_code == 404
    assert classify(stranger, three[0], "－").status_code == 404
    assert stranger.post("consultation:send", answer.pk).status_code == 404
    assert str(answer.pk) in clerk.get("consultation:index").text
    assert str(answer.pk) not in stranger.get("consultation:index").text


def test_a_class_of_another_call_and_another_answers_opinion_are_not_there(planner, clerk, call, three):
    answer, other = give(planner, call, [three[0]]), give(planner, call, [three[1]])
    foreign = make.make_call(key="hoka").categories.get(sign="－")

    def send(category, opinion):
        return clerk.post("consultation:categorise", answer.pk, opinion.pk, category=category).status_code

    assert send(foreign.pk, three[0]) == 404
    assert send("x", three[0]) == 404
    assert send(call.categories.get(sign="－").pk, three[1]) == 404
    assert other.pk != answer.pk


def test_what_was_answered_before_stands_beside_while_writing(planner, clerk, call, three):
    past = make.make_call(key="mae")
    opinion = Opinion.objects.create(
        call=past,
        number=7,
        summary="二つ目の意見と同じこと",
        answer=Answer.objects.create(call=past, summary="窓口で知らせています。", state="approved"),
        category=past.categories.get(sign="○"),
    )
    past.state = "published"
    past.save()
    answer = give(planner, call, [three[1]])

    page = clerk.get("consultation:answer", answer.pk)

    assert opinion.answer.summary in page.text
    assert "No.7" in page.text
    assert "○ 素案に趣旨を掲載しているもの" in page.text


def test_giving_it_to_the_same_division_twice_keeps_what_was_written(planner, clerk, call, three):
    answer = give(planner, call, [three[0]], then="each")
    write(clerk, answer, "書きかけ")

    again = give(planner, call, [three[0]], then="each")

    assert again.pk == answer.pk
    assert Answer.objects.get().text == "書きかけ"


def test_rewording_an_approved_opinion_sends_its_answer_on_its_way_again(planner, call, three):
    answer = give(planner, call, [three[0]])
    Answer.objects.filter(pk=answer.pk).update(state="approved")
    page = planner.get("consultation:opinion", call.key, three[0].pk)

    planner.post(
        "consultation:opinion",
        call.key,
        three[0].pk,
        summary="ちがう要旨",
        unit="",
        seen=hidden(page, "seen"),
    )

    answer.refresh_from_db()
    assert answer.state == Answer.State.WRITING


def test_rows_are_merged_and_an_empty_one_can_be_taken_away(planner, call, three):
    planner.post("consultation:several", call.key, opinion=[three[0].pk, three[1].pk], then="merge")
    assert three[0].parts.count() == 2
    assert not Opinion.objects.filter(pk=three[1].pk).exists()

    assert planner.post("consultation:drop", call.key, three[0].pk).status_code == 409
    planner.post("consultation:let_go", call.key, three[2].parts.get().pk)
    planner.post("consultation:drop", call.key, three[2].pk)
    assert not Opinion.objects.filter(pk=three[2].pk).exists()


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ("", 3),
        ("no_answer", 2),
        ("no_category", 2),
        ("writing", 1),
        ("checking", 0),
        ("approved", 0),
        ("no_number", 0),
        ("nobody", 0),
    ],
)
def test_the_list_is_filtered_by_what_is_lacking(planner, clerk, call, three, only, found):
    give(planner, call, [three[0]])
    classify(clerk, three[0], "－")

    assert planner.get("consultation:opinions", call.key, only=only).text.count("data-row") == found


def test_the_lists_ask_as_often_for_many_as_for_one(planner, clerk, call, django_assert_max_num_queries):
    unit = call.units.get(key="shirase")
    for number in range(40):
        answer = Answer.objects.create(call=call, division_id=make.ASKED)
        Opinion.objects.create(
            call=call, number=number + 1, summary=f"要旨{number}", unit=unit, answer=answer
        )

    with django_assert_max_num_queries(18):
        page = planner.get("consultation:opinions", call.key)
    with django_assert_max_num_queries(14):
        index = clerk.get("consultation:index")

    assert page.text.count("data-row") == index.text.count("data-row") == 40
    assert clock.today() is not None
