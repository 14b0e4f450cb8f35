"""The draw itself: the same for everybody, fair to everybody, and what its rules promise."""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.engines.lottery import drawing
from madoguchi.engines.lottery.drawing import Ticket
from madoguchi.engines.lottery.verifier import verify

from . import proofs

ITEMS = [f"c{n}" for n in range(6)]


def receipt(number: int) -> str:
    letters = [drawing.LETTERS[(number >> (5 * at)) % 32] for at in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))


def seed(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


bundles = st.lists(st.sampled_from(ITEMS), min_size=1, max_size=3, unique=True).map(tuple)
fields = st.tuples(st.integers(0, 2), st.integers(1, 3), st.lists(bundles, min_size=1, max_size=4).map(tuple))
crowds = st.lists(fields, max_size=14).map(
    lambda rows: [Ticket(receipt(n), tier, cap, wishes) for n, (tier, cap, wishes) in enumerate(rows)]
)
stocks = st.fixed_dictionaries({item: st.integers(1, 3) for item in ITEMS})


@settings(max_examples=80)
@given(crowds, stocks, st.integers(0, 9), st.randoms())
def test_a_draw_depends_on_nothing_but_its_texts_and_keeps_every_promise(tickets, stock, number, shuffle):
    again = list(tickets)
    shuffle.shuffle(again)
    drawn = drawing.draw(seed=seed(number), tickets=tickets, capacity=stock, runners_up=3)
    file = drawing.result_file(seed=seed(number), drawn=drawn)

    other = drawing.draw(seed=seed(number), tickets=again, capacity=stock, runners_up=3)
    assert drawing.result_file(seed=seed(number), drawn=other) == file, "whatever the order they came in"

    by_receipt = {one.receipt: one for one in tickets}
    taken = Counter(item for win in drawn.wins for item in win.items)
    assert all(taken[item] <= stock[item] for item in taken)
    for name, count in Counter(win.receipt for win in drawn.wins).items():
        assert count <= by_receipt[name].cap
    for win in drawn.wins:
        assert by_receipt[win.receipt].wishes[win.rank - 1] == win.items, "a bundle is won whole"
    for one in tickets:
        mine = [item for win in drawn.wins if win.receipt == one.receipt for item in win.items]
        assert len(mine) == len(set(mine)), "nothing is won twice by one"
    assert [by_receipt[name].tier for name in drawn.order] == sorted(one.tier for one in tickets)
    assert all(len(line) <= 3 for line in drawn.lines.values())


units = st.lists(st.permutations(ITEMS[:4]), min_size=1, max_size=10).map(
    lambda rows: [Ticket(receipt(n), 0, 1, tuple((item,) for item in row)) for n, row in enumerate(rows)]
)


@settings(max_examples=80)
@given(
    units, st.fixed_dictionaries({item: st.integers(1, 2) for item in ITEMS[:4]}), st.sampled_from(ITEMS[:4])
)
def test_more_of_something_hurts_nobody_who_wishes_for_one_thing_at_a_time(tickets, stock, more):
    before = drawing.draw(seed=seed(1), tickets=tickets, capacity=stock, runners_up=0)
    after = drawing.draw(
        seed=seed(1), tickets=tickets, capacity=stock | {more: stock[more] + 1}, runners_up=0
    )

    ranks = {win.receipt: win.rank for win in before.wins}
    now = {win.receipt: win.rank for win in after.wins}
    assert all(now[name] <= rank for name, rank in ranks.items())


def test_over_many_seeds_everybody_is_first_equally_often():
    tickets = [Ticket(receipt(n), 0, 1, (("c0",),)) for n in range(10)]
    first: Counter[str] = Counter()
    for number in range(4000):
        drawn = drawing.draw(seed=seed(number), tickets=tickets, capacity={"c0": 1}, runners_up=0)
        first[drawn.wins[0].receipt] += 1

    chi = sum((first[one.receipt] - 400) ** 2 / 400 for one in tickets)
    assert chi < 27.88, f"χ²(9) at p = 0.001: {first}"


def test_residents_are_all_drawn_before_anybody_else():
    tickets = [Ticket(receipt(n), n % 2, 1, (("c0",),)) for n in range(20)]

    drawn = drawing.draw(seed=seed(3), tickets=tickets, capacity={"c0": 11}, runners_up=20)

    residents = {one.receipt for one in tickets if one.tier == 0}
    assert {win.receipt for win in drawn.wins[:10]} == residents
    assert len(drawn.lines["c0"]) == 9


def test_a_bundle_that_cannot_be_had_whole_is_passed_over_and_the_next_wish_is_looked_at():
    one = Ticket(receipt(1), 0, 2, (("c0", "c1"), ("c1",), ("c0",), ("c2",)))

    drawn = drawing.draw(seed=seed(1), tickets=[one], capacity={"c0": 0, "c1": 1, "c2": 1}, runners_up=5)

    assert [(win.rank, win.items) for win in drawn.wins] == [(2, ("c1",)), (4, ("c2",))]
    assert drawn.lines == {}, "who won as often as they may waits for nothing"


def test_a_seed_is_made_of_fields_of_fixed_width():
    good = {"entries_hash": "1" * 64, "rules_hash": "2" * 64, "salt": "3" * 64, "beacon": "4" * 64}
    said = b"madoguchi-draw-v1" + b"".join(bytes.fromhex(one) for one in good.values())

    assert drawing.seed_of(**good) == hashlib.sha256(said).hexdigest()
    with pytest.raises(ValueError, match="32 bytes"):
        drawing.seed_of(**good | {"salt": "33"})


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("k7m2-9xqd-4tzr-w3pf", "k7m2-9xqd-4tzr-w3pf"),
        (" K7M2 9XQD ー4TZR‐W3PF", "k7m2-9xqd-4tzr-w3pf"),
        ("oil0-0000-0000-0000", "0110-0000-0000-0000"),
        ("k7m2", None),
        ("k7m2-9xqd-4tzr-w3pu", None),
        ("x" * 5000, None),
    ],
)
def test_a_receipt_is_read_as_people_type_it(typed, spelled):
    assert drawing.normalise_receipt(typed) == spelled


def test_twenty_thousand_entries_with_five_bundles_are_drawn_and_verified_in_seconds():
    content = proofs.bundle(20_000, 2_000, rng=random.Random(5))

    began = time.process_time()
    report, _result = verify.check(content)

    assert report["verdict"] == "match"
    assert time.process_time() - began < 10, (
        "0.3 s here; far more would mean that something grows with the square"
    )
