"""The plan folder of a pack: applied, and refused with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from madoguchi.engines.plan.models import Item
from madoguchi.kernel import packs
from madoguchi.kernel.refs import SYSTEM

from .make import NERIMA


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack that holds nothing but the reference city's plan."""
    folder = tmp_path / "town"
    shutil.copytree(NERIMA, folder / "plan")
    (folder / "pack.yaml").write_text("name: town\ntitle: 見本町\n")
    return folder


def swap(pack: Path, name: str, old: str, new: str) -> int:
    """Replace the first `old` in a file of the plan; the number of its line."""
    file = pack / "plan" / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def errors(pack: Path) -> list[str]:
    return [str(problem) for problem in packs.check(pack) if problem.is_error]


def test_pack_of_the_reference_city_has_no_fault(pack):
    assert errors(pack) == []


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.slow  # brings the whole plan
def test_pack_applied_twice_changes_nothing_the_second_time(pack):
    first = packs.apply(pack, by=SYSTEM)
    second = packs.apply(pack, by=SYSTEM)

    assert sum(change.part == "plan" for change in first.changes) == 37 + 8
    assert second.changes == ()
    assert Item.objects.count() == 37


@pytest.mark.slow  # reads the whole plan
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("items.yaml", "保育課, 介護保険課", "保育科, 介護保険課", "「保育課」ではありませんか。"),
        ("items.yaml", "page:divisions", "page:division", "「divisions」ではありませんか。"),
        ("items.yaml", "R6: 拡大}", "R7: 拡大}", "R2、R3、R4、R5、R6"),
        ("items.yaml", "item: P1-1-2", "item: P1-1-1", "「P1-1-1」が二つあります。"),
        ("items.yaml", "mark: ①", "makr: ①", "makr"),
        ("figures.yaml", "items: [P3-2]", "items: [P3-9]", "「P3-9」はありません。"),
        ("figures.yaml", "measured_by: null", "measured_by: plan.items_runing", "「plan.items_running」"),
        ("indicators.yaml", "met: false", "met: true", "met が、印刷された値と目標からの判定と違います。"),
        ("former_plan.yaml", "section: (1)", "section: (9)", "目標1 にこの節はありません。"),
        ("time_series.yaml", "group: cost,", "group: costs,", "「cost」という group はありません。"),
    ],
)
def test_pack_with_a_fault_names_the_file_and_what_was_meant(pack, file, old, new, said):
    swap(pack, file, old, new)

    found = errors(pack)

    assert found
    assert any(f"plan/{file}:" in each and said in each for each in found), found


def test_pack_fault_names_the_line(pack):
    line = swap(pack, "items.yaml", "[練馬子ども家庭支援センター]", "[練馬子供家庭支援センター]")

    assert f"plan/items.yaml:{line}:" in errors(pack)[0]


def test_pack_without_a_plan_is_a_pack(pack):
    shutil.rmtree(pack / "plan")

    assert errors(pack) == []
