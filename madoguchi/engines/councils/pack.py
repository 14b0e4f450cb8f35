"""packs/*/councils/<council>.yaml: a body that meets, what it does, and who sits in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, model_validator

from madoguchi.kernel.packs import Change, ChangeKind, Located, PackFolder, PackPart, Shape, register
from madoguchi.kernel.refs import Actor

from . import services
from .models import Council

FOLDER = "councils"
# Pages of the councils stand where a council's key stands.
TAKEN_KEYS = frozenset({"meetings"})


class SeatEntry(Shape):
    """One seat: the duty it comes with, or the name and what it speaks for."""

    duty: str = Field("", description="a key of directory/duties.csv: the seat follows the post")
    role: str = Field("", max_length=60, description="会長, 委員 …")
    name: str = Field("", max_length=100)
    belongs_to: str = Field("", max_length=100, description="what they speak for: 学識経験, 町会 …")

    @model_validator(mode="after")
    def _by_duty_or_by_name(self) -> SeatEntry:
        if bool(self.duty) == bool(self.name):
            raise ValueError(_("duty か name の、どちらか一方を書きます。"))
        return self


class CouncilEntry(Shape):
    """councils/<council>.yaml"""

    council: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    name: str = Field(min_length=1, max_length=100)
    does: str = Field("", max_length=300)
    division: str = Field("", description="who keeps it: a key of directory/divisions.csv")
    internal: bool = Field(False, description="of the city hall's own posts")
    order: int = Field(0, ge=0, le=999)
    members: list[SeatEntry] = Field([], max_length=200)
    words: dict[str, dict[str, str]] = Field({}, description="name and does by language")
    source: str = Field("", max_length=300)


def load(folder: PackFolder) -> list[Located[CouncilEntry]]:
    made = folder.yaml_files(FOLDER, CouncilEntry)
    for council in made:
        if PurePosixPath(council.file).stem != council.value.council:
            council.problem("council", _("ファイル名と同じにします。"))
        if council.value.council in TAKEN_KEYS:
            council.problem("council", _("この名前は使えません。"))
    return made


def check(made: list[Located[CouncilEntry]], folder: PackFolder) -> None:
    """The division that keeps it and the duties of its seats must be there."""
    directory = folder.loaded.get("directory")
    divisions = {row.value.key for row in directory.divisions} if directory else set()
    duties = {row.value.key for row in directory.duties} if directory else set()
    for council in made:
        if council.value.division and council.value.division not in divisions:
            message = _("「%s」という係は divisions.csv にありません。") % council.value.division
            council.problem("division", message)
        for place, seat in enumerate(council.value.members):
            if seat.duty and seat.duty not in duties:
                message = _("「%s」という役目は duties.csv にありません。") % seat.duty
                council.problem(("members", place, "duty"), message)


def apply(made: list[Located[CouncilEntry]], by: Actor) -> Iterable[Change]:
    """Make the rows what the files say. A body no longer named is withdrawn; its minutes stay."""
    for council in made:
        said = council.value
        fields = {
            "name": said.name,
            "does": said.does,
            "division_id": said.division or None,
            "is_internal": said.internal,
            "order": said.order,
            "words": said.words,
            "source": said.source,
        }
        members = [seat.model_dump(include={"role", "name", "belongs_to", "duty"}) for seat in said.members]
        if (
            kept := services.keep_council(key=said.council, fields=fields, members=members, by=by)
        ) is not None:
            yield Change(FOLDER, kept, said.name)
    named = [council.value.council for council in made]
    for gone in Council.objects.filter(withdrawn_at=None).exclude(key__in=named):
        services.withdraw_council(council=gone, by=by)
        yield Change(FOLDER, ChangeKind.REMOVED, gone.name)


register(
    PackPart(
        folder=FOLDER,
        order=16,
        load=load,
        check=check,
        apply=lambda made, by: list(apply(made, by)),
        models=(CouncilEntry,),
    )
)
