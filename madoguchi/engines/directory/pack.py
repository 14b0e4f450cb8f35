"""packs/*/directory: divisions.csv, counters.csv, and the chart: posts.csv, appointments.csv, duties.csv."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from pydantic import Field

from madoguchi.kernel.packs import Change, ChangeKind, Located, PackFolder, PackPart, register
from madoguchi.kernel.refs import Actor

from . import services
from .chart import (
    AppointmentRow,
    DivisionRow,
    DutyRow,
    InWords,
    PostRow,
    check_days,
    check_seats,
    heirs_first,
)

FOLDER = "directory"
DIVISIONS = f"{FOLDER}/divisions.csv"
COUNTERS = f"{FOLDER}/counters.csv"
POSTS = f"{FOLDER}/posts.csv"
APPOINTMENTS = f"{FOLDER}/appointments.csv"
DUTIES = f"{FOLDER}/duties.csv"
# Numbers that begin so are given to nobody: the only ones a demonstration may print.
FICTIONAL_PHONE = "00-0000-"
# What of a division's line is no translation.
DIVISION_FACTS = (
    "key", "name", "department", "does", "place", "phone", "email", "hours", "valid_from", "valid_until", "passes_to",
)  # fmt: skip


class CounterRow(InWords):
    """One line of counters.csv."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    name: str = Field(min_length=1, max_length=100)
    division: str = Field(min_length=1, description="a key of divisions.csv")
    place: str = Field("", max_length=100)
    hours: str = Field("", max_length=100)
    name_en: str = Field("", alias="name.en", max_length=100)
    name_ja_easy: str = Field("", alias="name.ja-easy", max_length=100)
    name_zh_hans: str = Field("", alias="name.zh-hans", max_length=100)
    name_ko: str = Field("", alias="name.ko", max_length=100)
    place_en: str = Field("", alias="place.en", max_length=100)
    place_ja_easy: str = Field("", alias="place.ja-easy", max_length=100)
    place_zh_hans: str = Field("", alias="place.zh-hans", max_length=100)
    place_ko: str = Field("", alias="place.ko", max_length=100)
    hours_en: str = Field("", alias="hours.en", max_length=100)
    hours_ja_easy: str = Field("", alias="hours.ja-easy", max_length=100)
    hours_zh_hans: str = Field("", alias="hours.zh-hans", max_length=100)
    hours_ko: str = Field("", alias="hours.ko", max_length=100)


@dataclass(slots=True)
class Directory:
    """The folder as read."""

    divisions: list[Located[DivisionRow]] = field(default_factory=list)
    counters: list[Located[CounterRow]] = field(default_factory=list)
    posts: list[Located[PostRow]] = field(default_factory=list)
    appointments: list[Located[AppointmentRow]] = field(default_factory=list)
    duties: list[Located[DutyRow]] = field(default_factory=list)
    is_demo: bool = False


def load(folder: PackFolder) -> Directory:
    """Read the files; a pack without them has no divisions."""
    made = Directory(
        folder.csv(DIVISIONS, DivisionRow, unique="key", optional=True),
        folder.csv(COUNTERS, CounterRow, unique="key", optional=True),
        folder.csv(POSTS, PostRow, unique="key", optional=True),
        folder.csv(APPOINTMENTS, AppointmentRow, optional=True),
        folder.csv(DUTIES, DutyRow, unique="key", optional=True),
    )
    check_days(made.divisions)
    check_seats(made.divisions, made.posts, made.appointments, made.duties)
    known = {row.value.key for row in made.divisions}
    for counter in made.counters:
        if counter.value.division not in known:
            message = _("「%s」という係は divisions.csv にありません。") % counter.value.division
            counter.problem("division", message)
    if folder.meta is not None and folder.meta.demo:
        made.is_demo = True
        for row in made.divisions:
            _refuse_real_contacts(row)
    return made


def _refuse_real_contacts(row: Located[DivisionRow]) -> None:
    """A demonstration that prints a real number sends people and their questions to a real office."""
    if row.value.phone and not row.value.phone.startswith(FICTIONAL_PHONE):
        row.problem(
            "phone",
            _("デモのパックに、実在するかもしれない電話番号は書けません。"),
            _("00-0000-0000 の形にします。"),
        )
    if row.value.email and not row.value.email.endswith(".invalid"):
        row.problem(
            "email",
            _("デモのパックに、実在するかもしれないメールアドレスは書けません。"),
            _("@mihon.invalid の形にします。"),
        )


def apply(made: Directory, by: Actor) -> Iterable[Change]:
    """Make the rows what the files say. What is no longer named ends; it is not deleted, cases stand on it."""
    for order, value in heirs_first(made.divisions):
        kept = services.keep_division(
            order=order,
            by=by,
            **value.model_dump(include=set(DIVISION_FACTS)),
            words=value.words_of("name"),
            contact_words=value.words_of("does", "place", "hours"),
        )
        if kept is not None:
            yield Change(FOLDER, kept, value.name)
    for key in services.end_divisions_except({row.value.key for row in made.divisions}, by=by):
        yield Change(FOLDER, ChangeKind.REMOVED, key)
    for order, counter in enumerate(made.counters, start=1):
        kept = services.keep_counter(
            order=order,
            by=by,
            **counter.value.model_dump(include={"key", "name", "division", "place", "hours"}),
            words=counter.value.words_of("name", "place", "hours"),
        )
        if kept is not None:
            yield Change(FOLDER, kept, counter.value.name)
    for name in services.close_counters_except({row.value.key for row in made.counters}, by=by):
        yield Change(FOLDER, ChangeKind.REMOVED, name)
    yield from _apply_chart(made, by)


def _apply_chart(made: Directory, by: Actor) -> Iterable[Change]:
    for post in made.posts:
        facts = post.value.model_dump() | {"roles": post.value.roles.split()}
        if (kept := services.keep_post(by=by, **facts)) is not None:
            yield Change(FOLDER, kept, post.value.key)
    for one in made.appointments:
        if (
            kept := services.keep_appointment(by=by, is_demo=made.is_demo, **one.value.model_dump())
        ) is not None:
            yield Change(FOLDER, kept, f"{one.value.post} {one.value.login}")
    seats = {(row.value.post, row.value.login, row.value.valid_from) for row in made.appointments}
    for left in services.end_appointments_except(seats, posts={row.value.key for row in made.posts}, by=by):
        yield Change(FOLDER, ChangeKind.REMOVED, left)
    for order, duty in enumerate(made.duties, start=1):
        if (kept := services.keep_duty(order=order, by=by, **duty.value.model_dump())) is not None:
            yield Change(FOLDER, kept, duty.value.title)
    for title in services.drop_duties_except({row.value.key for row in made.duties}, by=by):
        yield Change(FOLDER, ChangeKind.REMOVED, title)


register(
    PackPart(
        folder=FOLDER,
        order=10,
        load=load,
        apply=lambda made, by: list(apply(made, by)),
        models=(DivisionRow, CounterRow, PostRow, AppointmentRow, DutyRow),
    )
)
