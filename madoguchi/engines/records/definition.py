"""The shape of a kind of registration in a pack, and what the engine reads out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, model_validator

from madoguchi.kernel import packs
from madoguchi.kernel.calendar import fiscal_year_end, plus_months
from madoguchi.kernel.packs import Shape
from madoguchi.kernel.packs.models import Definition

from .rules import Purpose

KIND = "registration"
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
# What stands in the file under these names are words: they may be corrected any day.
IS_WORD = packs.by_name("title", "about", "label", "help", "why", "without_internet")


class OptionEntry(Shape):
    id: Key
    label: str = Field(min_length=1, max_length=60)


class FieldEntry(Shape):
    """One thing that is asked. Every one says why it is asked and who is shown it."""

    id: Key
    kind: Literal["text", "long_text", "has_and_what", "number", "choice", "phone", "people"]
    label: str = Field(min_length=1, max_length=60)
    help: str = Field("", max_length=200)
    why: str = Field(
        min_length=1, max_length=200, description="what it is asked for, in words for who is asked"
    )
    sensitivity: Literal["personal", "special"] = Field(
        "personal", description="special: 要配慮個人情報 (health, disability …)"
    )
    shown_for: list[Purpose] = Field(min_length=1, description="for which purposes staff are shown it")
    shown_at_sites: bool = Field(True, description="also to the staff of a site, not only of the division")
    asked: Literal["application", "interview"] = Field(
        "application", description="who applies is asked already, or only the interview asks"
    )
    is_care: bool = Field(False, description="filled in, the booking says 「配慮することがあります」")
    is_name: bool = Field(False, description="the name of the group itself")
    is_optional: bool = False
    options: list[OptionEntry] = []
    most: int = Field(
        1000, ge=1, le=100000, description="number: the largest; otherwise the longest, in characters"
    )

    @model_validator(mode="after")
    def _a_choice_has_options(self) -> FieldEntry:
        if (self.kind == "choice") != bool(self.options):
            raise ValueError(_("options は choice のときだけ、かならず書きます。"))
        return self


class ValidEntry(Shape):
    """How long a registration holds."""

    until: Literal["end_of_fiscal_year"] | None = None
    months: int | None = Field(None, ge=1, le=120)

    @model_validator(mode="after")
    def _one_way(self) -> ValidEntry:
        if (self.until is None) == (self.months is None):
            raise ValueError(_("until か months の、どちらか一方を書きます。"))
        return self


class SiteEntry(Shape):
    """Where an interview can be: the key of a site of booking."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
    title: str = Field(min_length=1, max_length=100)


class KindFile(Shape):
    """records/kinds/<kind>.yaml"""

    registration: Key
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=60)
    about: str = Field(min_length=1, max_length=400)
    of: Literal["child", "group", "person"]
    settled_by: Literal["interview", "staff"] = Field(
        description="interview: valid once it was held; staff: accepted"
    )
    division: str = Field(description="who keeps it: a key of directory/divisions.csv")
    also: list[str] = Field([], description="other divisions whose staff hold interviews, too")
    sites: list[SiteEntry] = []
    valid: ValidEntry
    renew_from_days: int = Field(
        60, ge=1, le=365, description="so many days before its end another term can be had"
    )
    retention: str = Field("registrations", description="its line in retention.yaml, under others")
    without_internet: str = Field(
        "", max_length=300, description="how to register by telephone, on paper, at the counter"
    )
    fields: list[FieldEntry] = Field(min_length=1, max_length=30)

    @model_validator(mode="after")
    def _fields_are_told_apart(self) -> KindFile:
        keys = [field.id for field in self.fields]
        if len(keys) != len(set(keys)):
            raise ValueError(_("同じ id の項目が2つあります。"))
        if (self.of == "group") != any(field.is_name for field in self.fields):
            raise ValueError(_("団体の登録には、団体の名前の項目（is_name）が一つ要ります。"))
        return self


@dataclass(frozen=True, slots=True)
class RegistrationKind:
    """A published kind in the words of one language."""

    definition: Definition
    said: KindFile

    @property
    def key(self) -> str:
        return self.said.registration

    @property
    def title(self) -> str:
        return self.said.title

    @property
    def fields(self) -> list[FieldEntry]:
        return self.said.fields

    def asked_when(self, *, interview: bool) -> list[FieldEntry]:
        """What is asked in an interview (everything), or of who applies."""
        return [one for one in self.fields if interview or one.asked == "application"]

    def site_title(self, key: str) -> str:
        """The name of a place of interviews; its key where the pack does not name it."""
        return next((site.title for site in self.said.sites if site.id == key), key)

    def valid_until(self, on: dt.date) -> dt.date:
        """The last day of a term that begins on `on`."""
        if self.said.valid.months is None:
            return fiscal_year_end(on)
        return plus_months(on, self.said.valid.months) - dt.timedelta(days=1)

    def renewable_from(self, until: dt.date) -> dt.date:
        return until - dt.timedelta(days=self.said.renew_from_days)


def kinds() -> list[RegistrationKind]:
    """The kinds in force, in the reader's language. Two queries."""
    found = list(packs.definitions(KIND))
    words = packs.texts_of(found, get_language() or "ja")
    return [_made(one, words[one.pk]) for one in found]


def kind_of(definition: Definition, language: str | None = None) -> RegistrationKind:
    """The kind as that version says it."""
    return _made(definition, packs.texts(definition, language or get_language() or "ja"))


def kinds_of(definitions: Mapping[Any, Definition]) -> dict[Any, RegistrationKind]:
    """The same for many, in one query."""
    words = packs.texts_of(definitions.values(), get_language() or "ja")
    return {key: _made(one, words[one.pk]) for key, one in definitions.items()}


def kind_in_force(key: str) -> RegistrationKind:
    """The kind of that key in force. Raises NotFound."""
    return kind_of(packs.current(KIND, key))


def _made(definition: Definition, words: Mapping[str, str]) -> RegistrationKind:
    return RegistrationKind(definition, KindFile.model_validate(packs.filled(definition.body, words)))


def care_fields(kind: RegistrationKind) -> Iterator[FieldEntry]:
    return (one for one in kind.fields if one.is_care)
