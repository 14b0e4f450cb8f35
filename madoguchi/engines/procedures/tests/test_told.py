"""What a pack is refused for: a letter that prints what nobody decides, a refusal without its notice."""

import shutil

import pytest

from madoguchi.engines.documents.pack import LetterDefinition
from madoguchi.kernel import packs

from . import make

NOTICE = (
    "この決定に不服があるときは、3か月以内に見本市長に対して審査請求をすることができます。",
    "取消しの訴えは、6か月以内に見本市を被告として提起することができます。",
)


def refusing(*notice: str) -> dict:
    return {
        "letter": "kyakka",
        "version": 1,
        "title": "却下通知書",
        "decides": "refuses",
        "issuer": "見本市長",
        "opening": "却下します。",
        "appeal_notice": list(notice),
    }


def test_a_notice_that_says_what_both_laws_want_is_accepted():
    assert LetterDefinition.model_validate(refusing(*NOTICE)).appeal_notice == list(NOTICE)


@pytest.mark.parametrize(
    ("said", "instead", "missing"),
    [
        ("3か月", "60日", "3か月"),
        ("6か月", "半年", "6か月"),
        ("見本市長に対して", "", "〜に対して"),
        ("見本市を被告として", "", "〜を被告として"),
        ("審査請求", "申立て", "審査請求"),
    ],
)
def test_a_notice_that_leaves_one_of_them_out_is_refused(said, instead, missing):
    with pytest.raises(ValueError, match=missing):
        LetterDefinition.model_validate(refusing(*(line.replace(said, instead) for line in NOTICE)))


@pytest.mark.parametrize(
    ("file", "said", "instead", "at"),
    [
        ("documents/nintei_tsuchi.yaml", "{{decided.monthly}}", "{{decided.monthy}}", "decided.monthy"),
        ("procedures/jido_teate.nintei.yaml", "  starts_on:\n", "  began_on:\n", "decided.starts_on"),
        (
            "procedures/jido_teate.nintei.yaml",
            "    least: 5000\n",
            "    least: 5000\n    on: [deciding]\n",
            "decided.monthly.on",
        ),
    ],
)
@pytest.mark.django_db
def test_a_letter_prints_only_what_its_outcome_decides(tmp_path, file, said, instead, at):
    folder = shutil.copytree(make.NERIMA, tmp_path / "nerima")
    shutil.copytree(make.NERIMA.parent / "common_jp", tmp_path / "common_jp", dirs_exist_ok=True)
    text = (folder / file).read_text(encoding="utf-8")
    assert said in text
    (folder / file).write_text(text.replace(said, instead, 1), encoding="utf-8")

    problems = [str(one) for one in packs.check(folder)]

    assert any(at in one for one in problems), problems[:5]


@pytest.mark.django_db
def test_the_pack_as_it_stands_prints_what_it_decides():
    problems = [str(one) for one in packs.check(make.NERIMA)]

    assert not [one for one in problems if "decided" in one or "appeal_notice" in one]


REFUSAL = f"""\
letter: kyohi_tsuchi
version: 1
title: 登録できないことのお知らせ
decides: refuses
issuer: 見本市長
opening: 登録しないことに決定しました。
appeal_notice: {list(NOTICE)}
"""


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ("", ["flow.no: reason、appeal_notice がありません"]),
        (", requires: [reason]", ["flow.no: appeal_notice がありません"]),
        (", requires: [reason, appeal_notice]", []),
    ],
)
def test_a_letter_that_refuses_has_its_reason_and_notice_whatever_the_state_is_called(
    tmp_path, requires, found
):
    folder = shutil.copytree(make.NERIMA.parent / "minimal", tmp_path / "minimal")
    file = folder / "procedures" / "inu.toroku.yaml"
    state = (
        "  no: {label: 登録の結果, end: done, letter: kyohi_tsuchi, tell: decided"
        f"{requires}}}\n  withdrawn: {{label"
    )
    text = file.read_text(encoding="utf-8").replace("next: [done, withdrawn]", "next: [done, no, withdrawn]")
    file.write_text(text.replace("  withdrawn: {label", state), encoding="utf-8")
    (folder / "documents" / "kyohi_tsuchi.yaml").write_text(REFUSAL, encoding="utf-8")

    problems = [one for one in packs.check(folder) if one.is_error]

    said = [
        f"{one.key}: {one.message.rpartition('、この段階に ')[2].rpartition('なのに、')[2]}"
        for one in problems
    ]
    assert [one.removesuffix("。") for one in said] == found, problems
    assert {one.rule for one in problems} <= {"refuses_without_appeal"}


@pytest.mark.parametrize(("label", "warns"), [("登録の対象外", True), ("却下しない（登録）", False)])
def test_a_refusal_by_name_with_a_letter_that_grants_is_pointed_out(tmp_path, label, warns):
    folder = shutil.copytree(make.NERIMA.parent / "minimal", tmp_path / "minimal")
    file = folder / "procedures" / "inu.toroku.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("done: {label: 登録,", f"done: {{label: {label},"), encoding="utf-8")

    problems = packs.check(folder)

    assert [(one.key, one.is_error) for one in problems] == [("flow.done", False)] * warns
