"""packs/*/directory: divisions.csv (what each division does, how to reach it) and counters.csv."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from pydantic import Field

from madoguchi.kernel.packs import Change, ChangeKind, Located, PackFolder, PackPart, Shape, register
from madoguchi.kernel.refs import Actor

from . import services

FOLDER = "directory"
DIVISIONS = f"{FOLDER}/divisions.csv"
COUNTERS = f"{FOLDER}/counters.csv"
# Numbers that begin so are given to nobody: the only ones a demonstration may print.
FICTIONAL_PHONE = "00-0000-"


class DivisionRow(Shape):
    """One line of divisions.csv, in the order of the chart."""

    key: str = Field(
        min_length=1, max_length=100, description="the division's name as everything else cites it"
    )
    name: str = Field(min_length=1, max_length=100, description="the name people read")
    department: str = Field("", max_length=100, description="the department it belongs to, where known")
    does: str = Field("", max_length=300, description="what it does, in a sentence for residents")
    place: str = Field("", max_length=100)
    phone: str = Field("", max_length=20, pattern=r"^[0-9-]*$")
    email: str = Field("", max_length=254)
    hours: str = Field("", max_length=100)


class CounterRow(Shape):
    """One line of counters.csv."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    name: str = Field(min_length=1, max_length=100)
    division: str = Field(min_length=1, description="a key of divisions.csv")
    place: str = Field("", max_length=100)
    hours: str = Field("", max_length=100)


@dataclass(slots=True)
class Directory:
    """The folder as read."""

    divisions: list[Located[DivisionRow]] = field(default_factory=list)
    counters: list[Located[CounterRow]] = field(default_factory=list)


def load(folder: PackFolder) -> Directory:
    """Read both files; a pack without them has no divisions."""
    made = Directory(
        folder.csv(DIVISIONS, DivisionRow, unique="key", optional=True),
        folder.csv(COUNTERS, CounterRow, unique="key", optional=True),
    )
    known = {row.value.key for row in made.divisions}
    for counter in made.counters:
        if counter.value.division not in known:
            message = _("「%s」という係は divisions.csv にありません。") % counter.value.division
            counter.problem("division", message)
    if folder.meta is not None and folder.meta.demo:
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
    for order, row in enumerate(made.divisions, start=1):
        value = row.value
        kept = services.keep_division(order=order, by=by, **value.model_dump())
        if kept is not None:
            yield Change(FOLDER, kept, value.name)
    for key in services.end_divisions_except({row.value.key for row in made.divisions}, by=by):
        yield Change(FOLDER, ChangeKind.REMOVED, key)
    for order, counter in enumerate(made.counters, start=1):
        kept = services.keep_counter(order=order, by=by, **counter.value.model_dump())
        if kept is not None:
            yield Change(FOLDER, kept, counter.value.name)
    for name in services.close_counters_except({row.value.key for row in made.counters}, by=by):
        yield Change(FOLDER, ChangeKind.REMOVED, name)


register(
    PackPart(
        folder=FOLDER,
        order=10,
        load=load,
        apply=lambda made, by: list(apply(made, by)),
        models=(DivisionRow, CounterRow),
    )
)
