"""The consultation folder of a pack: true to the published documents, copied from none of them, and brought once."""

from __future__ import annotations

import csv
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from madoguchi.engines.consultation import days, queries
from madoguchi.engines.consultation.models import Answer, Call, Category, Opinion, Outcome, Rules
from madoguchi.kernel import packs
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from .seeds import NAMES, needs_seeds, oracle, seed

NERIMA = Path(__file__).resolve().parents[4] / "packs" / "nerima"
DOCUMENTS = {"joho-r1": "000", "torikumi-r4": "001", "joho-h28": "003"}
CALLS = tuple(DOCUMENTS)
TOO_LIKE = 14  # letters in a row: as long a run is no accident
MOST = 60
CIRCLED = [chr(code) for code in (*range(0x2460, 0x2474), *range(0x3251, 0x3260))]
OURS = ("opinion", "answer", "outcome_words")
# What is not words but a fact: shown as the documents print it.
WITHOUT_OUTCOME = ("", "○", "□", "－", "◎")


def rows(call: str) -> list[dict[str, str]]:
    path = NERIMA / "consultation" / "opinions" / f"{call}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack that holds nothing but the reference city's calls, and no plan."""
    folder = tmp_path / "town"
    shutil.copytree(NERIMA / "consultation", folder / "consultation")
    (folder / "pack.yaml").write_text("name: town\ntitle: 見本町\n", encoding="utf-8")
    return folder


def swap(pack: Path, name: str, old: str, new: str) -> None:
    file = pack / "consultation" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors(pack: Path) -> list[str]:
    return [str(problem) for problem in packs.check(pack) if problem.is_error]


# ------------------------------------------------------------------ the facts


@needs_seeds
@pytest.mark.parametrize("call", CALLS)
def test_every_row_says_the_facts_its_document_prints(call):
    ours = rows(call)
    printed = oracle(DOCUMENTS[call])["opinions"]

    assert [_facts(row) for row in ours] == [_printed(one) for one in printed]


def _facts(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        row[name]
        for name in (
            "no",
            "section",
            "item_title",
            "item_number",
            "item_draft_number",
            "category",
            "answer_with",
            "refers_to",
        )
    )


def _printed(one: dict) -> tuple[str, ...]:
    number, draft = one.get("item_final_no"), one.get("item_draft_no")
    return (
        str(one["no"]),
        "|".join(one["section_path"]),
        (one["item_title"] if "item_title" in one else one["item"]) or "",
        CIRCLED[number - 1] if number else "",
        CIRCLED[draft - 1] if draft else "",
        one["category"] or "",
        str(one["answer_shared_from"] or ""),
        " ".join(str(number) for number in one["cross_refs"]),
    )


def test_there_are_160_rows_and_none_of_2022_has_a_category():
    assert {call: len(rows(call)) for call in CALLS} == {"joho-r1": 17, "torikumi-r4": 94, "joho-h28": 49}
    assert {row["category"] for row in rows("torikumi-r4")} == {""}


# ------------------------------------------------------------------ our words


