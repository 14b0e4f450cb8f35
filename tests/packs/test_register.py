"""The register (手続台帳): a model of a ward's procedures, with published facts marked apart."""

from __future__ import annotations

import datetime as dt
import re

from .reading import NERIMA, PACKS, rows, yaml

REGISTER = rows(NERIMA / "procedures" / "register.csv")
# 計画 第4章 1-1①: the eight one-stop procedures and the month each began.
ONE_STOP = {
    "jido_teate.nintei": "2017-11-01",
    "kodomo_iryosho.shinsei": "2018-04-01",
    "jido_teate.genkyo": "2018-06-01",
    "hoiku.genkyo": "2018-07-01",
    "kaigo.nintei": "2020-03-01",
    "kaigo.nintei_iten": "2020-03-01",
    "kaigo.futan_wariai_saikofu": "2020-03-01",
    "kaigo.hihokenshasho_saikofu": "2020-03-01",
}
# Words in keys that English keeps as they are.
LOANWORDS = {"allergy", "camera", "card", "club", "family", "ict", "net", "online", "safety"}
LOANWORDS |= {"short", "stay", "support", "taxi"}


def test_register_names_at_least_150_procedures_each_once():
    keys = [row["key"] for row in REGISTER]
    assert len(keys) >= 150
    assert len(set(keys)) == len(keys)
    assert len({row["title"] for row in REGISTER}) == len(keys)
    assert [key for key in keys if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", key)] == []


def test_register_rows_are_whole():
    for row in REGISTER:
        assert None not in row, row["key"]
        assert None not in row.values(), row["key"]
        assert row["title"], row["key"]
        assert row["kind"] in {"届出", "申請", "証明", "給付", "予約", "相談"}, row["key"]
        assert row["source"] in {"plan", "model"}, row["key"]
        for column in ("ward_online_since", "since", "ended_on"):
            if row[column]:
                dt.date.fromisoformat(row[column])


def test_register_belongs_to_divisions_of_the_plan():
    divisions = {row["key"] for row in rows(NERIMA / "directory" / "divisions.csv")}
    assert {row["division"] for row in REGISTER} <= divisions
    assert len(divisions) == 47


def test_online_dates_of_the_ward_are_published_ones_only():
    online = {row["key"]: row for row in REGISTER if row["ward_online_since"]}

    one_stop = {key for key, row in online.items() if row["ward_online_by"] == "ぴったりサービス"}
    assert {key: online[key]["ward_online_since"] for key in one_stop} == ONE_STOP
    assert {row["source"] for row in online.values()} == {"plan"}
    assert all(row["ward_online_by"] for row in online.values())
    # The plan's own time ends in March 2020: nothing after it is known, and nothing is invented.
    assert max(row["ward_online_since"] for row in online.values()) <= "2020-03-31"


def test_procedures_offered_here_stand_in_the_register():
    for pack in ("nerima", "minimal"):
        keys = {row["key"] for row in rows(PACKS / pack / "procedures" / "register.csv")}
        files = (PACKS / pack / "procedures").glob("*.yaml")
        defined = [definition for file in files if "procedure" in (definition := yaml(file))]
        offered = {one["procedure"] for one in defined if not one.get("lesson")}
        assert offered <= keys
        assert offered


def test_national_procedures_are_called_the_same_in_the_register():
    national = {row["key"] for row in rows(PACKS / "common_jp" / "procedures" / "national_procedures.csv")}
    assert national - {row["key"] for row in REGISTER} == set()


def test_every_romaji_word_of_a_register_key_is_in_the_glossary():
    known = {row["key"] for row in rows(NERIMA / "glossary.csv")} | LOANWORDS
    words = {word for row in REGISTER for word in row["key"].split(".")}
    assert sorted(word for word in words if not _is_made_of(word.split("_"), known)) == []


def _is_made_of(parts: list[str], known: set[str]) -> bool:
    """Whether the parts, joined again somehow, are all known words."""
    return not parts or any(
        "_".join(parts[:end]) in known and _is_made_of(parts[end:], known) for end in range(1, len(parts) + 1)
    )


def test_glossary_has_each_word_once_with_reading_and_english():
    terms = rows(NERIMA / "glossary.csv")
    keys = [term["key"] for term in terms]
    assert len(keys) >= 60
    assert keys == sorted(set(keys))
    for term in terms:
        assert None not in term.values(), term["key"]
        assert term["ja"], term["key"]
        assert term["en"], term["key"]
        assert re.fullmatch(r"[ぁ-んー]+", term["yomi"]), term["key"]
