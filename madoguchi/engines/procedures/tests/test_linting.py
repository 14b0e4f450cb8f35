"""Each rule of the linter: a procedure with the fault gives exactly this problem, at this line, with a proposal."""

from pathlib import Path

import pytest

from madoguchi.engines.procedures.linting import RULES
from madoguchi.kernel import packs

PACKS = Path(__file__).parents[4] / "packs"
GOOD = """\
procedure: kosodate.teate
version: 1
checked_on: 2026-11-21
title: 手当の請求
summary: 手当を請求します。
division: 子育て課
channels:
  web: {}
  counter: {at: [子育て課]}
  phone: {accepts: request_for_form}
identity: {minimum: email}
within: {days: 30, pause_on: [returned]}
pages:
  - id: claim
    title: 請求
    fields:
      event:
        type: choice
        label: きっかけ
        options: {birth: 出生, move_in: 転入}
        ground: 支給開始月の判定
        keep: case
      abroad:
        type: yes_no
        label: 外国から
        shown_when: "event == 'move_in'"
        ground: 支給開始月の判定
        keep: case
      remarks:
        type: text
        label: 連絡すること
        why: 担当者が連絡の方法を決めるためです。
        required: false
        ground: 連絡の方法の判断
        keep: case
eligibility:
  when: "!abroad || event == 'birth'"
  reasons: {abroad: 外国からの方は窓口へ}
documents:
  - {id: juminhyo, title: 住民票の写し, required_when: "abroad"}
flow:
  received: {label: 受付, next: [checking, withdrawn]}
  checking: {label: 確認中, by: division, next: [returned, granted, refused, withdrawn]}
  returned: {label: 直す, tell: returned, next: [checking, withdrawn]}
  granted: {label: 認定, end: done, hands_over: counter}
  refused: {label: 却下, end: done, hands_over: counter, requires: [reason, appeal_notice]}
  withdrawn: {label: 取下げ, end: cancelled}
retention: {class: 5年, from: end_of_fiscal_year}
examples:
  - {given: {event: birth}, then: {eligible: yes}}
  - {given: {event: move_in, abroad: yes}, then: {eligible: no, documents: [juminhyo]}}
"""
REGISTER = "key,title,division,without_card\nkosodate.teate,手当の請求,子育て課,counter\n"
RETENTION = (Path(__file__).parents[4] / "packs" / "minimal" / "retention.yaml").read_text(encoding="utf-8")
DIVISIONS = "key,name\n子育て課,子育て課\n"


def found_in(root: Path, procedure: str = GOOD, **files: str) -> list[packs.Problem]:
    """What `mado pack check` says of a small city with this procedure."""
    laid = {
        "pack.yaml": "name: city\ntitle: 見本市\n",
        "retention.yaml": RETENTION,
        "directory/divisions.csv": DIVISIONS,
        "procedures/kosodate.teate.yaml": procedure,
        "procedures/register.csv": REGISTER,
        **files,
    }
    for path, content in laid.items():
        if not content:
            continue
        file = root / "city" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return packs.check(root / "city")


def with_lines(*changes: tuple[str, str]) -> str:
    text = GOOD
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_a_good_procedure_gives_no_problem(tmp_path):
    assert found_in(tmp_path) == []


