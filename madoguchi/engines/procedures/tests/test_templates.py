"""A municipality's procedure as a patch over a national template."""

from pathlib import Path

import pytest

from madoguchi.engines.procedures.pack import load
from madoguchi.kernel import packs

TEMPLATE = """\
procedure: juminhyo.utsushi
version: 3
checked_on: 2026-11-21
fixed: {fields.who: 住民基本台帳法 第12条}
title: 住民票の写しの請求
summary: 住民票の写しを請求します。
basis: 住民基本台帳法 第12条
division: 住民担当課
channels: {counter: {at: [住民担当課]}, post: {}}
within: {days: 3}
pages:
  - id: claim
    title: 請求
    fields:
      who: {type: choice, label: だれの, options: {self: 本人, family: 同じ世帯}, ground: 第12条, keep: case}
      purpose: {type: choice, label: 使いみち, options: {bank: 銀行, other: ほか}, why: 中身を確かめます。, ground: 第12条, keep: case}
documents:
  - {id: ininjo, title: 委任状, required_when: "who == 'family'"}
flow:
  received: {label: 受付, next: [granted, withdrawn]}
  granted: {label: 交付, by: division, end: done, hands_over: counter}
  withdrawn: {label: 取下げ, end: cancelled}
retention: {class: 1年, from: end_of_fiscal_year}
examples:
  - {given: {who: family}, then: {documents: [ininjo]}}
"""
TEMPLATE_EN = """\
title: Copy of residence record
fields.who.label: Whose
fields.purpose.label: Purpose
"""
HEAD = """\
procedure: juminhyo.utsushi
version: 1
checked_on: 2026-11-21
parent: {id: common_jp/juminhyo.utsushi, version: 3, change: %d}
patch:
"""
OWN = (
    HEAD % 2
    + """\
  set:
    division: 住民課
    channels.counter.at: [住民課]
    within.days: 1
    fields.purpose.label: 何に使うか
    fields.purpose.options: {bank: 銀行, school: 学校, other: ほか}
    documents.ininjo.hint: 委任した方が自分で書いたもの
  add:
    fields.copies: {page: claim, after: who, type: number, label: 枚数, least: 1, most: 9, ground: 交付の数, keep: case}
    documents.kakunin: {after: ininjo, title: 本人確認書類の写し, required_when: "who == 'self'"}
  remove: []
"""
)
META = "name: {0}\ntitle: {0}\n"


def city(root: Path, own: str = OWN, template: str = TEMPLATE, **more: str) -> Path:
    """Two packs side by side: the template's, and a city's that extends it."""
    files = {
        "common_jp/pack.yaml": META.format("common_jp"),
        "common_jp/procedures/templates/juminhyo.utsushi.yaml": template,
        "common_jp/procedures/templates/juminhyo.utsushi.en.yaml": TEMPLATE_EN,
        "city/pack.yaml": META.format("city") + "extends: common_jp\n",
        "city/procedures/juminhyo.utsushi.yaml": own.replace(
            "    documents.ininjo.hint: 委任した方が自分で書いたもの\n", ""
        ),
        **more,
    }
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    return root / "city"


def loaded(path: Path):
    folder = packs.PackFolder(packs.read(path))
    made = load(folder)
    return made.procedures, [str(one) for one in folder.problems if one.is_error], folder


def test_a_template_and_its_patch_make_one_whole_definition(tmp_path):
    [(located, procedure, texts, logic)], errors, _folder = loaded(city(tmp_path))

    assert errors == []
    shape = located.value
    assert (shape.division, shape.within.days, shape.version) == ("住民課", 1, 1)
    assert list(shape.pages[0].fields) == ["who", "copies", "purpose"]
    assert list(shape.pages[0].fields["purpose"].options) == ["bank", "school", "other"]
    assert [document.id for document in shape.documents] == ["ininjo", "kakunin"]
    assert (shape.parent.id, shape.parent.version, shape.parent.change) == (
        "common_jp/juminhyo.utsushi",
        3,
        2,
    )
    assert "fixed" not in logic and "patch" not in logic
    assert procedure.form.field("copies").most == 9
    assert texts["ja"]["fields.copies.label"] == "枚数"


