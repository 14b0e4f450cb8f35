"""Makers of what these tests stand on: a round, people who enter, numbers somebody drew in public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from madoguchi.engines.councils.tests.make import staff
from madoguchi.engines.lottery import services
from madoguchi.engines.lottery.models import Entry, Round
from madoguchi.engines.lottery.services import Item, Numbers, RulesIn, Tier
from madoguchi.kernel import clock
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import SYSTEM, Actor, Ref

__all__ = ["a_round", "clerks", "closed", "drawn", "entered", "items", "limits", "person", "staff"]

OWNER = "文化・生涯学習課（見本）"
DAY = dt.timedelta(days=1)
START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.JST)
ABOUT = Ref("mihon", "hall", "1")
TIERS = (Tier("residents", "区内にお住まいの方"), Tier("others", "そのほかの方"))


def limits(**given: Any) -> RulesIn:
    said = {"wishes": 3, "bundle_size": 2, "win_cap": 1, "tiers": TIERS, "confirm_days": 5, "runners_up": 10}
    return RulesIn(**(said | given))


def items(number: int = 3, capacity: int = 1) -> list[Item]:
    return [Item(f"court.{n}", capacity, f"見本コート{n}") for n in range(1, number + 1)]


def a_round(key: str = "mihon-12", *, inventory: Sequence[Item] | None = None, **given: Any) -> Round:
    """Open from now on for a week; drawn two days later with numbers that come out a day after closing."""
    people.keep_division(key=OWNER, name=OWNER)
    now = clock.now()
    said: dict[str, Any] = {
        "title": "見本コート 12月の抽選",
        "about": ABOUT,
        "division": OWNER,
        "rules": limits(),
        "opens_at": now,
        "closes_at": now + 7 * DAY,
        "draws_at": now + 9 * DAY,
        "beacons": [Numbers("見本くじ 第1回（架空）", now + 8 * DAY)],
        "by": SYSTEM,
    }
    return services.open_round(key=key, inventory=inventory or items(), **(said | given))


def person(name: str = "見本") -> Party:
    return people.keep_party(profile={"name": {"family": name, "given": "はな"}}, by=SYSTEM)


def entered(round_: Round, *wishes: Any, **given: Any) -> Entry:
    """Somebody's entry; a wish may be one item or several."""
    who = given.pop("who", None) or person()
    said: dict[str, Any] = {"party": who, "person": who, "tier": 0, "channel": "web", "by": SYSTEM}
    bundles = [[wish] if isinstance(wish, str) else list(wish) for wish in wishes or ["court.1"]]
    return services.enter(round=round_, wishes=bundles, **(said | given))


def clerks(division: str = OWNER) -> tuple[Actor, Actor]:
    """A head and a clerk of the division whose rounds these are."""
    return staff("chusen-kacho", division, "head"), staff("chusen-tanto", division, "clerk")


def closed(round_: Round) -> Round:
    with clock.frozen(round_.closes_at + dt.timedelta(seconds=20)):
        return services.close(round=round_, by=SYSTEM)


def drawn(
    round_: Round, numbers: str = "12 34 56", head: Actor | None = None, clerk: Actor | None = None
) -> Round:
    """Closed, the numbers read by two, drawn."""
    if head is None or clerk is None:
        head, clerk = clerks()
    round_.refresh_from_db()
    if not round_.entries_hash:
        closed(round_)
    with clock.frozen(round_.draws_at + dt.timedelta(minutes=1)):
        row = services.type_numbers(round=round_, place=0, numbers=numbers, by=clerk)
        services.confirm_numbers(row=row, numbers=numbers, by=head)
        return services.draw(round=round_, by=clerk)
