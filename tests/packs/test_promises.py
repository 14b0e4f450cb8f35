"""What `mado pack check` promises whoever cannot use the internet or the card, and whoever is asked about themselves."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from madoguchi.faces.cli.pack import pack
from madoguchi.kernel import clock

from .reading import PACKS

PROCEDURE = "procedures/inu.toroku.yaml"
REGISTER = "procedures/register.csv"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """The smallest pack, to be spoilt."""
    return Path(shutil.copytree(PACKS / "minimal", tmp_path / "minimal"))


def mado(*words: str | Path):
    return CliRunner().invoke(pack, [str(word) for word in words])


def spoil(city: Path, file: str, old: str, new: str) -> int:
    """Replace `old` once; the line it stood on."""
    text = (city / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    (city / file).write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.accepts("P4-2-T3")
def test_every_procedure_of_the_register_names_a_way_without_the_card():
    with (PACKS / "nerima" / REGISTER).open(encoding="utf-8", newline="") as file:
        today = clock.today().isoformat()
        standing = [row for row in csv.DictReader(file) if not row["ended_on"] or row["ended_on"] > today]

    assert len(standing) >= 200
    ways = {row["key"]: set(row["without_card"].split()) for row in standing}
    assert [
        key for key, named in ways.items() if not named or not named <= {"counter", "post", "phone"}
    ] == []
    here = sorted(
        path.stem
        for path in (PACKS / "nerima" / "procedures").glob("*.yaml")
        if path.stem.count(".") == 1 and "\nlesson: true\n" not in path.read_text(encoding="utf-8")
    )
    assert [key for key in here if key not in ways] == []
    assert mado("check", PACKS / "nerima").exit_code == 0


@pytest.mark.accepts("P4-2-T3")
def test_a_register_with_a_procedure_that_needs_the_card_is_refused(city):
    line = spoil(city, REGISTER, "model,,counter", "model,,")
    with (city / REGISTER).open("a", encoding="utf-8") as file:
        file.write("neko.toroku,猫の登録,市民課,届出,,,,,,model,,counter\n")

    answer = mado("check", city)

    assert answer.exit_code == 2
    assert (
        f"{city}/{REGISTER}:{line}:without_card: 「犬の登録の申請」に、カードなしで行う方法がありません"
        in answer.output
    )


@pytest.mark.accepts("P4-2-T3")
@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        # A row that ends one day is in force until then.
        (
            REGISTER,
            "第4条,,,,,model,,counter",
            "第4条,,,,2099-12-31,model,,",
            "カードなしで行う方法を、どの手続にも",
        ),
        (
            REGISTER,
            "第4条,,,,,model,,counter",
            "第4条,,,,2020-12-31,model,,",
            "register.csv にありません（P4-2）",
        ),
        (REGISTER, "inu.toroku,犬", "neko.toroku,犬", "「inu.toroku」が、いま行っている手続として"),
        (PROCEDURE, "  counter: {at: [市民課]}\n", "  post: {}\n", "channels に「counter」がありません"),
    ],
)
def test_no_procedure_escapes_the_question_how_it_is_done_without_the_card(city, file, old, new, says):
    spoil(city, file, old, new)

    answer = mado("check", city)

    assert answer.exit_code == 2
    assert says in answer.output


@pytest.mark.accepts("P4-2-T3")
@pytest.mark.parametrize(("accepts", "exit_code"), [("request_for_form", 2), ("whole", 0)])
def test_a_telephone_that_only_sends_a_form_is_no_way_without_the_card(city, accepts, exit_code):
    spoil(city, PROCEDURE, "  counter: {at: [市民課]}\n", f"  post: {{}}\n  phone: {{accepts: {accepts}}}\n")
    spoil(city, REGISTER, "model,,counter", "model,,phone")

    answer = mado("check", city)

    assert answer.exit_code == exit_code, answer.output
    assert ("電話は様式を送るだけ" in answer.output) == (exit_code == 2)


@pytest.mark.accepts("P4-2-T3")
def test_a_procedure_one_can_only_sign_in_to_with_the_card_is_refused(city):
    spoil(
        city,
        PROCEDURE,
        "  counter: {at: [市民課]}\n",
        "  phone: {accepts: request_for_form}\nidentity: {minimum: oidc}\n",
    )
    spoil(city, REGISTER, "model,,counter", "model,,phone")

    answer = mado("check", city)

    assert answer.exit_code == 2
    assert "identity.minimum: マイナンバーカードがないと進めません（N-01）" in answer.output


@pytest.mark.accepts("N-01")
def test_a_procedure_with_no_way_but_the_internet_is_refused_at_its_line(city):
    line = spoil(city, PROCEDURE, "  counter: {at: [市民課]}\n", "") - 2

    answer = mado("check", city)

    assert answer.exit_code == 2
    assert f"{city}/{PROCEDURE}:{line}:channels: インターネットでない方法" in answer.output


@pytest.mark.accepts("N-12")
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("        ground: 飼い主の確認\n", "", "owner.ground: 書かれていません"),
        ("        ground: 飼い主の確認\n", '        ground: ""\n', "owner.ground: 空にできません"),
        (
            "        ground: 飼い主の確認\n",
            "        ground: 念のため\n",
            "owner.ground: 「念のため」では、なぜ聞くのかわかりません",
        ),
        ("        sensitivity: personal\n", "", "owner: person には sensitivity"),
        (
            "label: 犬の名前\n",
            "label: 飼い主の病名\n",
            "dog_name.ground: 要配慮個人情報にあたりうるのに、根拠の法令がありません",
        ),
    ],
)
def test_a_personal_question_without_a_ground_is_refused(city, old, new, says):
    spoil(city, PROCEDURE, old, new)

    answer = mado("check", city)

    assert answer.exit_code == 2
    assert says in answer.output


@pytest.mark.accepts("N-12")
def test_a_personal_question_that_does_not_say_how_long_it_is_kept_is_refused(city):
    spoil(
        city,
        PROCEDURE,
        "        sensitivity: personal\n        keep: case\n",
        "        sensitivity: personal\n",
    )

    answer = mado("check", city)

    assert answer.exit_code == 2
    assert "owner.keep: 書かれていません" in answer.output


@pytest.mark.accepts("N-12")
@pytest.mark.parametrize("name", ["nerima", "minimal"])
def test_the_register_of_fields_names_ground_sensitivity_and_keeping_time_of_each(name):
    rows = json.loads(mado("fields", "--json", PACKS / name).output)

    assert rows
    assert [row for row in rows if not (row["ground"] and row["kept"] and row["line"])] == []
    assert {row["sensitivity"] for row in rows} <= {"personal", "secret"}
    assert "根拠: " in mado("fields", PACKS / name).output


def test_problems_can_be_read_by_a_program(city):
    spoil(city, PROCEDURE, "  done: {label: 登録, end", "  done: {label: 不許可, requires: [reason], end")

    answer = mado("check", "--json", city)

    assert answer.exit_code == 2
    [problem] = json.loads(answer.output)
    assert (problem["rule"], problem["severity"], problem["key"]) == (
        "refuses_without_appeal",
        "error",
        "flow.done",
    )


def test_show_prints_the_whole_definition_and_refuses_what_is_not_there(city):
    assert "procedure: inu.toroku" in mado("show", city, "inu.toroku").output
    assert mado("show", city, "neko.toroku").exit_code == 2


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["apply", "diff"])
def test_a_pack_that_is_refused_is_shown_with_every_problem_at_its_line_as_check_does(city, verb):
    owner = spoil(city, PROCEDURE, "        ground: 飼い主の確認\n", "        ground: 念のため\n")
    dog = spoil(city, PROCEDURE, "        ground: 登録する犬の確認\n", "        ground: 事務のため\n")

    answer = mado(verb, city)

    assert answer.exit_code == 2
    assert f"{city}/{PROCEDURE}:{owner}:pages[0].fields.owner.ground: " in answer.output
    assert f"{city}/{PROCEDURE}:{dog}:pages[0].fields.dog_name.ground: " in answer.output
    assert answer.output == mado("check", city).output


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["apply", "diff"])
def test_what_only_a_published_version_forbids_is_shown_at_its_line_too(city, verb):
    assert mado("apply", city).exit_code == 0
    spoil(city, PROCEDURE, "within: {days: 14}", "within: {days: 30}")
    line = (city / PROCEDURE).read_text(encoding="utf-8").splitlines().index("version: 1") + 1

    answer = mado(verb, city)

    assert mado("check", city).exit_code == 0
    assert answer.exit_code == 2
    assert f"{city}/{PROCEDURE}:{line}:version: " in answer.output
    assert "version を 2 に上げます。" in answer.output
