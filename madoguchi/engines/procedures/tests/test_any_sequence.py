"""Whatever residents and staff do, in whatever order: the case stays legal, its history whole, its clock right.

Hypothesis draws the acts and the days between them; each act goes through the services as a page would send it. A
plain model (`any_sequence`) says of each whether it goes through and what follows: it knows nothing of the engine but
its words. After every act the rows are compared with it. A run draws the same sequences every time; with
MADO_EXAMPLES=1000 it draws so many others. What fails is told with the fewest acts that still fail.
"""

from __future__ import annotations

import copy
import datetime as dt
import os
import random
from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from madoguchi.engines.procedures.models import Decision
from madoguchi.kernel import clock

from .any_sequence.city import START, City
from .any_sequence.living import BEGUN, Act, begun, chosen, fewest, live, told
from .any_sequence.walks import STOPPED, WALKS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EXAMPLES = int(os.environ.get("MADO_EXAMPLES", "0"))

# What a day brings: mostly what people would do next, less often what happens around them, seldom anything at all.
WHERE, WEIGHTS = ("likely", "around", "anything"), (6, 3, 1)
PASSING = (0, 0, 0, 1, 3, 8, 14)  # days before it
LENGTH = 24

lives = settings(
    max_examples=EXAMPLES or 10,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # `fewest` leaves out acts, which reads better than smaller numbers
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("how", BEGUN)
def test_any_sequence_of_acts_leaves_a_legal_case_with_its_history_and_its_clock(how):
    with clock.frozen(START):
        world = begun(how)
    tried: list[int] = []

    @lives
    @given(st.integers(0, 2**64 - 1))
    def go(number):
        chance = random.Random(
            number
        )  # every act as likely as it stands in the lists, not as small numbers are
        sequence: list[Act] = []
        tried.append(number)

        def draw(city: City, _turn: int) -> Act:
            [where], days = chance.choices(WHERE, WEIGHTS), chance.choice(PASSING)
            sequence.append((*chosen(city, where, chance), days))
            return sequence[-1]

        try:
            lived(world, LENGTH, draw)
        except Exception as failure:
            shortest = fewest(sequence, lambda shorter: fails(world, shorter))
            where = f"{how}, example {len(tried)}, {len(shortest)} acts"
            raise AssertionError(f"{failure}\n{where}:\n{told(shortest)}") from failure

    go()


def ours() -> transaction.Atomic:
    """A test's own transaction, marked as Django does it: a look at a case may be recorded by itself inside."""
    made = transaction.atomic()
    made._from_testcase = True
    return made


def lived(world: City, number: int, draw: Callable[[City, int], Act]) -> City:
    """So many acts in a city of their own; nothing of it stays."""
    city = copy.deepcopy(world)
    ours = transaction.atomic()
    ours._from_testcase = (
        True  # Django's mark of a test's own transaction: a look at a case stands alone in it
    )
    with ours:
        for turn in range(number):
            who, act, days = draw(city, turn)
            live(city, who, act, days=days)
        transaction.set_rollback(True)
    return city


def fails(world: City, sequence: list[Act]) -> bool:
    try:
        lived(world, len(sequence), lambda _city, turn: sequence[turn])
    except Exception:
        return True
    return False


def walked(how: str, acts_in_order: str) -> City:
    """One act a line, three days between them."""
    with clock.frozen(START):
        city = begun(how)
    with ours():
        for line in acts_in_order.strip().splitlines():
            who, _space, act = line.strip().partition(" ")
            live(city, who, act, days=3)
    return city


@pytest.mark.parametrize("walk", WALKS)
def test_who_does_everything_in_order_gets_to_the_end(walk):
    how, acts_in_order = WALKS[walk]

    city = walked(how, acts_in_order)

    assert city.refused == 0
    assert city.life is not None
    assert city.life.part in {"granted", "refused"}


@pytest.mark.parametrize("why", STOPPED)
def test_only_the_last_act_is_refused_where(why):
    how, acts_in_order = STOPPED[why]

    city = walked(how, acts_in_order)

    assert city.refused == 1
    assert not Decision.objects.exists()


def test_a_letter_really_goes_out():
    how, acts_in_order = WALKS["to the letter"]

    city = walked(how, acts_in_order)

    assert Decision.objects.get().sent_at is not None
    assert city.life.case.due_on == dt.date(2026, 12, 5)


def test_who_passed_it_on_last_does_not_decide_it_though_that_state_is_called_something_else_by_now():
    done = "sato check, sato pass on, mori hand back, ogawa pass on, ogawa publish names"

    city = walked("online", f"{done}, mori move to the new version, ogawa grant".replace(", ", "\n"))

    assert city.refused == 1
    assert not Decision.objects.exists()
    assert city.life.passed_on == "ogawa"


def test_what_is_undone_gives_back_the_days_on_which_the_clock_stood_still():
    begun = "ogawa publish slower, ogawa move to the new version, sato check, sato pass on, mori hand back"

    city = walked("online", begun.replace(", ", "\n"))

    assert (city.life.case.paused_at, city.life.case.due_on) == (None, dt.date(2026, 12, 20))
    assert city.life.edition.days == 45
