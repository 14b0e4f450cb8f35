"""Counts by channel, side by side, and the small numbers that are not told."""

import random

import pytest

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.queries.counting import CHANNELS, ChannelCounts, CountRow, _mask, _part
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import fiscal_year
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import SYSTEM

from . import make


def came_by(by, **channels):
    """Cases of the canonical procedure, so many by each channel."""
    for channel, n in channels.items():
        for _one in range(n):
            party = people.keep_party(profile={}, by=SYSTEM)
            services.submit(draft=make.answer_all(make.draft_of(by, channel=channel, party=party), by), by=by)


def table(*rows: dict[str, int]) -> ChannelCounts:
    found = [
        CountRow(str(n), str(n), "課", "課", {c: row.get(c, 0) for c in CHANNELS}, sum(row.values()))
        for n, row in enumerate(rows)
    ]
    totals = {c: sum(row.counts[c] for row in found) for c in CHANNELS}
    return ChannelCounts(2026, [2026], found, totals, sum(totals.values()))


@pytest.mark.django_db
def test_each_channel_is_counted_beside_the_others_and_practice_is_not():
    make.publish_canonical()
    sato = make.clerk("sato")
    came_by(sato, phone=2, postcard=1)
    practised = Case.objects.order_by("received_at").first()
    Case.objects.filter(pk=practised.pk).update(practice=True)

    counts = queries.channel_counts_for_staff(sato)

    [row] = counts.rows
    assert (row.title, row.counts["phone"], row.counts["postcard"], row.total) == (
        "児童手当の認定請求",
        1,
        1,
        2,
    )
    assert counts.year == fiscal_year(clock.today()) and counts.total == 2
    assert queries.channel_counts_for_staff(make.clerk("takagi", division="介護保険課")).rows == []


@pytest.mark.django_db
def test_the_public_is_told_no_number_of_one_to_four():
    make.publish_canonical()
    came_by(make.clerk("sato"), phone=5, postcard=1)

    counts = queries.channel_counts()

    [row] = counts.rows
    assert (row.counts["postcard"], counts.totals["postcard"]) == (None, None)
    assert 1 not in [*row.cells, row.total, counts.total, *counts.totals.values()]
    assert row.counts["web"] == 0


def test_large_numbers_are_told_as_they_are():
    counts = table({"web": 12, "phone": 7}, {"web": 30})

    _mask(counts)

    assert not counts.is_masked
    assert [row.total for row in counts.rows] == [19, 30] and counts.totals["web"] == 42


def test_no_hidden_number_can_be_worked_out_from_the_sums():
    """Whatever the table: no row and no column has exactly one hidden number beside a told sum."""
    chance = random.Random(7)
    for _turn in range(400):
        rows = [
            {c: chance.choice([0, 0, 1, 3, 4, 5, 9, 40]) for c in CHANNELS}
            for _row in range(chance.randint(1, 6))
        ]
        counts = table(*[row if any(row.values()) else {"web": 1} for row in rows])
        _mask(counts)
        for row in counts.rows:
            assert not any(n is not None and 1 <= n <= 4 for n in [*row.cells, row.total])
            assert not (row.total is not None and row.cells.count(None) == 1)
        for channel in CHANNELS:
            column = [row.counts[channel] for row in counts.rows]
            assert not (counts.totals[channel] is not None and column.count(None) == 1)
        assert not (counts.total is not None and list(counts.totals.values()).count(None) == 1)
        assert not (counts.total is not None and [row.total for row in counts.rows].count(None) == 1)


def test_a_part_of_the_table_tells_no_sum_over_hidden_numbers():
    counts = table({"web": 12, "phone": 2}, {"web": 30, "phone": 3})
    _mask(counts)

    part = _part(counts, "", "0")

    assert part.totals["phone"] is None and part.total is None
