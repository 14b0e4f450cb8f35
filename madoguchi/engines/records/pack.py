"""packs/*/records: kinds/<kind>.yaml, what one can be registered for, and things.yaml, what is lent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, StringConstraints

from madoguchi.kernel import packs, search
from madoguchi.kernel.packs import Change, Located, PackFolder, PackPart, Publication, Shape, register
from madoguchi.kernel.refs import Actor

from .definition import IS_WORD, KIND, KindFile
from .services import lending

FOLDER = "records"
THINGS = f"{FOLDER}/things.yaml"
# What people type who want to be registered, or to see for what they are.
WORDS = ("とうろく", "団体登録", "団体の登録", "利用者登録", "サークル登録", "registration", "登记", "등록")


class ThingEntry(Shape):
    """One thing that can be lent."""

    thing: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    name: str = Field(min_length=1, max_length=100)
    about: str = Field("", max_length=300)
    kind: str = Field("", max_length=60, description="things of one kind stand together")
    division: str = Field(description="who lends it: a key of directory/divisions.csv")
    days: int = Field(14, ge=1, le=365, description="how long it is lent")
    words: dict[str, dict[str, str]] = Field({}, description="name, about and kind by language")


class ThingsFile(Shape):
    """records/things.yaml"""

    things: list[ThingEntry] = Field([], max_length=2000)


@dataclass(slots=True)
class ReadFolder:
    """The folder as read."""

    kinds: list[tuple[Located[KindFile], Publication]] = field(default_factory=list)
    things: Located[ThingsFile] | None = None


def load(folder: PackFolder) -> ReadFolder:
    made = ReadFolder(things=folder.yaml(THINGS, ThingsFile, optional=True))
    for located in folder.yaml_files(f"{FOLDER}/kinds", KindFile):
        key = located.value.registration
        if PurePosixPath(located.file).stem != key:
            located.problem("registration", _("ファイル名と同じにします。"))
            continue
        logic, japanese = packs.split(located.data, IS_WORD)
        texts = folder.texts_beside(f"{FOLDER}/kinds/{key}.yaml", japanese)
        made.kinds.append((located, Publication(key, located.value.version, logic, texts, where=located)))
    if made.things is not None:
        _told_apart(made.things)
    return made


def _told_apart(things: Located[ThingsFile]) -> None:
    seen: set[str] = set()
    for place, one in enumerate(things.value.things):
        if one.thing in seen:
            things.problem(("things", place, "thing"), _("「%s」が2つあります。") % one.thing)
        seen.add(one.thing)


def check(made: ReadFolder, folder: PackFolder) -> None:
    """The divisions and the retention classes that are named must be there."""
    directory = folder.loaded.get("directory")
    divisions = {row.value.key for row in directory.divisions} if directory else set()
    plan = folder.loaded.get("retention")
    others = set(plan.value.others) if plan is not None else set()
    for located, _publication in made.kinds:
        said = located.value
        _there(located, "division", said.division, divisions)
        for place, also in enumerate(said.also):
            _there(located, ("also", place), also, divisions)
        if said.retention not in others:
            located.problem(
                "retention", _("「%s」は retention.yaml の others にありません。") % said.retention
            )
    for place, one in enumerate(made.things.value.things if made.things is not None else []):
        _there(made.things, ("things", place, "division"), one.division, divisions)


def _there(
    located: Located[KindFile] | Located[ThingsFile] | None,
    where: str | tuple[str | int, ...],
    division: str,
    divisions: set[str],
) -> None:
    if located is not None and division not in divisions:
        located.problem(where, _("「%s」という係は divisions.csv にありません。") % division)


def apply(made: ReadFolder, by: Actor) -> Iterable[Change]:
    """Publish the kinds and make the things what the file says. What is no longer named is withdrawn."""
    changes = packs.publish_all(
        kind=KIND, part=FOLDER, publications=[publication for _located, publication in made.kinds]
    )
    things = made.things.value.things if made.things is not None else []
    for one in things:
        fields = one.model_dump(include={"name", "about", "kind", "days", "words"})
        kept = lending.keep_thing(key=one.thing, fields=fields | {"division_id": one.division}, by=by)
        if kept is not None:
            changes.append(Change(FOLDER, kept, one.name))
    changes += lending.withdraw_others(keys=[one.thing for one in things], by=by)
    search.put_page("registrations", gettext_lazy("登録"), names=WORDS, there=bool(made.kinds))
    return changes


register(
    PackPart(folder=FOLDER, order=25, load=load, check=check, apply=apply, models=(KindFile, ThingsFile))
)
