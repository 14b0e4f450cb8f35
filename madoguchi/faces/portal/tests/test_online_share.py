"""電子申請への対応率, computed from the register, by division and by fiscal year, against a count by hand."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from collections import Counter

import pytest
from django.urls import reverse

from madoguchi.kernel import clock, packs
from madoguchi.kernel.refs import SYSTEM

from .conftest import KEY, NERIMA

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # applies the whole pack, at a moment of the past

BEGUN = dt.datetime(2025, 2, 3, 9, 0, tzinfo=clock.JST)  # fiscal 令和6年度
# Counted by hand: the pack's files under procedures/, by the division that runs each.
OFFERED = {"子育て支援課": 3, "保育課": 1, "介護保険課": 4, "戸籍住民課": 1}
LOOKED = dt.datetime(2026, 11, 22, 9, 0, tzinfo=clock.JST)  # fiscal 令和8年度


def register_by_hand(on: dt.date) -> Counter[str]:
    """How many procedures of the file exist on a day, by division."""
    with (NERIMA / "procedures" / "register.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    iso = on.isoformat()
    return Counter(
        row["division"]
        for row in rows
        if (not row["since"] or row["since"] <= iso) and (not row["ended_on"] or row["ended_on"] > iso)
    )


def shares(text: str, head: str) -> dict[str, tuple[int, int, str]]:
    """The rows of one breakdown on the page: name -> (counted, of, per cent)."""
    table = re.search(rf"電子申請への対応率（{head}ごと）</caption>(.*?)</table>", text, re.DOTALL)[1]
    row = (
        r'<th scope="row">(.*?)</th><td class="n">(\d+)</td><td class="n">(\d+)</td><td class="n">(.*?)</td>'
    )
    return {name: (int(n), int(of), percent) for name, n, of, percent in re.findall(row, table)}


@pytest.mark.accepts("P1-1-1-T5")
def test_the_share_is_what_one_counts_by_hand_in_the_register(client):
    with clock.frozen(BEGUN):
        packs.apply(NERIMA, by=SYSTEM)

    with clock.frozen(LOOKED):
        page = client.get(reverse("portal:plan:item", args=["P1-1-1"]), headers={"Accept-Language": "ja"})

    by_hand = register_by_hand(LOOKED.date())
    of = sum(by_hand.values())
    by_division = shares(page.text, "担当")
    assert {name: of for name, (_n, of, _percent) in by_division.items()} == dict(by_hand)
    assert {name: n for name, (n, _of, _percent) in by_division.items() if n} == OFFERED
    assert f"{of}のうち9" in page.text

    by_year = shares(page.text, "年度")
    assert list(by_year) == ["令和6年度", "令和7年度", "令和8年度"]
    assert [n for n, _of, _percent in by_year.values()] == [9, 9, 9]
    assert by_year["令和8年度"] == (9, of, f"{round(900 / of, 1)}%")
    assert by_year["令和6年度"][1] == sum(register_by_hand(dt.date(2025, 3, 31)).values())


@pytest.mark.accepts("P1-1-1-T5")
def test_the_share_falls_when_an_online_form_leaves_the_pack_and_the_past_stays(client, tmp_path):
    shutil.copytree(NERIMA.parent, tmp_path / "packs")
    with clock.frozen(BEGUN):
        packs.apply(tmp_path / "packs" / "nerima", by=SYSTEM)
    for file in (tmp_path / "packs" / "nerima" / "procedures").glob(f"{KEY}*"):
        file.unlink()

    with clock.frozen(LOOKED):
        packs.apply(tmp_path / "packs" / "nerima", by=SYSTEM)
        page = client.get(reverse("portal:plan:item", args=["P1-1-1"]), headers={"Accept-Language": "ja"})

    assert f"{sum(register_by_hand(LOOKED.date()).values())}のうち8" in page.text
    assert [n for n, _of, _percent in shares(page.text, "年度").values()] == [9, 9, 8]