SIGNED = """\
cosigners:
  - id: spouse
    title: 配偶者
    statement: "{{%s}}に同意します。"
"""
FETCHED = "end: done, hands_over: counter, fetched: {%s}}"
FAULTS = [
    *(
        (
            "fetched_nowhere",
            [("{label: 認定, end: done, hands_over: counter}", "{label: 認定, " + FETCHED % written)],
            f"flow.granted.fetched.{key}",
            45,
            hint,
            True,
        )
        for written, key, hint in (
            ("at: abroad", "at", "event"),
            ("at: nothing", "at", "choice"),
            ("at: event, divisions: {death: 子育て課}", "divisions.death", "birth、move_in"),
            ("copies: event", "copies", "number"),
            ("shows: [nobody]", "shows[0]", "event"),
        )
    ),
    # rule, what is changed, the key and line it is reported at, a word of the proposal, whether it refuses
    (
        "never_asked",
        [("event == 'move_in'\"", "event == 'move_in' && event == 'birth'\"")],
        "pages[0].fields.abroad.shown_when",
        26,
        "条件を直す",
        True,
    ),
    (
        "asked_too_early",
        [
            ("        shown_when: \"event == 'move_in'\"\n", ""),
            ("        label: きっかけ\n", '        label: きっかけ\n        shown_when: "abroad"\n'),
        ],
        "pages[0].fields.event.shown_when",
        20,
        "入れかえ",
        False,
    ),
    (
        "never_needed",
        [('required_when: "abroad"', "required_when: \"abroad && event == 'birth'\"")],
        "documents[0].required_when",
        40,
        "条件を直す",
        True,
    ),
    (
        "never_eligible",
        [("\"!abroad || event == 'birth'\"", "\"event == 'birth' && event == 'move_in'\"")],
        "eligibility.when",
        37,
        "条件を直し",
        True,
    ),
    (
        "read_by_nobody",
        [("        why: 担当者が連絡の方法を決めるためです。\n", "")],
        "pages[0].fields.remarks",
        29,
        "why",
        False,
    ),
    (
        "no_ground",
        [("ground: 連絡の方法の判断", "ground: 参考のため")],
        "pages[0].fields.remarks.ground",
        34,
        "消します",
        True,
    ),
    (
        "special_care",
        [("label: 連絡すること", "label: お子さんの障害")],
        "pages[0].fields.remarks.ground",
        34,
        "法令の名前",
        True,
    ),
    (
        "special_care",
        [
            ("label: 外国から", "label: 病気がある"),
            (
                "shown_when: \"event == 'move_in'\"\n        ground: 支給開始月の判定",
                "shown_when: \"event == 'move_in'\"\n        ground: 児童手当法 第4条",
            ),
        ],
        "pages[0].fields.abroad",
        23,
        "sensitivity",
        True,
    ),
    ("only_internet", [("  counter: {at: [子育て課]}\n", "")], "channels.phone", 9, "post か counter", True),
    (
        "only_with_card",
        [
            ("minimum: email", "minimum: oidc"),
            ("  counter: {at: [子育て課]}\n", ""),
            ("accepts: request_for_form", "accepts: request_for_form"),
        ],
        "identity.minimum",
        10,
        "counter か post",
        True,
    ),
    (
        "no_way_in",
        [("next: [returned, granted, refused, withdrawn]", "next: [returned, granted, withdrawn]")],
        "flow.refused",
        46,
        "next に refused",
        True,
    ),
    (
        "no_way_out",
        [
            (
                "next: [returned, granted, refused, withdrawn]}",
                "next: [returned, granted, refused, withdrawn, waiting]}\n  waiting: {label: 待つ, by: division, next: [waiting]}",
            )
        ],
        "flow.waiting",
        44,
        "終わりへ",
        True,
    ),
    (
        "nobody_acts",
        [("label: 確認中, by: division,", "label: 確認中,")],
        "flow.checking",
        43,
        "by: division",
        True,
    ),
    (
        "no_way_back",
        [("tell: returned, next: [checking, withdrawn]", "tell: returned, next: [withdrawn]")],
        "flow.returned.next",
        44,
        "next に加え",
        True,
    ),
    (
        "clock_runs_on",
        [("pause_on: [returned]", "pause_on: []")],
        "flow.returned",
        44,
        "pause_on に returned",
        False,
    ),
    (
        "clock_runs_on",
        [("pause_on: [returned]", "pause_on: [returned, waiting]")],
        "within.pause_on",
        12,
        "received",
        True,
    ),
    (
        "refuses_without_appeal",
        [("requires: [reason, appeal_notice]", "requires: [reason]")],
        "flow.refused",
        46,
        "appeal_notice",
        True,
    ),
    (
        "refuses_without_appeal",
        [(", requires: [reason, appeal_notice]", "")],
        "flow.refused",
        46,
        "appeal_notice",
        False,
    ),
    (
        "no_example",
        [("  - {given: {event: birth}, then: {eligible: yes}}\n", "")],
        "eligibility",
        36,
        "eligible: yes",
        False,
    ),
    ("no_example", [(", documents: [juminhyo]}", "}")], "documents[0]", 40, "juminhyo", False),
    (
        "photograph_offered",
        [("title: 住民票の写し, ", "title: 住民票の写し, hint: 写真ではなく実物を, ")],
        "documents[0].hint",
        40,
        "brought: original",
        False,
    ),
    (
        "names_nothing",
        [("retention:", f"{SIGNED % 'evnt'}retention:")],
        "cosigners[0].statement",
        51,
        "event",
        True,
    ),
    (
        "tells_where",
        [
            ("retention:", f"{SIGNED % 'remarks'}retention:"),
            ("type: text", "type: phone\n        sensitivity: personal"),
        ],
        "cosigners[0].statement",
        52,
        "入れられません",
        True,
    ),
]


