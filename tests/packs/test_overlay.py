"""A procedure that comes with the project as a national template and a municipality's patch (ADR 0013)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from madoguchi.engines.procedures.pack import load
from madoguchi.faces.cli.pack import pack
from madoguchi.kernel import packs

from .reading import NERIMA, OTHER_LANGUAGES, PACKS, overlays, procedure, template_of, yaml

KEY = "juminhyo.utsushi"
OVERLAY = f"nerima/procedures/{KEY}.yaml"
TEMPLATE = f"common_jp/procedures/templates/{KEY}.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packs, to be written in."""
    return Path(shutil.copytree(PACKS, tmp_path / "packs"))


def mado(*words: str | Path):
    return CliRunner().invoke(pack, [str(word) for word in words])


def rewrite(file: Path, old: str, new: str) -> int:
    """Replace `old` once; the line it stood on."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def published(city: Path) -> packs.Publication:
    """The procedure as it would be published."""
    folder = packs.PackFolder(packs.read(city))
    found = {one[0].value.procedure: one for one in load(folder).procedures}
    assert [str(problem) for problem in folder.problems if problem.is_error] == []
    located, _compiled, texts, logic = found[KEY]
    return packs.Publication(KEY, located.value.version, logic, texts)


def test_the_copy_of_the_resident_record_is_a_template_and_what_the_city_lays_over_it():
    [path] = [one for one in overlays() if one.stem == KEY]
    template, whole = yaml(template_of(path)), procedure(NERIMA, KEY)

    assert not {"patch", "fixed"} & set(whole)
    # In the order of a file written out whole: the order is hashed, so that open cases stay where they are.
    assert [*whole][:5] == ["procedure", "version", "checked_on", "parent", "title"]
    assert [*whole][4:] == [
        key for key in template if key not in ("procedure", "version", "checked_on", "fixed")
    ]
    assert (template["division"], whole["division"]) == ("住民担当課", "戸籍住民課")
    assert whole["pages"][0] == template["pages"][0]
    assert [*whole["pages"][1]["fields"]] == [*template["pages"][1]["fields"], "fetch_at"]
    assert whole["flow"]["refused"] == template["flow"]["refused"]
    assert "proposed" not in template["decided"]["fee"]
    assert whole["decided"]["fee"]["proposed"] == "copies * 300"
    assert whole["examples"] == template["examples"]


def test_the_same_procedure_written_out_whole_is_the_same_definition_in_every_language(copy):
    overlaid = published(copy / "nerima")
    city = copy / "nerima" / "procedures"
    whole = procedure(NERIMA, KEY) | {"parent": {"id": f"common_jp/{KEY}", "change": 1}}
    (city / f"{KEY}.yaml").write_text(packs.write_yaml(whole), encoding="utf-8")
    for language in OTHER_LANGUAGES:
        words = packs.write_yaml(dict(overlaid.texts[language]))
        (city / f"{KEY}.{language}.yaml").write_text(words, encoding="utf-8")

    plain = published(copy / "nerima")

    # The same hash: who applied the one may apply the other, and open cases stay where they are.
    assert packs.logic_hash(plain.logic) == packs.logic_hash(overlaid.logic)
    assert plain.texts == overlaid.texts
    assert plain.version == overlaid.version


@pytest.mark.parametrize(
    ("old", "new", "law"),
    [
        ("  set:\n", "  set:\n    fields.who.type: text\n", "住民基本台帳法 第12条第1項"),
        ("  add:\n", "  add:\n    fields.items.least: 1\n", "住民基本台帳法 第12条第5項"),
        ("  add:\n", "  remove:\n    - documents.ininjo\n  add:\n", "住民基本台帳法 第12条第4項"),
        (
            "  set:\n",
            "  set:\n    flow.refused.requires: [reason]\n",
            "行政手続法 第8条、行政不服審査法 第82条",
        ),
    ],
)
def test_what_the_law_holds_is_not_changed_by_the_citys_file(copy, old, new, law):
    rewrite(copy / OVERLAY, "change: 1}", "change: 2}")
    line = rewrite(copy / OVERLAY, old, new) + 1

    answer = mado("check", copy / "nerima")

    assert answer.exit_code == 2
    told = [each for each in answer.output.splitlines() if "で決まっているので、変えられません" in each]
    assert len(told) == 1, answer.output
    assert told[0].startswith(f"{copy / OVERLAY}:{line}:patch.")
    assert f"法令（{law}）" in told[0]


def test_a_template_that_rises_tells_the_city_what_differs_and_changes_nothing_by_itself(copy):
    before = published(copy / "nerima")
    template = copy / TEMPLATE
    shutil.copy(template, template.with_name(f"{KEY}.v1.yaml"))
    for language in OTHER_LANGUAGES:
        shutil.copy(
            template.with_name(f"{KEY}.{language}.yaml"), template.with_name(f"{KEY}.v1.{language}.yaml")
        )
    rewrite(template, "version: 1\n", "version: 2\nchange: {act: 見本の改正}\n")
    rewrite(template, "        most: 10\n", "        most: 20\n")

    answer = mado("check", copy / "nerima")

    assert answer.exit_code == 0, answer.output
    line = (copy / OVERLAY).read_text(encoding="utf-8").splitlines().index("patch:")
    assert (
        f"(warning) {copy / OVERLAY}:{line}:parent.version: ひな型が版2になりました。この上書きは見直しが要ります。"
        "（見本の改正） 変わったところ: fields.copies.most" in answer.output
    )
    assert packs.logic_hash(published(copy / "nerima").logic) == packs.logic_hash(before.logic)


def test_a_city_that_has_nothing_to_change_takes_the_newer_template_without_a_version_of_its_own(copy):
    before = published(copy / "nerima")
    rewrite(copy / TEMPLATE, "version: 1\n", "version: 2\n")
    rewrite(copy / TEMPLATE, "division: 住民担当課 ", "division: 市民課 ")
    rewrite(copy / OVERLAY, "version: 1, change: 1}", "version: 2, change: 1}")

    after = published(copy / "nerima")

    assert packs.logic_hash(after.logic) == packs.logic_hash(before.logic)
    assert after.texts == before.texts