def flat(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def runs(text: str) -> set[str]:
    return {text[place : place + TOO_LIKE] for place in range(len(text) - TOO_LIKE + 1)}


@needs_seeds
@pytest.mark.parametrize("call", CALLS)
def test_no_summary_is_a_copy_of_a_published_sentence(call):
    theirs = set().union(*(runs(flat(seed(name).read_text(encoding="utf-8"))) for name in NAMES))

    copied = [(row["no"], name) for row in rows(call) for name in OURS if runs(flat(row[name])) & theirs]

    assert copied == []


@pytest.mark.parametrize("call", CALLS)
def test_every_opinion_and_answer_is_one_line(call):
    for row in rows(call):
        assert 0 < len(row["opinion"]) <= MOST, row["no"]
        assert len(row["answer"]) <= MOST, row["no"]
        assert bool(row["answer"]) != bool(row["answer_with"]), row["no"]
        assert "\n" not in row["opinion"] + row["answer"], row["no"]


# ------------------------------------------------------------------ what became of them


@pytest.mark.parametrize("call", CALLS)
def test_every_promise_to_consider_and_every_no_has_a_state_and_nothing_is_done_without_a_source(call):
    for row in rows(call):
        if row["category"] not in WITHOUT_OUTCOME:
            assert row["outcome"], row["no"]
        if row["outcome"] in {"not_yet", "studying", "done", "declined"}:
            assert row["outcome_source"], row["no"]
            assert row["outcome_on"], row["no"]
        if row["outcome"] in {"not_yet", "studying"}:
            # What a plan intends is no achievement.
            assert row["outcome_words"].endswith("出典なし。"), row["no"]


def test_the_fifteen_loops_are_closed_as_far_as_the_sources_go():
    states = {
        f"{call} {row['no']}": (row["outcome"], row["outcome_on"]) for call in CALLS for row in rows(call)
    }

    assert {key: state for key, state in states.items() if state[0] not in {"", "no_source"}} == {
        "joho-r1 1": ("not_yet", "R2-03"),
        "joho-r1 2": ("not_yet", "R2-03"),
        "joho-r1 3": ("not_yet", "R2-03"),
        "joho-r1 8": ("not_yet", "R2"),
        "joho-h28 2": ("done", "H29-12"),
        "joho-h28 5": ("done", "H31-04"),
        "joho-h28 7": ("done", "H29-07"),
        "joho-h28 9": ("done", "H28-11"),
        "joho-h28 12": ("not_yet", "R3"),
        "joho-h28 15": ("done", "H28-10"),
        "joho-h28 20": ("done", "H30-09"),
        "joho-h28 22": ("done", "H30-09"),
        "joho-h28 24": ("not_yet", "R2"),
        "joho-h28 27": ("done", "H29-08"),
        "joho-h28 28": ("declined", "H29-06"),
        "joho-h28 33": ("not_yet", "R2"),
        "joho-h28 47": ("done", "R1-12"),
        "joho-h28 48": ("studying", "R2"),
    }
    assert Counter(state for state, _on in states.values())["no_source"] == 14


# ------------------------------------------------------------------ brought


@pytest.fixture
def divisions(db):
    for key in ("企画課", "区政改革担当課"):
        people.keep_division(key=key, name=key)


@pytest.fixture
def brought(pack, divisions):
    return packs.apply(pack, by=SYSTEM)


def test_the_calls_are_brought_once_with_the_totals_their_documents_print(brought, pack):
    again = packs.apply(pack, by=SYSTEM)

    assert again.changes == ()
    found = {call.key: queries.result(call) for call in Call.objects.all()}
    assert {key: (len(one.rows), one.persons, one.organisations) for key, one in found.items()} == {
        "joho-r1": (17, 3, 1),
        "torikumi-r4": (94, 11, 5),
        "joho-h28": (49, 3, 0),
    }
    assert {key: [part.n for part in one.categories] for key, one in found.items()} == {
        "joho-r1": [1, 7, 4, 1, 2, 2],
        "torikumi-r4": [4, 34, 25, 12, 6, 13],
        "joho-h28": [3, 1, 13, 16, 4, 12],
    }
    assert [n for _title, n in found["joho-r1"].sections] == [7, 3, 1, 5, 1]
    assert [n for _title, n in found["torikumi-r4"].sections] == [5, 3, 22, 44, 7, 13]
    # It prints no breakdown: counted by the first heading that tells its rows apart.
    assert [n for _title, n in found["joho-h28"].sections] == [30, 10, 9]
    assert found["torikumi-r4"].uncategorised == 94
    assert Rules.objects.get().minimum_days == 20
    assert Answer.objects.count() == 16 + 89 + 48


def test_each_call_keeps_the_rule_of_20_days_in_its_own_unit(brought):
    lengths = {call.key: days.length(call) for call in Call.objects.all()}

    assert {key: (one.calendar, one.opening, one.is_enough) for key, one in lengths.items()} == {
        "joho-r1": (38, 22, True),
        "torikumi-r4": (34, 20, True),
        "joho-h28": (25, 16, True),
    }
    assert not days.Length(25, 16, 16, 20).is_enough


def test_a_cross_reference_and_a_shared_answer_stand_at_their_opinions(brought):
    result = {row.number: row for row in queries.result(Call.objects.get(key="joho-h28")).rows}

    assert {number: row.refers_to for number, row in result.items() if row.refers_to} == {
        8: (2,),
        36: (35,),
        37: (36,),
    }
    assert "No.35" in result[36].answer
    assert (result[3].answered_with, result[3].answer) == (2, result[2].answer)
    assert result[8].item == "⑥（素案：⑤） 学校教育におけるICT利活用の推進"
    assert (result[2].category, result[3].category) == ("○", "△")


def test_what_an_operator_supplied_and_what_was_written_down_stays_when_the_pack_changes(brought, pack):
    supplied = Opinion.objects.get(call__key="joho-h28", number=33)
    Opinion.objects.filter(pk=supplied.pk).update(text="原文")
    swap(pack, "opinions/joho-h28.csv", rows("joho-h28")[32]["outcome_words"], "はじまった記録が見つかった。")

    packs.apply(pack, by=SYSTEM)

    supplied.refresh_from_db()
    assert supplied.text == "原文"
    words = list(
        Outcome.objects.filter(opinion=supplied).order_by("at", "id").values_list("words", flat=True)
    )
    assert words == [rows("joho-h28")[32]["outcome_words"], "はじまった記録が見つかった。"]


def test_a_row_that_goes_leaves_no_answer_behind(brought, pack):
    file = pack / "consultation" / "opinions" / "joho-r1.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-1]), encoding="utf-8")
    swap(pack, "calls/joho-r1.yaml", "opinions: 17", "opinions: 16")
    swap(pack, "calls/joho-r1.yaml", "meaning: other, printed: 2", "meaning: other, printed: 1")
    swap(pack, "calls/joho-r1.yaml", "title: その他, printed: 1", "title: その他, printed: 0")

    packs.apply(pack, by=SYSTEM)

    call = Call.objects.get(key="joho-r1")
    assert (call.opinions.count(), call.answers.count()) == (16, 15)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("calls/joho-h28.yaml", "opinions: 49", "opinions: 48", "意見は49行あります。"),
        ("calls/joho-h28.yaml", "printed: 13", "printed: 12", "区分の合計が48で、件数と違います。"),
        ("calls/joho-r1.yaml", "printed: 7}", "printed: 8}", "件数と違います。"),
        ("calls/joho-h28.yaml", "call: joho-h28", "call: joho-h29", "ファイル名と同じにします。"),
        ("opinions/joho-h28.csv", ",△,2,,", ",△,3,,", "考え方の書いてあるNo.を書きます。"),
        ("opinions/joho-h28.csv", ",△,2,,", ",☆,2,,", "この募集にない区分です。"),
        ("opinions/joho-h28.csv", "done,H29-12", "finished,H29-12", "outcome"),
        ("opinions/joho-h28.csv", ",－,,35,", ",－,,50,", "この募集のNo.を書きます。"),
        (
            "opinions/joho-h28.csv",
            " 参考資料2 ①,",
            " 参考資料2 ①,page:nowhere",
            "「page:nowhere」というサービスは",
        ),
    ],
)
def test_a_mistake_in_the_folder_is_told_with_its_place(pack, file, old, new, said):
    swap(pack, file, old, new)

    found = errors(pack)

    assert any(said in one for one in found), found
    assert all("consultation/" in one for one in found)


@pytest.mark.parametrize("name", ["minimal", "common_jp"])
def test_a_pack_without_the_folder_has_no_calls(name):
    found = [
        str(one) for one in packs.check(NERIMA.parent / name) if one.is_error and "consultation" in str(one)
    ]

    assert found == []
    assert not (NERIMA.parent / name / "consultation").exists()


def test_the_meaning_of_a_class_is_the_same_in_every_call(brought):
    meanings = Category.objects.values_list("sign", "meaning").distinct()

    assert len(set(meanings)) == 6
