"""保存期間: the classes of a pack's `retention.yaml`, and the day on which something may be thrown away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from ... import clock
from ...calendar import fiscal_year_end, plus_years
from ...packs import Change, ChangeKind, Located, PackFolder, PackPart, Shape, register
from ...refs import Actor
from .models import ONE, RetentionPlan

FILE = "retention.yaml"
FOLDER = "retention"


class ClassDef(Shape):
    """One class (1年, 3年, …): how long, counted from when, by which rule, and what happens then."""

    id: str = Field(min_length=1, max_length=20)
    title: str = Field(min_length=1, max_length=60)
    years: int | None = Field(default=None, ge=1, le=100)
    permanent: bool = False
    counted_from: Literal["closing", "end_of_fiscal_year", "event"]
    basis: str = Field(min_length=1)
    after: Literal["dispose", "transfer", "anonymise"] = "dispose"

    @model_validator(mode="after")
    def _has_an_end_or_none(self) -> ClassDef:
        if self.permanent == (self.years is not None):
            raise ValueError(_("years（何年）か permanent: true（ずっと残す）の、どちらか一つを書きます。"))
        return self


class DraftsDef(Shape):
    """Applications that were begun and never sent."""

    warn_after_days: int = Field(ge=1, le=3650)
    throw_away_after_days: int = Field(ge=2, le=3650)

    @model_validator(mode="after")
    def _warns_before(self) -> DraftsDef:
        if self.throw_away_after_days <= self.warn_after_days:
            raise ValueError(
                _("throw_away_after_days は、warn_after_days より長くします。知らせてから消すためです。")
            )
        return self


class Plan(Shape):
    """`retention.yaml`: how long the city keeps what it receives."""

    classes: list[ClassDef] = Field(min_length=1)
    drafts: DraftsDef
    refused_files_days: int = Field(default=7, ge=1, le=365)
    others: dict[str, str] = Field(
        default={}, description="what is no case, by its class: opinions (意見公募で届いた意見)"
    )

    @model_validator(mode="after")
    def _others_name_a_class(self) -> Plan:
        if any(self.named(one) is None for one in self.others.values()):
            raise ValueError(_("others には、classes にある id を書きます。"))
        return self

    @model_validator(mode="after")
    def _no_class_twice(self) -> Plan:
        ids = [one.id for one in self.classes]
        if len(ids) != len(set(ids)):
            raise ValueError(_("classes に同じ id が2つあります。"))
        return self

    def named(self, key: str) -> ClassDef | None:
        """The class of that id; None where the plan has none."""
        return next((one for one in self.classes if one.id == key), None)


def plan_in_force() -> Plan | None:
    """The plan in force; None where no pack brought one: then nothing is thrown away."""
    row = RetentionPlan.objects.first()
    return Plan.model_validate(row.content) if row is not None else None


def counted_from(kept: ClassDef, closed_on: dt.date, event_on: dt.date | None = None) -> dt.date | None:
    """起算日: the first day that counts; None while what it counts from has not happened."""
    if kept.counted_from == "event":
        return event_on
    if kept.counted_from == "end_of_fiscal_year":
        return fiscal_year_end(closed_on) + dt.timedelta(days=1)
    return closed_on + dt.timedelta(days=1)


def end_of(kept: ClassDef, closed_on: dt.date, event_on: dt.date | None = None) -> dt.date | None:
    """The first day on which it may be thrown away; None where there is none (yet)."""
    first = counted_from(kept, closed_on, event_on)
    return None if first is None or kept.years is None else plus_years(first, kept.years)


def load(folder: PackFolder) -> Located[Plan] | None:
    return folder.yaml(FILE, Plan, optional=True)


def apply(made: Located[Plan] | None, by: Actor) -> Iterable[Change]:
    """Put the plan in force. What was closed before is reckoned by it too: see the engine's own clock."""
    if made is None:
        return []
    content = made.value.model_dump(mode="json")
    row = RetentionPlan.objects.first()
    if row is not None and row.content == content:
        return []
    RetentionPlan.objects.update_or_create(pk=ONE, defaults={"content": content, "applied_at": clock.now()})
    return [Change(FOLDER, ChangeKind.CHANGED if row else ChangeKind.ADDED, FILE)]


register(PackPart(folder=FOLDER, order=5, load=load, apply=apply, models=(Plan,)))
