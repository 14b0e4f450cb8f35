"""The queues of *a week in the city*: a year of invented history, answers to the two questions, and people who wait now.

Everything is drawn from one seed, so that each installation is the same city. In a demo the line goes on by itself
(`go_on`), because a queue that stands still for hours is no queue; outside a demo nothing here does anything.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import is_business_day, plus_months
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import demo
from madoguchi.kernel.refs import Actor, ActorKind, new_id

from . import services
from .models import Desk, Hour, Line, Opinion, Sequence, Source, Step, Ticket
from .models import TicketState as Is
from .waiting import AT_A_DESK

COLUMNS = (
    "line", "on", "hour", "issued", "served", "no_shows", "wait_seconds", "serve_seconds", "desk_seconds", "origin",
)  # fmt: skip
HOURS = range(8, 17)
# How the first people of today stand: from the last called backwards, the rest waits.
ENDED = (Is.DONE, Is.DONE, Is.NO_SHOW, Is.DONE, Is.DONE, Is.LEFT, Is.DONE, Is.TRANSFERRED, Is.DONE, Is.DONE)
NEEDS = (["wheelchair"], ["interpreter"], ["writing"], ["slowly"])
TONGUES = ("ja", "ja", "ja", "ja", "ja", "ja", "en", "zh-hans", "vi", "ja-easy", "ko")
# Answers are given by about half, and are kept out of the days that are summed anew.
ANSWERED_DAYS = range(4, 14)
GHOSTS = 2  # desks of a line where somebody invented sits; the others are free for whoever tries


def lay_week(*, by: Actor) -> None:
    """Lay the year behind us and the queue of today. Does nothing where the pack has no week, or numbers are."""
    said = demo.week("queue")
    if not said or Ticket.objects.exists() or Hour.objects.exists():
        return
    lines = list(Line.objects.filter(withdrawn_at=None).select_related("counter"))
    chance = random.Random(int(said["seed"]))  # noqa: S311  an invented city, not a secret
    with writes():
        _keep(_year(lines, said, chance))
        for line in lines:
            _lay_answers(line, chance)
        _lay_today(lines, said, chance)


def _keep(hours: Iterator[tuple[Any, ...]]) -> None:
    """Forty thousand rows at once: as objects they would take longer than everything else `mado run` does."""
    fields = {field.name: field for field in Hour._meta.concrete_fields}
    columns = ", ".join(connection.ops.quote_name(str(fields[name].column)) for name in COLUMNS)
    table = connection.ops.quote_name(Hour._meta.db_table)
    prepared = fields["line"].get_db_prep_save
    day = connection.ops.adapt_datefield_value
    ids: dict[uuid.UUID, Any] = {}
    rows = [
        (ids.get(line) or ids.setdefault(line, prepared(line, connection)), day(on), *rest, "tickets")
        for line, on, *rest in hours
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(COLUMNS))})",  # noqa: S608
            rows,
        )


def _year(lines: list[Line], said: dict[str, Any], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    """What each hour was like: more people, longer waits; in lunch fewer desks."""
    today = clock.today()
    busy = said["busy"]
    # Whole months, and what there is of this one.
    first = plus_months(today.replace(day=1), -int(said["months"]))
    every = (today - dt.timedelta(days=back) for back in range(1, (today - first).days + 1))
    days = [on for on in every if is_business_day(on)]
    for line in lines:
        share = chance.uniform(0.6, 1.4) * int(said["per_day"]) / len(HOURS)
        visit = line.minutes * 60 * chance.uniform(0.9, 1.15)
        desks = max(len({entry["desk"] for entry in line.schedule}), 1)
        room = desks * 3600 / visit
        for on in days:
            of_day = (
                busy["months"].get(on.month, 1)
                * busy["weekdays"].get(on.weekday(), 1)
                * chance.uniform(0.85, 1.15)
            )
            for hour in HOURS:
                issued = round(share * of_day * busy["hours"].get(hour, 1) * chance.uniform(0.8, 1.2))
                if not issued:
                    continue
                load = min(issued / (room * (0.75 if hour == 12 else 1)), 2.5)
                missed = round(issued * 0.05 * chance.random())
                served = issued - missed
                wait = visit / desks * (0.4 + 2.2 * load * load) * chance.uniform(0.8, 1.2)
                spent = round(served * visit * chance.uniform(0.9, 1.1))
                yield line.pk, on, hour, issued, served, missed, round(served * wait), spent, 0


def _lay_answers(line: Line, chance: random.Random) -> None:
    """A few visits of the last days, and what some of them tapped."""
    tickets, opinions = [], []
    good = chance.uniform(0.72, 0.95)
    for back in ANSWERED_DAYS:
        on = clock.today() - dt.timedelta(days=back)
        if not is_business_day(on):
            continue
        for number in range(1, 7):
            came = dt.datetime.combine(on, dt.time(9 + number % 7, chance.randrange(60)), clock.JST)
            wait = dt.timedelta(seconds=chance.randrange(60, 1800))
            ticket = _ticket(line, on, number, came, Is.DONE, called=came + wait, minutes=line.minutes)
            tickets.append(ticket)
            if chance.random() < 0.6:
                opinions.append(
                    Opinion(
                        ticket=ticket,
                        line=line,
                        on=on,
                        waited_seconds=wait.seconds,
                        at=ticket.ended_at or came,
                        manner=_tap(chance, good),
                        convenience=_tap(chance, good - 0.15),
                    )
                )
    Ticket.objects.bulk_create(tickets)
    Opinion.objects.bulk_create(opinions)


def _tap(chance: random.Random, good: float) -> int | None:
    if chance.random() < 0.08:
        return None
    return chance.choice((4, 4, 3)) if chance.random() < good else chance.choice((2, 2, 1))


def _lay_today(lines: list[Line], said: dict[str, Any], chance: random.Random) -> None:
    """People who were here, are here and wait, at every line; two lines stand still for a reason."""
    now = clock.now()
    quiet = said.get("quiet", {})
    steps: list[Step] = []
    for line in lines:
        key = line.counter_id
        has_desk = key not in quiet.get("no_desk", [])
        tickets = list(_today(line, now, chance, has_desk=has_desk))
        Ticket.objects.bulk_create(tickets)
        steps += [Step(ticket=ticket, kind="issued", at=ticket.issued_at) for ticket in tickets]
        Sequence.objects.create(line=line, on=clock.today(), last=len(tickets), most=line.per_day)
        heard = now - dt.timedelta(minutes=25) if key in quiet.get("stale", []) else now
        Line.objects.filter(pk=line.pk).update(heard_at=heard, changed_at=heard, changes=len(tickets))
    Step.objects.bulk_create(steps)


def _today(line: Line, now: dt.datetime, chance: random.Random, *, has_desk: bool) -> Iterator[Ticket]:
    """From the first of the morning to the last who came in: all states occur."""
    on = clock.today()
    midnight = dt.datetime.combine(on, dt.time(), clock.JST)
    desks = list(Desk.objects.filter(line=line).order_by("name"))
    number = 0
    for place, state in enumerate(ENDED):
        number += 1
        came = max(now - dt.timedelta(minutes=100 - 6 * place), midnight)
        called = None if state == Is.LEFT else min(came + dt.timedelta(minutes=chance.randrange(2, 20)), now)
        minutes = 1 if state == Is.NO_SHOW else line.minutes * chance.uniform(0.6, 1.5)
        yield _ticket(line, on, number, came, state, called=called, minutes=minutes, now=now, chance=chance,
                      desk=desks[place % len(desks)] if called else None)  # fmt: skip
    if has_desk:
        for place, desk in enumerate(desks[: min(GHOSTS, max(len(desks) - 1, 1))]):
            number += 1
            Desk.objects.filter(pk=desk.pk).update(account=_ghost(desk), opened_at=now, seen_at=now)
            called = max(now - dt.timedelta(minutes=5 - 3 * place), midnight)
            came = max(called - dt.timedelta(minutes=chance.randrange(3, 15)), midnight)
            state = Is.CALLED if place else Is.SERVING
            yield _ticket(line, on, number, came, state, called=called, now=now, chance=chance, desk=desk)
        number += 1
        came = max(now - dt.timedelta(minutes=22), midnight)
        yield _ticket(
            line,
            on,
            number,
            came,
            Is.HELD,
            called=min(came + dt.timedelta(minutes=9), now),
            now=now,
            chance=chance,
        )
    waiting = chance.randrange(0, 9)
    for place in range(waiting):
        number += 1
        came = max(now - dt.timedelta(minutes=2 * (waiting - place)), midnight)
        yield _ticket(line, on, number, came, Is.WAITING, now=now, chance=chance)


def _ticket(
    line: Line, on: dt.date, number: int, came: dt.datetime, state: str, *, called: dt.datetime | None = None,
    minutes: float = 0, now: dt.datetime | None = None, chance: random.Random | None = None, desk: Desk | None = None,
) -> Ticket:  # fmt: skip
    ended = None
    if state == Is.LEFT:
        ended = came
    elif state in {Is.DONE, Is.NO_SHOW, Is.TRANSFERRED} and called is not None:
        ended = min(called + dt.timedelta(minutes=minutes), now or called + dt.timedelta(minutes=minutes))
    return Ticket(
        pk=new_id(),
        line=line,
        on=on,
        number=number,
        source=Source.KIOSK,
        state=state,
        errand=chance.choice(line.errands)["key"] if chance and line.errands else "",
        language=chance.choice(TONGUES) if chance else "ja",
        needs=chance.choice(NEEDS) if chance and chance.random() < 0.1 else [],
        digest=services.digest(services.new_secret()),
        stands_at=came,
        issued_at=came,
        called_at=called,
        times_called=int(called is not None),
        started_at=called if state in {Is.SERVING, Is.DONE, Is.TRANSFERRED} else None,
        ended_at=ended,
        desk=desk,
    )


def _ghost(desk: Desk) -> uuid.UUID:
    """Somebody invented who sits at that desk."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"madoguchi:week:desk:{desk.line_id}:{desk.name}")


