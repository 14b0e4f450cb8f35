"""`mado import tickets`: a year of another system's numbers, as the public then reads it."""

import csv
import datetime as dt
import io
import random
from collections import defaultdict

import pytest
from django.urls import reverse

from madoguchi.engines.queue.tests import make
from madoguchi.faces.cli.main import main
from madoguchi.kernel import clock

pytestmark = pytest.mark.django_db


def url(name: str, *args: str) -> str:
    return reverse(f"portal:queue:{name}", args=args)


def a_year(seed: int = 3) -> list[tuple[str, dt.datetime, dt.datetime | None, dt.datetime | None]]:
    """Numbers of two counters on some days of each month; some left, some did not appear."""
    chance = random.Random(seed)
    rows = []
    for month in range(12):
        year, number = divmod(2025 * 12 + 10 + month, 12)
        for day in (3, 9, 17, 26):
            for counter in ("kari_f", "kari_g"):
                for _visit in range(chance.randrange(3, 9)):
                    came = dt.datetime(
                        year,
                        number + 1,
                        day,
                        chance.randrange(8, 17),
                        chance.randrange(60),
                        chance.randrange(60),
                    )
                    called = (
                        came + dt.timedelta(seconds=chance.randrange(0, 3600))
                        if chance.random() > 0.1
                        else None
                    )
                    ended = (
                        called + dt.timedelta(seconds=chance.randrange(60, 1500))
                        if called and chance.random() > 0.1
                        else None
                    )
                    rows.append((counter, came, called, ended))
    return rows


def by_hand(rows, key) -> dict[object, tuple[int, str]]:
    """What somebody with a pencil makes of the file: {key: (numbers, mean minutes of who was served)}."""
    came, waits = defaultdict(int), defaultdict(list)
    for counter, issued, called, ended in rows:
        if counter == "kari_f":
            came[key(issued)] += 1
            if called and ended:
                waits[key(issued)].append((called - issued).total_seconds() / 60)
    return {
        place: (came[place], f"{sum(waits[place]) / len(waits[place]):.1f}" if waits[place] else "")
        for place in came
    }


@pytest.mark.accepts("P1-2-1-T4")
def test_the_trend_of_a_loaded_year_equals_a_calculation_by_hand(client, tmp_path):
    rows = a_year()
    file = tmp_path / "rireki.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["counter", "issued_at", "called_at", "ended_at"])
        writer.writerows(
            [counter, *("" if at is None else at.isoformat(" ") for at in times)] for counter, *times in rows
        )
    make.line(), make.line("kari_g", "G")

    with clock.frozen(make.at(9)):
        assert main(["import", "tickets", str(file)]) == 0
        text = client.get(url("counter", "kari_f")).text
        table = list(
            csv.reader(io.StringIO(client.get(url("congestion_csv", "kari_f")).content.decode("utf-8-sig")))
        )

    days = ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"]
    expected = {
        "月ごと": by_hand(rows, lambda at: f"{at.year}年{at.month}月"),
        "曜日ごと": by_hand(rows, lambda at: days[at.weekday()]),
        "時間ごと": by_hand(rows, lambda at: f"{at.hour}時台"),
    }
    told = defaultdict(dict)
    for breakdown, when, issued, _served, minutes in table[1:]:
        told[breakdown][when] = (int(issued), minutes)
    assert {name: dict(parts) for name, parts in told.items()} == expected
    assert len(expected["月ごと"]) == 12
    # The page draws the same: each figure stands in the table beside its bar.
    assert text.count("<svg") == 3 and text.count("<rect") == sum(map(len, expected.values()))
    for parts in expected.values():
        for when, (_n, minutes) in parts.items():
            assert f'<th scope="row">{when}</th><td class="n num">{minutes}分</td>' in text


def test_a_history_that_cannot_be_read_is_one_line_and_exit_code_2(tmp_path, capsys):
    file = tmp_path / "x.csv"
    file.write_text("counter,issued_at,called_at,ended_at\nnai,2026-04-01 09:00,,\n")

    assert main(["import", "tickets", str(file)]) == 2

    assert "何も保存していません" in capsys.readouterr().err
