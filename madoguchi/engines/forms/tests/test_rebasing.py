"""A newer version under a half-written draft: what stays word for word, what is put aside, what is said to have changed."""

from typing import Any

import pytest

from madoguchi.engines.forms.definition import PageDef
from madoguchi.engines.forms.form import LISTS, compile_form
from madoguchi.engines.forms.questions import build
from madoguchi.engines.forms.rebasing import ASIDE, asked_again, merged, misfit, misfits, rebased, stored

NAME = {"family": "見本", "given": "そう", "family_kana": "ミホン", "given_kana": "ソウ"}


def form(**fields: dict[str, Any]):
    """A form of one page with these fields; the ground and keeping time are not what these tests are about."""
    plain = {"ground": "x", "keep": "case", "label": "?"}
    whole = {key: {**plain, **field} for key, field in fields.items()}
    for field in whole.values():
        field["fields"] = {key: {**plain, **inner} for key, inner in field.get("fields", {}).items()}
    return compile_form([PageDef.model_validate({"id": "p", "title": "", "fields": whole})])


def move(old, answers, new, **given):
    return rebased(form=new, before=build(old, answers, {}), texts={}, **given)


def kinds_of(moved):
    return {(change["path"], change["what"]) for change in moved.changes}


CHILDREN = {"type": "list", "of": "person", "label": "お子さん", "sensitivity": "personal"}


def children(*ages: Any):
    items = [{"id": str(n), "name": NAME, "school": said} for n, said in enumerate(ages, start=1)]
    return {"children": items, LISTS: {"children": {"last": len(ages), "complete": True}}}


def test_answers_that_fit_stay_word_for_word():
    old = form(event={"type": "choice", "options": {"a": "A", "b": "B"}}, on={"type": "date"})
    new = form(
        on={"type": "date"},
        event={"type": "choice", "options": {"a": "A", "b": "B", "c": "C"}},
        more={"type": "text"},
    )

    moved = move(old, {"event": "a", "on": "2026-11-01"}, new)

    assert moved.answers == {"event": "a", "on": "2026-11-01"}
    assert kinds_of(moved) == {("more", "new")}


@pytest.mark.parametrize(
    ("field", "value", "newer", "why"),
    [
        (
            {"type": "choice", "options": {"a": "A", "b": "B"}},
            "a",
            {"type": "choice", "options": {"b": "B"}},
            "options",
        ),
        ({"type": "number"}, 12, {"type": "number", "most": 9}, "rules"),
        ({"type": "number"}, 12, {"type": "text"}, "kind"),
        ({"type": "yes_no"}, True, {"type": "number"}, "kind"),
        ({"type": "text"}, "三", {"type": "number"}, "kind"),
        ({"type": "text", "required": False}, None, {"type": "text"}, "required"),
        ({"type": "date"}, "2020-01-01", {"type": "date", "no_earlier_than": "today"}, "rules"),
    ],
)
def test_an_answer_that_no_longer_fits_is_put_aside_and_says_why(field, value, newer, why):
    moved = move(form(x=field), {"x": value}, form(x=newer))

    assert "x" not in moved.answers
    assert moved.changes == [{"path": "x", "what": "again", "why": why}]
    assert moved.answers[ASIDE]["x"]["label"] == "?"
    if value is not None:
        assert moved.answers[ASIDE]["x"]["shown"]


def test_inside_a_list_only_the_item_whose_answer_no_longer_fits_is_asked_again():
    school = {"type": "choice", "options": {"nursery": "保育園", "home": "家"}}
    old = form(children={**CHILDREN, "fields": {"school": school}})
    new = form(
        children={**CHILDREN, "fields": {"school": {**school, "options": {"home": "家", "other": "ほか"}}}}
    )

    moved = move(old, children("nursery", "home"), new)

    assert kinds_of(moved) >= {("children.1.school", "again")}
    assert ("children.2.school", "again") not in kinds_of(moved)
    assert "school" not in moved.answers["children"][0]
    assert moved.answers["children"][1]["school"] == "home"
    assert moved.answers["children"][0]["name"] == NAME


def test_a_question_inside_a_list_that_is_new_or_gone_is_named_for_every_item():
    old = form(children={**CHILDREN, "fields": {"school": {"type": "text"}}})
    new = form(children={**CHILDREN, "fields": {"grade": {"type": "number"}}})

    moved = move(old, children("a", "b"), new)

    assert {(path, what) for path, what in kinds_of(moved) if "grade" in path or "school" in path} == {
        ("children.1.grade", "new"),
        ("children.2.grade", "new"),
        ("children.1.school", "gone"),
        ("children.2.school", "gone"),
    }