def go_on() -> int:
    """A little of what happens in half a minute: visits end, the next are called, somebody comes in.

    Only in a demo, only at lines the week laid, and only by its invented clerks; who tries the desk is left alone.
    """
    said = demo.week("queue")
    if not settings.DEMO or not said:
        return 0
    quiet = said.get("quiet", {})
    still = {*quiet.get("no_desk", []), *quiet.get("stale", [])}
    # Where nobody sits the machine that gives numbers is still heard of.
    Line.objects.filter(counter__in=quiet.get("no_desk", [])).update(heard_at=clock.now())
    lines = list(Line.objects.filter(withdrawn_at=None).exclude(counter__in=still).select_related("counter"))
    if lines and not Ticket.objects.filter(on=clock.today()).exists() and Hour.objects.exists():
        dawn = random.Random(clock.today().toordinal())  # noqa: S311
        with writes():
            _lay_today(list(Line.objects.filter(withdrawn_at=None)), said, dawn)
        return len(lines)
    chance = random.Random()  # noqa: S311
    return sum(_go_on(line, chance) for line in lines)


def _go_on(line: Line, chance: random.Random) -> int:
    now, done = clock.now(), 0
    visitor = Actor(ActorKind.MACHINE, account=_ghost(Desk(line=line, name="kiosk")))
    # Somebody comes in about as often as the counter's visits take.
    if chance.random() < 25 / (line.minutes * 60 / GHOSTS):
        services.issue(line=line, source=Source.KIOSK, by=visitor, language=chance.choice(TONGUES))
        done += 1
    for desk in Desk.objects.filter(line=line, account__isnull=False).select_related("line__counter"):
        if desk.account != _ghost(desk):
            continue
        at_desk = Ticket.objects.filter(desk=desk, state__in=AT_A_DESK).first()
        spent = (
            (now - at_desk.called_at).total_seconds() if at_desk and at_desk.called_at else line.minutes * 60
        )
        if spent < line.minutes * 60 * chance.uniform(0.7, 1.5):
            continue
        clerk = Actor(
            ActorKind.STAFF, account=desk.account, chairs=frozenset({(line.counter.division_id, "clerk")})
        )
        try:
            services.call_next(desk=desk, by=clerk, finishing=True)
            done += 1
        except Refusal:
            continue
    if not done:
        # The counter is there, even when nothing happened for a while.
        Line.objects.filter(pk=line.pk).update(heard_at=now)
    return done