def test_translations_come_along_except_where_the_words_are_ours(tmp_path):
    beside = {"city/procedures/juminhyo.utsushi.en.yaml": "fields.copies.label: Copies\n"}
    [(_located, _procedure, texts, _logic)], _errors, _folder = loaded(city(tmp_path, **beside))

    assert texts["en"] == {
        "title": "Copy of residence record",
        "fields.who.label": "Whose",
        "fields.copies.label": "Copies",
    }


@pytest.mark.parametrize(
    ("change", "lines", "line", "says"),
    [
        (2, "  set: {fields.whom.label: x}", 6, "「fields.whom.label」はひな型にありません"),
        (2, "  remove: [documents.sonota]", 6, "「documents.sonota」はひな型にありません"),
        (2, "  add: {fields.who: {page: claim, type: text}}", 6, "ひな型にもうあります"),
        (2, "  remove: [fields.who]", 6, "法令（住民基本台帳法 第12条）で決まっている"),
        (2, "  set: {fields.who.options: {self: 本人}}", 6, "法令（住民基本台帳法 第12条）で決まっている"),
        (2, "  set: {basis: 区の要綱}", 6, "根拠の法令は"),
        (1, "  remove: [documents.ininjo]", 6, "変更区分（parent.change）が1"),
        (1, "  set: {fields.purpose.keep: until_closed}", 6, "変更区分（parent.change）が1"),
        (0, "  add: {flow.checking: {label: 確認, next: [granted]}}", 6, "変更区分（parent.change）が0"),
        (2, "  add: {fields.x: {page: clam, type: text}}", 6, "どのページに加えるか"),
        (2, "  sett: {title: x}", 6, "「sett」というキーはありません"),
        (2, "  remove: [basis]", 6, "根拠の法令は"),
        # The page of a fixed field holds it, though its path does not say so.
        (2, "  remove: [pages.claim]", 6, "「fields.who」は法令（住民基本台帳法 第12条）"),
        (
            2,
            "  set: {pages.claim: {title: x, fields: {}}}",
            6,
            "「fields.who」は法令（住民基本台帳法 第12条）",
        ),
        (2, "  set: {pages.claim.fields: {}}", 6, "「pages.claim.fields」はひな型にありません"),
        (2, "  remove: [pages]", 6, "「fields.who」は法令（住民基本台帳法 第12条）"),
        # Nothing is added inside of it that decides anything.
        (1, "  add: {fields.who.required: false}", 6, "「fields.who」は法令（住民基本台帳法 第12条）"),
        (
            2,
            "  add: {fields.who.options.anybody: だれでも}",
            6,
            "「fields.who」は法令（住民基本台帳法 第12条）",
        ),
        (0, "  add: {fields.purpose.options.school: 学校}", 6, "変更区分（parent.change）が0"),
        (1, "  add: {documents.x: 委任状}", 6, "「documents.x」の中身を書きます"),
    ],
)
def test_a_patch_that_may_not_do_so_is_refused_at_its_line(tmp_path, change, lines, line, says):
    found, errors, _folder = loaded(city(tmp_path, HEAD % change + lines + "\n"))

    assert found == []
    assert len(errors) == 1, errors
    assert errors[0].startswith(f"{tmp_path}/city/procedures/juminhyo.utsushi.yaml:{line}:")
    assert says in errors[0]


@pytest.mark.parametrize(
    ("change", "patch"),
    [
        (0, "  set: {title: 住民票の請求, division: 住民課, within.days: 2}"),
        (0, "  add: {before_you_start: [手数料は1通300円です。]}"),
        (1, "  add: {fields.x: {page: claim, type: text, label: あ, ground: い, keep: case}}"),
        (2, "  remove: [documents.ininjo, examples]"),
        (0, "  add: {fields.who.hint: 1つ選んでください。}"),
        (1, "  add: {fields.purpose.options.school: 学校}"),
    ],
)
def test_each_change_code_allows_what_it_is_for(tmp_path, change, patch):
    [(located, *_rest)], errors, _folder = loaded(city(tmp_path, HEAD % change + patch + "\n"))

    assert errors == []
    assert located.value.parent.change == change


