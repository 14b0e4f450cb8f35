"""The words of procedures in every language a pack speaks."""

from __future__ import annotations

import re

import pytest

from .reading import (
    NERIMA,
    OTHER_LANGUAGES,
    PACKS,
    beside,
    definitions,
    overlays,
    procedure,
    template_of,
    words_of,
    yaml,
)

KANJI = "[\u3400-\u9fff々〆ヶ]"
READING = r"\([ぁ-んァ-ヶー]+\)"
EASY = sorted(path for path in PACKS.rglob("*.ja-easy.yaml"))
PROCEDURES = [path for path in definitions() if path.relative_to(PACKS).parts[0] in ("nerima", "common_jp")]


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
@pytest.mark.parametrize("path", PROCEDURES, ids=lambda path: path.stem)
def test_every_text_of_a_procedure_stands_in_every_language(path, language):
    expected = words_of(yaml(path))
    words = yaml(beside(path, language))
    assert sorted(set(expected) - set(words)) == []
    assert sorted(set(words) - set(expected)) == []
    assert [key for key, text in words.items() if not text.strip()] == []


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
@pytest.mark.parametrize("path", overlays(), ids=lambda path: path.stem)
def test_an_overlay_says_in_every_language_what_its_template_does_not(path, language):
    whole = words_of(procedure(path.parents[1], path.stem))
    template = words_of(yaml(template_of(path)))
    words = yaml(beside(path, language))
    assert sorted(words) == sorted(at for at, said in whole.items() if template.get(at) != said)
    assert [at for at, text in words.items() if not text.strip()] == []


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_the_demo_strip_is_said_in_every_language(language):
    words = yaml(NERIMA / f"pack.{language}.yaml")
    assert {"title", "municipality", "strip", "unofficial"} <= set(words)


def test_pack_of_nerima_says_that_it_is_no_service_of_the_ward():
    pack = yaml(NERIMA / "pack.yaml")
    assert pack["demo"] is True
    assert pack["strip"] == (
        "非公式デモ｜練馬区の公表計画をもとに作成。区の公式サービスではありません。人物とデモの件数は架空です"
    )
    assert pack["languages"] == ["ja", *OTHER_LANGUAGES]


@pytest.mark.parametrize("path", EASY, ids=lambda path: path.name)
def test_easy_japanese_gives_a_reading_after_every_kanji(path):
    for key, text in yaml(path).items():
        unread = re.findall(rf"{KANJI}+(?!{KANJI}|{READING})", text)
        assert unread == [], f"{path.name}: {key}"


@pytest.mark.parametrize("path", EASY, ids=lambda path: path.name)
def test_easy_japanese_keeps_sentences_short(path):
    for key, text in yaml(path).items():
        plain = re.sub(READING, "", text)
        for sentence in re.split(r"[。〈〉]", plain):
            assert len(re.findall(KANJI, sentence)) <= 13, f"{path.name}: {key}: {sentence}"
