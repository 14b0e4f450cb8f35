"""The rules of the linter that judge words: what they find, and what they leave alone though it looks alike."""

import pytest

from .test_linting import found_in, with_lines

GROUND = "ground: 連絡の方法の判断"


def of(rule: str, found) -> list[tuple[str, bool]]:
    return [(one.key, one.is_error) for one in found if one.rule == rule]


@pytest.mark.parametrize(
    "ground",
    [
        *("事務のため", "参考にするため", "必要なため", "手続きのため", "同上", "上に同じ", "確認するため"),
        *("要確認", "TBD", "？"),
        *("情報収集のため", "ｎａ", "申請の処理に必要だから", "審査のため", "未定。"),
    ],
)
def test_a_ground_of_filler_says_nothing(tmp_path, ground):
    found = found_in(tmp_path, with_lines((GROUND, f'ground: "{ground}"')))

    assert of("no_ground", found) == [("pages[0].fields.remarks.ground", True)], found


@pytest.mark.parametrize(
    "ground", ["届出の要否の判定", "申請した方の確認", "手当の支払い", "第12条", "定員の管理"]
)
def test_a_ground_that_names_what_it_is_for_is_left_alone(tmp_path, ground):
    assert of("no_ground", found_in(tmp_path, with_lines((GROUND, f"ground: {ground}")))) == []


@pytest.mark.parametrize(
    ("ground", "is_law"),
    [
        ("療法の確認", False),
        ("治療法", False),
        ("治療法を決める", False),
        ("違法でないか見る", False),
        ("司法書士に渡す", False),
        ("魔法", False),
        ("調べる方法", False),
        ("政令指定都市への連絡", False),
        ("児童福祉法 第24条", True),
        ("民法", True),
        ("土地収用法の規定", True),
        ("介護保険法（要介護認定）", True),
        ("特定疾病の確認（介護保険法第七条）", True),
        ("子ども・子育て支援法施行規則 第1条の5", True),
        ("見本市手当条例", True),
    ],
)
def test_a_law_is_told_from_a_word_that_ends_alike(tmp_path, ground, is_law):
    found = found_in(
        tmp_path, with_lines(("label: 連絡すること", "label: 病名"), (GROUND, f"ground: {ground}"))
    )

    assert of("special_care", found) == ([] if is_law else [("pages[0].fields.remarks.ground", True)])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("label: 連絡すること", "label: うつ病の治療中か"),
        ("label: 連絡すること", "label: 信仰している神"),
        ("label: 連絡すること", "label: 逮捕されたこと"),
        ("label: 連絡すること", "label: 今飲んでいる薬\n        question: 服薬していますか"),
        ("options: {birth: 出生, move_in: 転入}", "options: {birth: 身体障害者手帳を受けた, move_in: 転入}"),
    ],
)
def test_what_asks_for_a_weak_point_beyond_doubt_is_an_error(tmp_path, old, new):
    found = of("special_care", found_in(tmp_path, with_lines((old, new))))

    assert found and all(is_error for _key, is_error in found)


DOUBTFUL = [
    "被害の写真の枚数",
    "診断書の有無",
    "住宅の耐震診断の結果",
    "通信障害の有無",
    "犬の病気",
    "家屋の被害",
    "要介護度",
]


@pytest.mark.parametrize("label", DOUBTFUL)
def test_a_word_that_is_also_said_of_houses_and_dogs_warns(tmp_path, label):
    found = found_in(tmp_path, with_lines(("label: 連絡すること", f"label: {label}")))

    assert of("special_care", found) == [
        ("pages[0].fields.remarks", False),
        ("pages[0].fields.remarks.ground", False),
    ]
    assert "sensitivity: none" in next(one.hint for one in found if one.rule == "special_care")


@pytest.mark.parametrize("said", ["none", "personal"])
@pytest.mark.parametrize("label", DOUBTFUL)
def test_the_pack_may_say_aloud_that_it_is_not_about_a_persons_health(tmp_path, label, said):
    text = with_lines(("label: 連絡すること", f"label: {label}\n        sensitivity: {said}"))

    assert of("special_care", found_in(tmp_path, text)) == []


@pytest.mark.parametrize("said", ["none", "personal"])
def test_a_word_beyond_doubt_cannot_be_said_away(tmp_path, said):
    text = with_lines(("label: 連絡すること", f"label: 病歴\n        sensitivity: {said}"))

    assert ("pages[0].fields.remarks.ground", True) in of("special_care", found_in(tmp_path, text))


@pytest.mark.parametrize("line", ["hint: かかっている病気の名前", "why: 障害のある方に合わせるためです。"])
def test_what_stands_beside_the_question_is_read_too(tmp_path, line):
    changes = [("label: 連絡すること", f"label: 今の様子\n        {line}")]
    if line.startswith("why"):
        changes.append(("        why: 担当者が連絡の方法を決めるためです。\n", ""))

    assert ("pages[0].fields.remarks", False) in of("special_care", found_in(tmp_path, with_lines(*changes)))


@pytest.mark.parametrize(
    ("label", "warns"),
    [
        *(
            (label, True)
            for label in ("対象外", "認めない", "お断り", "不可", "受けられません", "非該当", "不交付")
        ),
        *((label, False) for label in ("却下しない（登録）", "対象外ではない", "用意ができました", "交付")),
    ],
)
def test_a_state_named_like_a_refusal_warns_and_one_that_denies_it_does_not(tmp_path, label, warns):
    text = with_lines((", requires: [reason, appeal_notice]", ""), ("label: 却下", f"label: {label}"))

    assert of("refuses_without_appeal", found_in(tmp_path, text)) == [("flow.refused", False)] * warns


def test_the_clock_does_not_stop_while_the_office_works(tmp_path):
    found = found_in(tmp_path, with_lines(("pause_on: [returned]", "pause_on: [returned, checking]")))

    assert of("clock_runs_on", found) == [("within.pause_on", True)]


@pytest.mark.parametrize(("complete", "refuses"), [("", False), ("complete: [en]\n", True)])
def test_a_language_said_to_be_complete_must_be(tmp_path, complete, refuses):
    meta = "name: city\ntitle: 見本市\nlanguages: [ja, en]\n" + complete

    found = found_in(tmp_path, **{"pack.yaml": meta})

    assert {one.is_error for one in found if one.rule == "untranslated"} == {refuses}
