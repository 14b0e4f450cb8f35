"""The bodies of a pack, and what becomes of them."""

import pytest

from madoguchi.engines.councils import queries
from madoguchi.engines.councils.models import Council, Member
from madoguchi.engines.directory.tests.make import make_pack
from madoguchi.kernel import packs
from madoguchi.kernel.refs import SYSTEM

KAIGI = """council: kaigi
name: 見本会議
does: 話し合います。
division: 税務課
members:
  - {role: 座長, name: 見本 けやき, belongs_to: 学識（架空）}
words:
  en: {name: Sample council}
"""


def pack(path, text=KAIGI, name="kaigi"):
    folder = make_pack(path)
    (folder / "councils").mkdir(exist_ok=True)
    (folder / "councils" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.django_db
def test_apply_makes_the_body_and_its_seats_and_again_changes_nothing(tmp_path):
    folder = pack(tmp_path)
    packs.apply(folder, by=SYSTEM)

    [body] = queries.councils()
    assert (body.name, body.division.name, body.words["en"]) == (
        "見本会議",
        "税務課",
        {"name": "Sample council"},
    )
    assert [(seat.role, seat.name) for seat in queries.seats(body)] == [("座長", "見本 けやき")]
    assert packs.apply(folder, by=SYSTEM).changes == ()


@pytest.mark.django_db
def test_a_seat_that_changed_is_changed_and_a_body_that_is_gone_is_withdrawn(tmp_path):
    packs.apply(pack(tmp_path), by=SYSTEM)

    packs.apply(pack(tmp_path, KAIGI.replace("けやき", "こぶし")), by=SYSTEM)
    assert Member.objects.get().name == "見本 こぶし"

    (tmp_path / "mihon" / "councils" / "kaigi.yaml").unlink()
    packs.apply(tmp_path / "mihon", by=SYSTEM)
    assert queries.councils() == [] and Council.objects.get().withdrawn_at is not None


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (KAIGI, "hoka", "ファイル名と同じにします。"),
        (KAIGI.replace("税務課", "税務部"), "kaigi", "「税務部」という係は divisions.csv にありません。"),
        (
            KAIGI.replace("words:", "  - {duty: nai}\nwords:"),
            "kaigi",
            "「nai」という役目は duties.csv にありません。",
        ),
        (
            KAIGI.replace("name: 見本 けやき", "duty: nai, name: 見本"),
            "kaigi",
            "duty か name の、どちらか一方を書きます。",
        ),
        (KAIGI.replace("council: kaigi", "council: meetings"), "meetings", "この名前は使えません。"),
    ],
)
def test_check_says_what_is_wrong_with_a_body(tmp_path, text, name, said):
    found = [one.message for one in packs.check(pack(tmp_path, text, name)) if "councils" in one.file]

    assert len(found) == 1 and said in found[0]
