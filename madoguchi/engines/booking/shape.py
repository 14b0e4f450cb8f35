"""The shape of a pack's booking folder: areas with their rules, sites, what can be booked there, timetables, closings."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from madoguchi.kernel.packs import Shape

# Keys of what came from another system (services.importing) begin so: no pack names them, and none withdraws them.
IMPORTED = "imp-"

Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-4]):[0-5]\d$")]
Cel = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Opens(Shape):
    """From when on something may be booked: so many days before it, or a day of an earlier month."""

    days: int | None = Field(None, ge=0, le=400, description="so many days before")
    months: int | None = Field(None, ge=0, le=13, description="on `on_day` of so many months before")
    on_day: int = Field(1, ge=1, le=28)
    at: TimeOfDay = "00:00"


class Closes(Shape):
    """Until when: so long before it begins."""

    days: int = Field(0, ge=0, le=60, description="whole days: until the end of that day")
    minutes: int = Field(0, ge=0, le=1440)


class CancelStep(Shape):
    """Who cancels at least so long before gets so much back. Later than the last step only staff cancel."""

    days: int = Field(0, ge=0, le=400)
    minutes: int = Field(0, ge=0, le=1440)
    refund: int = Field(100, ge=0, le=100, description="per cent")


class Ask(Shape):
    """One question of this area; its answer is a fact of the rules under `key`."""

    key: Name
    label: Text
    help: str = ""
    type: Literal["choice", "yes_no", "number", "text"]
    options: list[Option] = Field([], description="of a choice")
    required: bool = True
    sensitive: bool = Field(False, description="shown to staff on need only")


class Option(Shape):
    key: Name
    label: Text


class Registered(Shape):
    kind: Name = Field(description="a kind of records/kinds")
    of: Literal["person", "party"] = Field(
        "person", description="whom it is about: the one served, or who books"
    )


class Who(Shape):
    """Who may book."""

    eligible: Cel | None = Field(
        None, description="CEL over age, age_months, is_group, in_city, people, answers"
    )
    why_not: str = Field("", description="what is said to who may not")
    registration: Registered | None = None
    city: list[str] = Field([], description="what addresses inside begin with: for the fact in_city")
    group: Literal["only", "never", "also"] = Field("also", description="registered groups")
    for_children: bool = Field(False, description="one books for a child of the household")


class Takes(Shape):
    """How much of one count one booking takes."""

    count: Name
    amount: Cel = Field("1", description="CEL, a whole number; 0 = none of this count")
    mode: Literal["venue", "online", "visit", ""] = Field("", description="only bookings of this mode")


class Limit(Shape):
    """At most so many of this area for one person at a time, a day, a month, a fiscal year."""

    most: int = Field(ge=1, le=50)
    per: Literal["open", "day", "month", "fiscal_year"]
    each: Literal["area", "resource", "facts.exam"] = "area"


class WaitingRule(Shape):
    """The line for a time that is full."""

    offer_minutes: int = Field(60, ge=5, le=10080)
    quiet_since: TimeOfDay = "21:00"
    quiet_until: TimeOfDay = "08:00"


class Period(Shape):
    """A fixed time of the day (コマ)."""

    key: Name
    title: Text
    since: TimeOfDay
    until: TimeOfDay
    yen: int | None = Field(None, ge=0)


class Step(Shape):
    """Free choice of times in steps of so many minutes."""

    minutes: Literal[15, 30, 60]
    shortest: int = Field(ge=15, le=1440)
    longest: int = Field(ge=15, le=1440)


class Hours(Shape):
    """When it is open. Days 0 = Monday … 6 = Sunday."""

    days: list[Annotated[int, Field(ge=0, le=6)]] = Field([0, 1, 2, 3, 4, 5, 6])
    since: TimeOfDay = "09:00"
    until: TimeOfDay = "21:00"
    holidays: bool = Field(True, description="open on national holidays")
    except_: list[str] = Field([], alias="except", description="days it is shut: 12-29, 2026-11-03")


class Cleaning(Shape):
    before: int = Field(0, ge=0, le=240, description="minutes")
    after: int = Field(0, ge=0, le=240, description="minutes")


class Draw(Shape):
    """Which months are drawn before they are given to who comes first."""

    months_ahead: int = Field(ge=1, le=12)
    opens_on: int = Field(1, ge=1, le=28, description="day of the month `months_ahead` before")
    closes_on: int = Field(10, ge=1, le=28)
    draws_on: int = Field(12, ge=1, le=28)
    wishes: int = Field(5, ge=1, le=20)
    bundle: int = Field(1, ge=1, le=10, description="how many times one wish may ask for together")
    win_cap: int = Field(1, ge=1, le=20)
    confirm_days: int = Field(7, ge=1, le=30)
    residents_first: bool = True


class AreaFile(Shape):
    """booking/areas/<area>.yaml: one kind of booking and its rules."""

    area: Slug
    version: int = Field(ge=1)
    kind: Literal["slots", "units", "event"]
    title: Text
    about: str = ""
    note: str = Field("", description="a sentence on the rules: that they are samples")
    division: str
    order: int = 0
    also: list[Text] = Field(
        [], max_length=40, description="other words people search by, of any language: found, never shown"
    )
    life: list[str] = Field([], description="life events whose pages name it")
    plan_items: list[str] = Field([], description="plan items it carries out")
    channels: list[Literal["web", "phone", "counter", "post", "mail"]] = Field(
        description="N-01: never the internet alone"
    )
    who: Who = Who()
    opens: Opens = Opens(days=60)
    closes: Closes = Closes()
    hold_minutes: int = Field(15, ge=1, le=1440)
    limits: list[Limit] = Field([], max_length=1)
    asks: list[Ask] = []
    takes: list[Takes] = Field([], description="slots and events: what one booking takes")
    modes: list[Literal["venue", "online", "visit"]] = ["venue"]
    online_only_needs_reason: bool = True
    fee: Cel | None = Field(
        None, description="CEL, whole yen, over the facts, `hours`, `periods_yen` and `resource_yen`"
    )
    cancel: list[CancelStep] = []
    waiting: WaitingRule | None = None
    periods: list[Period] = []
    step: Step | None = None
    hours: Hours = Hours()
    cleaning: Cleaning = Cleaning()
    series: bool = Field(False, description="weekly and monthly series may be asked for")
    draw: Draw | None = None
    remind_days: int | None = Field(1, ge=0, le=14)
    needs: bool = Field(True, description="asks for the language and help wanted at the counter")
    retention: str = "1年"


class SiteRow(Shape):
    """One line of booking/sites.csv."""

    key: Slug
    name: Text
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    access: str = ""
    division: str = ""
    name_en: str = Field("", alias="name.en")
    name_ja_easy: str = Field("", alias="name.ja-easy")
    name_zh_hans: str = Field("", alias="name.zh-hans")
    name_ko: str = Field("", alias="name.ko")


class Times(Shape):
    """A line of a timetable: on these days, slots from … until …, with these capacities."""

    days: list[Annotated[int, Field(ge=0, le=6)]]
    since: TimeOfDay
    until: TimeOfDay
    every: int | None = Field(None, ge=5, le=1440, description="minutes of one slot; without it one slot")
    counts: dict[Name, Annotated[int, Field(ge=0, le=10000)]]


class EventDay(Shape):
    on: str = Field(description="2026-12-05, or in a demo +14d: so many days after it was installed")
    since: TimeOfDay
    until: TimeOfDay
    title: str = ""


class ResourceEntry(Shape):
    """One thing that is booked."""

    key: Slug
    site: Slug
    name: str = Field(
        "", max_length=500, description="left out of a counter (facts.counter): it has the name of its own"
    )
    about: str = ""
    people: int | None = Field(None, ge=1)
    units: list[Slug] = Field([], description="kind units: its atomic parts, of the same site")
    cell_minutes: Literal[15, 30, 60] = 30
    hours: Hours | None = None
    times: list[Times] = Field([], description="kind slots")
    days: list[EventDay] = Field([], description="kind event: its days; the first begins it")
    counts: dict[Name, Annotated[int, Field(ge=0, le=10000)]] = Field({}, description="kind event")
    yen: int | None = Field(None, ge=0)
    eligible: Cel | None = Field(None, description="who this one is for, where the area's rule is not enough")
    why_not: str = ""
    facts: dict[str, str | int | bool | list[str]] = {}
    words: dict[str, dict[str, str]] = Field({}, description="{language: {name, about}}")
    order: int = 0


class ResourcesFile(Shape):
    """booking/resources/<area>.yaml"""

    area: Slug
    resources: list[ResourceEntry] = Field(min_length=1)


class ClosingEntry(Shape):
    """booking/closings.yaml: a service that ends, with its reason and what there is instead (X-37)."""

    area: Slug
    on: dt.date
    why: Text
    instead: str = ""
    path: str = ""
    words: dict[str, dict[str, str]] = {}
    evaluation: list[Verdict] = []


class Verdict(Shape):
    year: str
    text: Text
    source: str = ""


class ClosingsFile(Shape):
    closings: list[ClosingEntry] = []


Ask.model_rebuild()
ClosingEntry.model_rebuild()
