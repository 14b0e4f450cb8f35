"""What is said of counters and their numbers."""

from __future__ import annotations

import datetime as dt

from ninja import Field, Schema


class Called(Schema):
    number: str
    desk: str
    at: dt.datetime


class WaitRange(Schema):
    """Minutes, from and to: who comes now is called in between four times of five."""

    low: int
    high: int


class CounterRow(Schema):
    """`standing`: open, no_desk, closed or stale; null where no numbers are given. Of a stale line nothing is said."""

    key: str
    name: str
    division: str
    place: str = ""
    standing: str | None = None
    waiting: int | None = None
    called: list[Called] = []
    wait: WaitRange | None = None
    heard_at: dt.datetime | None = None


class ErrandRow(Schema):
    key: str
    title: str


class CounterDetail(CounterRow):
    errands: list[ErrandRow] = []


class TicketIn(Schema):
    """`needs`: interpreter, sign, writing, slowly, large_print, wheelchair, with_child."""

    errand: str = Field("", max_length=60)
    language: str = Field("ja", max_length=10)
    needs: list[str] = Field([], max_length=10)


class TicketOut(Schema):
    """`page` opens the number's own page: give it to its holder and to nobody else."""

    number: str
    counter: str
    place: str
    ahead: int | None
    wait: WaitRange | None
    page: str
    issued_at: dt.datetime