def test_a_list_that_is_gone_leaves_no_shell():
    old = form(children={**CHILDREN, "fields": {"school": {"type": "text"}}}, x={"type": "text"})

    moved = move(old, {**children("a"), "x": "y"}, form(x={"type": "text"}))

    assert {key for key in moved.answers if key != ASIDE} == {"x", LISTS}
    assert moved.answers[LISTS] == {}
    assert moved.answers[ASIDE]["children.1.school"]["shown"] == "a"


def test_a_law_asks_signatures_and_consents_anew_and_a_signature_is_not_shown_again():
    fields = {
        "agreed": {"type": "consent", "statement": "同意します"},
        "signed": {"type": "signature", "statement": "まちがいありません", "sensitivity": "personal"},
    }
    answers = {"agreed": True, "signed": {"name": "見本 あおい", "on": "2026-11-20"}}

    quiet = move(form(**fields), answers, form(**fields))
    by_law = move(form(**fields), answers, form(**fields), asks_anew=True)

    assert (quiet.answers, quiet.changes) == (answers, [])
    assert [(one["path"], one["why"]) for one in by_law.changes] == [("agreed", "law"), ("signed", "law")]
    assert {"agreed", "signed"}.isdisjoint(by_law.answers)
    assert by_law.answers[ASIDE]["signed"]["shown"] == ""


def test_what_was_not_seen_of_an_earlier_move_is_still_said_after_the_next():
    first = form(x={"type": "text"}, y={"type": "text"})
    second = form(y={"type": "text"}, more={"type": "text"})
    third = form(y={"type": "text"}, more={"type": "text"}, last={"type": "text"})

    once = move(first, {"x": "1", "y": "2"}, second)
    twice = rebased(form=third, before=build(second, once.answers, {}), texts={})
    told = merged(once.changes, twice.changes, twice.after)

    assert {(change["path"], change["what"]) for change in told} == {
        ("x", "gone"),
        ("more", "new"),
        ("last", "new"),
    }
    assert twice.answers[ASIDE]["x"]["shown"] == "1"


def test_what_came_and_went_while_nobody_looked_is_not_mentioned():
    first, second = form(x={"type": "text"}), form(x={"type": "text"}, y={"type": "text"})

    once = move(first, {"x": "1"}, second)
    twice = rebased(form=first, before=build(second, once.answers, {}), texts={})

    assert merged(once.changes, twice.changes, twice.after) == []


def test_an_answer_that_no_longer_keeps_to_its_own_version_can_be_asked_again():
    late = form(on={"type": "date", "no_earlier_than": "today"})
    sheet = build(late, {"on": "2020-01-01"}, {})

    assert misfits(late, sheet) == ["on"]
    answers, changes = asked_again(sheet, ["on"])
    assert "on" not in answers and answers[ASIDE]["on"]["shown"]
    assert changes == [{"path": "on", "what": "again", "why": "rules"}]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"type": "text"}, "あ"),
        ({"type": "long_text"}, "あ\nい"),
        ({"type": "number", "least": 0}, 0),
        ({"type": "money"}, 12345),
        ({"type": "yes_no"}, False),
        ({"type": "choice", "options": {"a": "A"}}, "a"),
        ({"type": "choices", "options": {"a": "A", "b": "B"}}, ["a", "b"]),
        ({"type": "date"}, "2026-11-01"),
        ({"type": "phone", "sensitivity": "personal"}, "00-0000-0000"),
        ({"type": "email", "sensitivity": "personal"}, "hana@mihon.invalid"),
        ({"type": "consent", "statement": "s"}, True),
        (
            {"type": "address", "sensitivity": "personal"},
            {"postcode": "0000001", "address": "見本町1-2-3", "building": ""},
        ),
        (
            {"type": "bank_account", "sensitivity": "secret"},
            {
                "bank": "見本銀行",
                "branch": "窓口支店",
                "kind": "futsu",
                "number": "0000001",
                "holder_kana": "ミホン アオイ",
            },
        ),
    ],
)
def test_an_answer_as_it_is_kept_fits_its_own_question(field, value):
    assert [misfit(one) for one in stored(form(x=field), {"x": value})] == [""]
