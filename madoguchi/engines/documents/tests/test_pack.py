"""Letters of packs: what is checked, and what they say once composed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from pydantic import ValidationError
from ruamel.yaml import YAML

from madoguchi.engines.documents import queries
from madoguchi.engines.documents.drawing import draw
from madoguchi.engines.documents.errors import LetterLacksWords, LetterUnknown
from madoguchi.engines.documents.pack import KIND, LetterDefinition
from madoguchi.kernel import packs
from madoguchi.kernel.refs import SYSTEM

from .make import text_of

NERIMA = settings.ROOT / "packs" / "nerima" / "documents"
PLACES = {
    "applicant": "見本 はな",
    "procedure": "児童手当の認定請求",
    "case.receipt": "2611-0427-7",
    "case.received_on": "令和8年11月5日",
    "case.channel": "ネット",
    "decided_on": "令和8年11月22日",
    "division": "子育て支援課",
    "reason": "",
    "decided.monthly": "15,000円",
    "decided.starts_on": "令和8年12月1日（2026年）",
}


def definition(**more: object) -> dict[str, object]:
    return {
        "letter": "a",
        "version": 1,
        "title": "通知書",
        "decides": "acknowledges",
        "issuer": "市長",
        "opening": "{{procedure}}について",
        **more,
    }


def publish(key: str) -> None:
    data = YAML(typ="safe").load(NERIMA / f"{key}.yaml")
    packs.publish(kind=KIND, key=key, version=data["version"], logic=data, texts={})


def compose(key: str, **more: object):
    said = {
        "number": "2611-0427-7",
        "date": dt.date(2026, 11, 22),
        "to_name": "見本 はな",
        "office": "子育て支援課",
        "facts": [("お名前", "見本 はな")],
        "legal_basis": "児童手当法 第7条",
        "places": PLACES,
    }
    return queries.compose(key, **{**said, **more})


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"opening": "{{case.recept}}"}, "case.receipt"),
        ({"body": ["{{ my_number }}"]}, "使えるもの"),
        ({"decides": "refuses"}, "appeal_notice"),
        ({"decides": "maybe"}, "grants"),
        ({"letter": "A B"}, "letter"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_letter_that_cannot_be_right_is_refused(wrong, says):
    with pytest.raises(ValidationError) as said:
        LetterDefinition.model_validate(definition(**wrong))

    assert says in str(said.value)


def test_one_sentence_may_stand_without_a_list():
    assert LetterDefinition.model_validate(definition(body="一文だけ")).body == ["一文だけ"]


@pytest.mark.django_db
def test_the_refusal_of_the_reference_city_says_why_and_how_to_appeal():
    publish("kyakka_tsuchi")

    letter = compose(
        "kyakka_tsuchi", reason="公務員の方は勤務先に請求してください。\n詳しくは勤務先へ。\n\n二つめの理由。"
    )

    assert letter.decides == "refuses"
    assert letter.reasons == ["公務員の方は勤務先に請求してください。\n詳しくは勤務先へ。", "二つめの理由。"]
    assert not letter.facts
    text = text_of(draw(letter))
    for part in (
        "却下通知書",
        "3か月以内",
        "6か月以内",
        "児童手当法第7条",
        "2611-0427-7",
        "令和8年11月5日に受け付けた",
    ):
        assert part in text
    assert "{{" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["nintei_tsuchi", "uketsuke_hikae"])
def test_the_other_letters_of_the_reference_city_show_what_was_stated(key):
    publish(key)

    text = text_of(draw(compose(key, is_sample=True)))

    assert "お名前見本はな" in text
    assert "{{" not in text


@pytest.mark.django_db
def test_an_answer_that_looks_like_a_place_stays_an_answer():
    publish("uketsuke_hikae")

    letter = compose("uketsuke_hikae", places={**PLACES, "procedure": "{{division}}"})

    assert "{{division}}" in letter.paragraphs[0]


@pytest.mark.django_db
def test_a_letter_with_an_empty_place_is_not_made():
    publish("nintei_tsuchi")

    with pytest.raises(LetterLacksWords) as said:
        compose("nintei_tsuchi", places={**PLACES, "decided_on": " "})

    assert "decided_on" in str(said.value)


@pytest.mark.django_db
def test_a_letter_nobody_published_is_named():
    with pytest.raises(LetterUnknown) as said:
        compose("shiranai")

    assert "shiranai" in str(said.value)


@pytest.fixture
def pack(tmp_path):
    """A small pack with nothing in it yet but its own name."""
    folder = tmp_path / "tiny" / "documents"
    folder.mkdir(parents=True)
    (tmp_path / "tiny" / "pack.yaml").write_text("name: tiny\ntitle: 小さな町\n")
    return tmp_path / "tiny"


def load(pack):
    part = next(part for part in packs.parts() if part.folder == "documents")
    folder = packs.PackFolder(packs.read(pack))
    return part, folder, part.load(folder)


@pytest.mark.django_db
def test_applying_a_pack_publishes_its_letters_once(pack):
    (pack / "documents" / "a.yaml").write_text((NERIMA / "kyakka_tsuchi.yaml").read_text())

    part, folder, loaded = load(pack)

    assert not [problem for problem in folder.problems if problem.is_error]
    assert [str(change) for change in part.apply(loaded, SYSTEM)] == ["+ documents: kyakka_tsuchi (版1)"]
    assert part.apply(loaded, SYSTEM) == []
    assert queries.letter_definition("kyakka_tsuchi").decides == "refuses"


def test_a_fault_in_a_letter_is_named_with_its_line(pack):
    source = (NERIMA / "kyakka_tsuchi.yaml").read_text()
    (pack / "documents" / "a.yaml").write_text(source.replace("{{procedure}}", "{{prosedure}}"))
    (pack / "documents" / "b.yaml").write_text(source)
    (pack / "documents" / "c.yaml").write_text(source)

    _part, folder, _loaded = load(pack)

    lines = [(problem.file.rpartition("/")[2], problem.line, problem.key) for problem in folder.problems]
    line = source[: source.index("opening:")].count("\n") + 1
    assert lines == [("a.yaml", line, "opening"), ("c.yaml", 4, "letter")]
    assert "{{procedure}} ではありませんか。" in folder.problems[0].message