@pytest.mark.parametrize(
    ("fixed", "patch", "is_refused"),
    [
        (
            "within",
            "  set: {within.days: 9}",
            True,
        ),  # the law names what else every municipality says for itself
        ("flow.granted", "  add: {flow.granted.letter: kofu}", False),
        ("flow.granted", "  set: {flow.granted.end: cancelled}", True),
        ("documents.ininjo.form", "  add: {documents.ininjo.form: ininjo}", True),  # it may not even be added
        (
            "pages.claim",
            "  add: {fields.x: {page: claim, type: text, label: あ, ground: い, keep: case}}",
            True,
        ),
    ],
)
def test_a_law_holds_what_it_names_and_nothing_beside_it(tmp_path, fixed, patch, is_refused):
    template = TEMPLATE.replace("fixed: {fields.who: ", f"fixed: {{{fixed}: ")

    _found, errors, _folder = loaded(city(tmp_path, HEAD % 2 + patch + "\n", template))

    assert ["法令（住民基本台帳法 第12条）で決まっている" in one for one in errors] == [True] * is_refused


def test_what_is_wrong_in_the_whole_is_shown_where_it_was_written(tmp_path):
    ours = OWN.replace("who == 'self'", "whoo == 'self'")
    _found, errors, _folder = loaded(city(tmp_path, ours))
    assert [error.partition(": ")[0] for error in errors] == [
        f"{tmp_path}/city/procedures/juminhyo.utsushi.yaml:14:documents[1].required_when"
    ]

    remove = HEAD % 2 + "  remove: [fields.purpose]\n  set: {fields.purpose.label: x}\n"
    _found, errors, _folder = loaded(city(tmp_path, remove))
    assert "juminhyo.utsushi.yaml:7:" in errors[0]

    theirs = TEMPLATE.replace("then: {documents: [ininjo]}", "then: {documents: []}")
    _found, errors, _folder = loaded(city(tmp_path, template=theirs))
    assert "common_jp/procedures/templates/juminhyo.utsushi.yaml:25:" in errors[0]


def test_a_template_that_rose_names_the_overlays_to_look_at_and_what_differs(tmp_path):
    newer = TEMPLATE.replace("version: 3", "version: 4").replace("days: 3", "days: 5")
    newer = newer.replace("bank: 銀行, ", "bank: 銀行, pension: 年金, ")
    old = {"common_jp/procedures/templates/juminhyo.utsushi.v3.yaml": TEMPLATE}
    [(located, *_rest)], errors, folder = loaded(city(tmp_path, template=newer, **old))

    assert errors == []
    assert located.value.within.days == 1
    [told] = [one for one in folder.problems if "見直しが要ります" in one.message]
    assert (told.line, told.key) == (4, "parent.version")
    assert told.hint == "変わったところ: within.days、fields.purpose.options.pension"


def test_a_version_of_the_template_that_is_not_there_is_refused(tmp_path):
    found, errors, _folder = loaded(city(tmp_path, template=TEMPLATE.replace("version: 3", "version: 4")))

    assert found == []
    assert "ひな型の版3がありません（いまは版4）" in errors[0]


def test_a_template_is_not_a_procedure_of_the_city_by_itself(tmp_path):
    path = city(tmp_path)
    (path / "procedures" / "juminhyo.utsushi.yaml").unlink()

    found, errors, _folder = loaded(path)

    assert (found, errors) == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("then: {documents: [ininjo]}", "then: {documents: []}", "25:examples[0].then.documents: 例のとおり"),
        ("version: 3", "version: 3", ""),
        ("procedure: juminhyo.utsushi", "procedure: juminhyo.utushi", "1:procedure: ファイルの名前と"),
        ("ground: 第12条, keep: case}\n      purpose", "ground: 参考, keep: case}\n      purpose", "N-12"),
    ],
)
def test_a_template_is_checked_like_a_procedure_in_its_own_pack(tmp_path, old, new, says):
    city(tmp_path, template=TEMPLATE.replace(old, new))

    _found, _errors, folder = loaded(tmp_path / "common_jp")

    said = [str(one) for one in folder.problems]
    assert any(says in one for one in said) if says else not said, said
