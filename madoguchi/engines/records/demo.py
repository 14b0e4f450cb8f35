"""The registers of *a week in the city*, laid through the services people use, in the order of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.approvals import services as approving
from madoguchi.kernel import clock
from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, ActorKind

from . import rules, services
from .models import Loan, Registration, Story, Thing

_Moment = tuple[dt.datetime, int, Callable[[], None]]


def lay_week(*, by: Actor) -> None:
    """Lay the registers of the pack's week. Does nothing where there are some, or where the pack has none."""
    written = demo.week("records")
    if not written or Registration.objects.exists():
        return
    start = clock.now()
    moments: list[_Moment] = []

    def at(when: str, happen: Callable[[], None]) -> None:
        moments.append((demo.moment(when, start), len(moments), happen))

    for one in written.get("registrations", []):
        _Registered(one, start).plan(at)
    for one in written.get("loans", []):
        _Lent(one).plan(at)
    for one in written.get("stories", []):
        at(one["written"], _Told(one).write)
    for when, _place, happen in sorted(moments, key=lambda moment: moment[:2]):
        with clock.frozen(when):
            happen()


class _Registered:
    """Somebody who asks, and what becomes of it."""

    def __init__(self, one: dict[str, Any], start: dt.datetime) -> None:
        self.one, self.today = one, clock.in_city(start).date()
        self.made: Any = None

    def plan(self, at: Callable[[str, Callable[[], None]], None]) -> None:
        at(self.one["asked"], self.ask)
        if "interviewed" in self.one:
            at(self.one["interviewed"], self.interview)
        if "accepted" in self.one:
            at(self.one["accepted"], self.accept)

    def ask(self) -> None:
        keeper = _party(self.one["keeper"])
        by = Actor(ActorKind.RESIDENT, party=keeper.pk)
        child = (
            services.child_party(keeper=keeper, child=self._child(), by=by) if "child" in self.one else None
        )
        self.made = services.ask(
            kind=self.one["kind"], keeper=keeper, party=child, values=self.one["told"], by=by
        )

    def _child(self) -> dict[str, Any]:
        people = {one["key"]: one for one in demo.week("residents")["residents"]}
        children = people[self.one["keeper"]]["children"]
        child = next(one for one in children if one["given"] == self.one["child"])
        return {**child, "birth": demo.date_of(child["birth"], self.today)}

    def interview(self) -> None:
        self.made = services.interview(
            registration=self.made,
            site=self.one["site"],
            on=clock.today(),
            values=self.one["told"] | {"interview_notes": self.one.get("notes", "")},
            by=demo.staff_actor(self.one["by"]),
        )

    def accept(self) -> None:
        self.made = services.accept(registration=self.made, by=demo.staff_actor(self.one["by"]))


class _Lent:
    """A thing that goes out, and perhaps comes back."""

    def __init__(self, one: dict[str, Any]) -> None:
        self.one = one
        self.loan: Loan | None = None

    def plan(self, at: Callable[[str, Callable[[], None]], None]) -> None:
        at(self.one["lent"], self.lend)
        if "back" in self.one:
            at(self.one["back"], self.give_back)

    def lend(self) -> None:
        thing = Thing.objects.get(key=self.one["thing"])
        by = demo.staff_actor(self.one["by"])
        self.loan = services.lend(thing=thing, party=_party(self.one["to"]), by=by)

    def give_back(self) -> None:
        if self.loan is not None:
            by = demo.staff_actor(self.one["by"])
            services.give_back(loan=self.loan, condition=self.one.get("condition", ""), by=by)


class _Told:
    """A case somebody tells, and who reads it before it is published."""

    def __init__(self, one: dict[str, Any]) -> None:
        self.one = one

    def write(self) -> None:
        by = demo.staff_actor(self.one["by"])
        given = services.StoryIn(
            shelf=self.one["shelf"],
            title=self.one["title"],
            body=self.one["body"],
            is_public=bool(self.one["public"]),
        )
        story = services.write_story(division=self.one["division"], given=given, by=by)
        story = services.ask_review(story=story, checked=rules.CHECKS, by=by)
        self._read(story)

    def _read(self, story: Story) -> None:
        for login in self.one.get("checked", []):
            request = approvals.of(story.ref).get()
            approving.approve(request=request, by=demo.staff_actor(login))


def _party(key: str) -> Party:
    party = identity.party(demo.party_id(key))
    if party is None:
        raise ValueError(f"week/records.yaml: {key} is nobody of residents.yaml")
    return party
