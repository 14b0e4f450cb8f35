"""`mado import opinions` on the four documents that Nerima published, against the oracle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from madoguchi.engines.consultation.tests.seeds import NAMES, needs_seeds, oracle, seed
from madoguchi.faces.cli.main import mado

SAME = (
    "no",
    "line",
    "section_path",
    "section",
    "item",
    "plan_item",
    "answer_shared_from",
    "category",
    "category_printed",
    "cross_refs",
)
ITEM = ("item_title", "item_final_no", "item_draft_no")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `mado import opinions` writes for the four files together."""
    to = tmp_path_factory.mktemp("import") / "reading.json"
    run = CliRunner().invoke(
        mado,
        ["import", "opinions", *(str(seed(name)) for name in NAMES), "--json", str(to)],
        standalone_mode=False,
    )
    assert run.return_value == 0, run.output
    return {"output": run.output, **json.loads(to.read_text(encoding="utf-8"))}


def document(imported: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in imported["documents"] if one["meta"]["file"] == seed(name).name)


def as_the_oracle_tells(opinion: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {
        **{name: opinion[name] for name in fields},
        "opinion_first20": opinion["opinion"][:20],
        "opinion_last12": opinion["opinion"][-12:],
        "answer_first20": opinion["answer"][:20],
        "answer_last12": opinion["answer"][-12:],
        "opinion_chars": len("".join(opinion["opinion"].split())),
        "answer_chars": len("".join(opinion["answer"].split())),
    }


@needs_seeds
@pytest.mark.accepts("B-04-T1")
@pytest.mark.parametrize("name", NAMES)
def test_import_gives_every_opinion_as_the_oracle_has_it(imported: dict[str, Any], name: str):
    expected = oracle(name)["opinions"]
    numbers = ITEM if name == "003" else ITEM[:1] if name == "002" else ()

    found = document(imported, name)["opinions"]

    told = [as_the_oracle_tells(one, SAME + numbers) for one in found]
    assert told == [{key: one.get(key) for key in told[0]} for one in expected]


@needs_seeds
@pytest.mark.accepts("B-04-T1")
@pytest.mark.parametrize("name", NAMES)
def test_import_gives_the_front_matter_as_the_oracle_has_it(imported: dict[str, Any], name: str):
    expected = oracle(name)["meta"]

    meta = document(imported, name)["meta"]

    for key in (
        "file",
        "sha256",
        "title",
        "opinions_printed",
        "persons",
        "organisations",
        "announced",
        "briefed_groups",
        "section_counts_printed",
    ):
        assert (key, meta[key]) == (key, expected[key])
    assert meta["briefed_groups_printed"] == expected.get("briefed_groups_printed")
    assert meta["period"] == {key: expected["period"][key] for key in meta["period"]}
    printed = expected["category_legend_glyphs_printed_in_file"]
    assert [(one["label"], one["count_printed"]) for one in meta["category_legend"]] == [
        (one["label"], one["count_printed"]) for one in expected["category_legend"]
    ]
    assert [one["glyph"] for one in meta["category_legend"] if one["glyph"]] == [mark[0] for mark in printed]


@needs_seeds
@pytest.mark.accepts("B-04-T1")
@pytest.mark.parametrize("name", NAMES)
def test_import_computes_the_totals_of_the_oracle(imported: dict[str, Any], name: str):
    expected = oracle(name)["meta"]["expected"]
    marks = [one["glyph"] for one in oracle(name)["meta"]["category_legend"]]

    found = document(imported, name)["meta"]["expected"]

    assert {key: found[key] for key in expected if key in found and "category" not in key} == {
        key: expected[key] for key in found if "category" not in key
    }
    assert all(
        found["category_counts_in_rows"].get(mark, 0) == expected["category_counts_in_rows"][mark]
        for mark in [*marks, "null"]
    )
    assert found["without_category"] == expected["without_category"]
    for section, counts in expected["section_by_category"].items():
        assert {mark: found["section_by_category"][section].get(mark, 0) for mark in counts} == counts


@needs_seeds
@pytest.mark.parametrize("name", NAMES)
def test_import_finds_no_total_that_does_not_hold_and_no_line_unread(imported: dict[str, Any], name: str):
    found = document(imported, name)

    assert [check for check in found["checks"] if check["ok"] is False] == []
    assert found["unread"] == []


@needs_seeds
@pytest.mark.accepts("B-04-T1")
def test_import_puts_the_two_extractions_of_one_document_together(imported: dict[str, Any]):
    expected = oracle("002")

    [merged] = imported["merged"]

    [report] = merged["reports"]
    assert set(merged["files"]) == {seed("002").name, seed("003").name}
    assert len(report["text_differences"]) == 14
    assert report["cells_that_differ"] == 12
    assert {one["no"] for one in report["text_differences"]} == {
        3,
        12,
        13,
        16,
        19,
        24,
        30,
        42,
        44,
        47,
        48,
        49,
    }
    assert [
        (one["no"], one["other_printed"], one["kept_printed"]) for one in report["category_conflicts"]
    ] == [
        (one["no"], one["here"], one["in_003"])
        for one in expected["meta"]["expected"]["category_conflicts_with_003"]
    ]
    conflicts = {one["no"] for one in report["category_conflicts"]}
    assert report["missing_marks"] == {
        seed("002").name: [
            no for no in expected["meta"]["expected"]["without_category"] if no not in conflicts
        ]
    }
    assert report["only_in"] == {seed("002").name: [], seed("003").name: []}


@needs_seeds
@pytest.mark.accepts("B-04-T1")
def test_import_gives_002_its_lost_numbers_and_marks_from_003(imported: dict[str, Any]):
    expected = oracle("002")["opinions"]

    [merged] = imported["merged"]

    found = merged["document"]["opinions"]
    assert [
        (one["no"], one["category"], one["item_title"], one["item_final_no"], one["item_draft_no"])
        for one in found
    ] == [
        (one["no"], one["category_reconciled"], one["item_title"], one["item_final_no"], one["item_draft_no"])
        for one in expected
    ]
    glyphs = [one["glyph"] for one in merged["document"]["meta"]["category_legend"]]
    assert glyphs == [one["glyph"] for one in oracle("002")["meta"]["category_legend"]]


@needs_seeds
@pytest.mark.accepts("B-04-T1")
def test_import_tells_on_the_screen_where_the_two_differ(imported: dict[str, Any]):
    output = imported["output"]

    assert "文字の違い 14か所（12マス）" in output
    assert "対応区分の食い違い 2件" in output
    assert "失われた記号 36件" in output


@needs_seeds
def test_import_guesses_no_category_where_001_prints_none(imported: dict[str, Any]):
    found = document(imported, "001")

    assert {one["category"] for one in found["opinions"]} == {None}
    assert {check["ok"] for check in found["checks"] if check["key"] == "category"} == {None}


def test_import_of_a_file_that_is_no_such_document_ends_with_two(tmp_path: Path):
    path = tmp_path / "menu.txt"
    path.write_text("献立表\n月曜日　カレー\n火曜日　うどん\n", encoding="utf-8")

    run = CliRunner().invoke(mado, ["import", "opinions", str(path)], standalone_mode=False)

    assert run.return_value == 2
    assert "意見と考え方の並びを見つけられませんでした" in run.output
    assert "2行目は読み取っていません: 月曜日 カレー" in run.output
