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
