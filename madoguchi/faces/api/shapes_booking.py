"""What the API says and hears of bookings. Names are stable within v1."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

_YEARS = range(2000, 2200)
Short = Annotated[str, Field(max_length=100)]


class SiteRow(Schema):
    key: str
    name: str
    address: str
    phone: str
    access: str
    latitude: float | None
    longitude: float | None


class ResourceRow(Schema):
    id: UUID
    key: str
    name: str
    about: str
    site: str
    people: int | None


class AreaRow(Schema):
    """`closed_on`: from that day on nothing is booked; why, and what there is instead, stays here."""

    key: str
    kind: str
    title: str
    about: str
    note: str
    division: str
    channels: list[str]
    closed_on: dt.date | None
    closed_why: str
    closed_instead: str


class OptionRow(Schema):
    key: str
    label: str


class AskRow(Schema):
    """A question of the area; its answer goes under `key`."""

    key: str
    label: str
    help: str
    type: str
    options: list[OptionRow]
    required: bool


class CancelRow(Schema):
    """Cancelled at least so long before, so much per cent comes back. Later than the last, by telephone only."""

    days: int
    minutes: int
    refund: int


class AreaDetail(AreaRow):
    """One area with its rules. `eligible` and `fee` are conditions in CEL; null = everybody, free of charge."""

    eligible: str | None
    why_not: str
    registration: str | None
    for_children: bool
    opens_days: int | None
    opens_months: int | None
    closes_days: int
    closes_minutes: int
    hold_minutes: int
    fee: str | None
    modes: list[str]
    asks: list[AskRow]
    cancel: list[CancelRow]
    has_waiting: bool
    sites: list[SiteRow]
    resources: list[ResourceRow]


class PlaceRow(Schema):
    id: UUID
    key: str
    name: str
    site: str


class TimeRow(Schema):
    """One time: of each count what is `left`, `of` how many. `state`: open, full, shut or cancelled.

    With a `slot` it is booked by that, else by resource and times.
    """

    slot: UUID | None = None
    resource: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: str
    left: dict[str, int]
    of: dict[str, int]


class Availability(Schema):
    """What is free in an area from day to day (at most 62)."""

    area: str
    kind: str
    since: dt.date
    until: dt.date
    closed_on: dt.date | None
    resources: list[PlaceRow]
    times: list[TimeRow]


class SomebodyIn(Schema):
    """Whom a machine of the city books for: somebody who telephoned or stands at the counter."""

    model_config = ConfigDict(extra="forbid")

    family: Short
    given: Short = ""
    family_kana: Short = ""
    given_kana: Short = ""
    birth: dt.date | None = None
    phone: Annotated[str, Field(max_length=20)] = ""


class WantedIn(Schema):
    """What somebody wants: a `slot`, or a `resource` with its times.

    An app may name a child of the resident in `person`; a machine says in `somebody` for whom, and in `channel` how
    they came.
    """

    model_config = ConfigDict(extra="forbid")

    slot: UUID | None = None
    resource: UUID | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    person: UUID | None = None
    somebody: SomebodyIn | None = None
    channel: Annotated[str, Field(max_length=10)] = "web"
    mode: Annotated[str, Field(max_length=10)] = "venue"
    people: Annotated[int, Field(ge=1, le=10_000)] = 1
    answers: Annotated[dict[Short, str | int | bool | None], Field(max_length=50)] = {}
    note: Annotated[str, Field(max_length=1000)] = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z]{2,6})?$")] = "ja"
    needs: Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _names_a_time(self) -> WantedIn:
        by_times = (self.resource, self.starts_at, self.ends_at)
        if (self.slot is None) == (None in by_times) or (self.slot is not None and any(by_times)):
            raise ValueError("slot, or resource with starts_at and ends_at")
        for at in (self.starts_at, self.ends_at):
            if at is not None and (at.tzinfo is None or at.year not in _YEARS):
                raise ValueError("times need their offset: 2026-12-05T10:00:00+09:00")
        return self


class BookingIn(WantedIn):
    """`hold`: only keep it for the minutes of the area; `confirm` makes it a booking."""

    hold: bool = False


class Booking(Schema):
    """A booking as whom it belongs to may read it. `state`: held, booked, attended, no_show, cancelled or lapsed."""

    id: UUID
    receipt: str
    state: str
    area: str
    resource: UUID
    resource_name: str
    site: str
    site_name: str
    slot: UUID | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    mode: str
    people: int
    takes: dict[str, int]
    yen: int
    paid: str
    refund_yen: int
    held_until: dt.datetime | None
    cancel_until: dt.datetime
    version: int


class Waiting(Schema):
    """A place in the line. `state`: waiting, offered, taken, lapsed or left. An offer is a hold: confirm `booking`."""

    id: UUID
    state: str
    area: str
    resource: UUID
    slot: UUID | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    ahead: int
    booking: UUID | None
    offer_until: dt.datetime | None


class CancelIn(Schema):
    model_config = ConfigDict(extra="forbid")

    why: Annotated[str, Field(max_length=300)] = ""
