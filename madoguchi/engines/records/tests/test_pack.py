"""The pack's kinds and things: read, refused where wrong, applied twice; and the week."""

from __future__ import annotations

import pytest

from madoguchi.engines.records import demo, pack, queries
from madoguchi.engines.records.models import Loan, Registration, Story
from madoguchi.kernel import clock, packs
from madoguchi.kernel.identity import demo as people
from madoguchi.kernel.refs import SYSTEM

pytestmark = pytest.mark.django_db

KIND = """registration: {key}
version: 1
title: 見本の登録
about: 見本です。
of: {of}
settled_by: staff
division: {division}
valid: {valid}
fields:
  - {{id: phone, kind: phone, label: 電話, why: 連絡のため, shown_for: [{purpose}]}}
"""


def problems(tmp_path, **said) -> list[str]:
    """What is wrong with a pack that says this."""
    fields = {
        "key": "mihon",
        "of": "person",
        "division": "市民課",
        "valid": "{months: 12}",
        "purpose": "care",
    } | said
    name = fields.pop("file", "mihon.yaml")
    root = tmp_path / "mihon"
    (root / "records" / "kinds").mkdir(parents=True)
    (root / "directory").mkdir()
    (root / "pack.yaml").write_text("name: mihon\ntitle: 見本市\n", encoding="utf-8")
    (root / "directory" / "divisions.csv").write_text("key,name\n市民課,市民課\n", encoding="utf-8")
    (root / "records" / "kinds" / name).write_text(KIND.format(**fields), encoding="utf-8")
    folder = packs.PackFolder(packs.read(root))
    made = pack.load(folder)
    if not folder.problems:
        folder.loaded["directory"] = type("D", (), {"divisions": [_row("市民課")]})()
        folder.loaded["retention"] = None
        pack.check(made, folder)
    return [f"{one.key}: {one.message}" for one in folder.problems]


def _row(key: str):
    return type("R", (), {"value": type("V", (), {"key": key})()})()


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"file": "hoka.yaml"}, "registration"),
        ({"division": "ない課"}, "division"),
        ({"valid": "{}"}, "valid"),
        ({"valid": "{months: 3, until: end_of_fiscal_year}"}, "valid"),
        ({"purpose": "fun"}, "fields"),
        ({"of": "group"}, ""),
    ],
)
def test_a_wrong_kind_is_refused_at_its_place(tmp_path, said, where):
    found = problems(tmp_path, **said)

    assert any(one.startswith(where) for one in found), found


def test_a_kind_needs_its_line_in_the_retention_plan(tmp_path):
    assert problems(tmp_path) == ["retention: 「registrations」は retention.yaml の others にありません。"]


def test_the_reference_city_is_laid_with_its_week(settings):
    settings.DEMO = True
    packs.apply(settings.PACK, by=SYSTEM)
    again = packs.apply(settings.PACK, by=SYSTEM)
    people.lay_week(by=SYSTEM)

    demo.lay_week(by=SYSTEM)
    demo.lay_week(by=SYSTEM)

    assert not [one for one in again.changes if one.part == "records"]
    assert [kind.key for kind in queries.kinds_to_ask()] == ["dantai", "ichiji_azukari"]
    written = people.week("records")
    settled = sorted(
        (one["kind"], "valid" if {"interviewed", "accepted"} & one.keys() else "asked")
        for one in written["registrations"]
    )
    assert ("ichiji_azukari", "valid") in settled
    assert sorted(Registration.objects.values_list("kind", "state")) == settled
    assert sorted(
        (loan.thing.key, loan.back_at is None) for loan in Loan.objects.select_related("thing")
    ) == [
        ("kodaku-1", False),
        ("shisen-1", True),
        ("switch-1", True),
    ]
    assert sorted(Story.objects.values_list("state", "is_public")) == [
        ("asked", True),
        ("published", False),
        ("published", True),
    ]
    assert queries.late(people.staff_actor("hasegawa")) == 1
    assert clock.today() >= Loan.objects.order_by("due_on")[0].due_on