@pytest.mark.parametrize(("rule", "changes", "key", "line", "proposal", "refuses"), FAULTS)
def test_a_fault_is_said_once_at_its_line_with_a_proposal(
    tmp_path, rule, changes, key, line, proposal, refuses
):
    found = found_in(tmp_path, with_lines(*changes))

    mine = [one for one in found if one.rule == rule]
    assert [(one.key, one.line, one.is_error) for one in mine] == [(key, line, refuses)], found
    assert mine[0].file.endswith("city/procedures/kosodate.teate.yaml")
    assert proposal in mine[0].hint


def test_every_rule_has_its_row():
    assert {row[0] for row in FAULTS} == set(RULES)


def test_a_field_that_waits_for_a_dead_one_is_dead_too(tmp_path):
    later = """\
      since:
        type: yes_no
        label: 前から
        shown_when: "abroad"
        why: 支給開始月を決めるためです。
        ground: 支給開始月の判定
        keep: case
eligibility:"""
    dead = "event == 'move_in' && event == 'birth'\""
    found = found_in(tmp_path, with_lines(("event == 'move_in'\"", dead), ("eligibility:", later)))

    assert [one.key for one in found if one.rule == "never_asked"] == [
        "pages[0].fields.abroad.shown_when",
        "pages[0].fields.since.shown_when",
    ]


def test_a_condition_over_what_cannot_be_tried_is_left_alone(tmp_path):
    found = found_in(tmp_path, with_lines(("event == 'move_in'\"", 'size(remarks) > 3"')))

    assert [one for one in found if one.rule == "never_asked"] == []


@pytest.mark.parametrize(
    ("register", "line", "says"),
    [
        ("key,title,division\nkosodate.teate,手当,子育て課\n", 2, "without_card の列がありません"),
        (
            "key,title,division,without_card\na.b,届,子育て課,post\nkosodate.teate,手当,子育て課,\n",
            3,
            "カードなしで行う方法がありません",
        ),
        ("key,title,division,without_card\nkosodate.teate,手当,子育て課,card\n", 2, "「card」は書けません"),
        (
            "key,title,division,without_card\nkosodate.teate,手当,子育て課,post\n",
            2,
            "channels に「post」がありません",
        ),
    ],
)
def test_a_row_of_the_register_without_a_way_without_the_card_refuses_the_pack(
    tmp_path, register, line, says
):
    found = found_in(tmp_path, **{"procedures/register.csv": register})

    assert [(one.line, one.rule) for one in found] == [(line, "register_without_card")], found
    assert says in found[0].message and found[0].is_error


def test_a_letter_nobody_sends_is_named(tmp_path):
    letter = "letter: wasure\nversion: 1\ntitle: 忘れた通知\ndecides: grants\nissuer: 見本市長\nopening: お知らせします。\n"

    found = found_in(tmp_path, **{"documents/wasure.yaml": letter})

    assert [(one.line, one.rule, one.is_error) for one in found] == [(1, "letter_unsent", False)]


@pytest.mark.parametrize("name", ["common_jp", "minimal", "nerima"])
def test_the_packs_that_come_along_are_clean(name):
    assert [str(one) for one in packs.check(PACKS / name) if one.rule] == []
