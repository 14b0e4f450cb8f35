"""packs/*/queue/lines.yaml: the counters that give numbers, their desks and who is planned to sit there, and what for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, StringConstraints, model_validator

from madoguchi.kernel import search
from madoguchi.kernel.packs import Change, ChangeKind, Located, PackFolder, PackPart, Shape, register
from madoguchi.kernel.refs import Actor

from . import services
from .models import Line

FOLDER = "queue"
FILE = f"{FOLDER}/lines.yaml"
# What people type who want to know how long they would wait.
BOARD = (
    "待ち時間",
    "待ち人数",
    "まちじかん",
    "混雑",
    "こんざつ",
    "順番",
    "番号札",
    "整理券",
    "waiting time",
    "queue",
    "等候",
    "대기",
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class ErrandEntry(Shape):
    """What people come for."""

    title: str = Field(min_length=1, max_length=60)
    minutes: int = Field(ge=1, le=240, description="one visit, before anything was measured")
    words: dict[str, str] = Field({}, description="the title by language")


class DeskEntry(Shape):
    """One desk, and when somebody is planned to sit there."""

    desk: str = Field(min_length=1, max_length=10)
    days: list[str] = Field(["mon", "tue", "wed", "thu", "fri"], min_length=1)
    hours: list[Annotated[str, StringConstraints(pattern=r"^\d\d:\d\d-\d\d:\d\d$")]] = Field(
        min_length=1, description="08:30-17:00; several for a desk that pauses"
    )

    @model_validator(mode="after")
    def _readable(self) -> DeskEntry:
        for day in self.days:
            if day not in DAYS:
                raise ValueError(_("曜日は %s で書きます。") % ", ".join(DAYS))
        for hours in self.hours:
            since, _dash, until = hours.partition("-")
            try:
                is_right = dt.time.fromisoformat(since) < dt.time.fromisoformat(until)
            except ValueError:
                is_right = False
            if not is_right:
                raise ValueError(_("時間は 08:30-17:00 の形で、早いほうを先に書きます。"))
        return self


class LineEntry(Shape):
    """One counter's line."""

    counter: str = Field(min_length=1, description="a key of directory/counters.csv")
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]
    floor: int = Field(1, ge=-5, le=60)
    walk_order: int = Field(0, ge=0, le=999, description="how one passes the counters from the door")
    minutes: int = Field(8, ge=1, le=240)
    per_day: int | None = Field(None, ge=1, le=9999, description="the most numbers a day")
    stale_minutes: int = Field(5, ge=1, le=120, description="older than this, the pages say so")
    booking_area: str = Field("", max_length=60, description="booking: where its visits are booked")
    from_home: bool = Field(False, description="numbers may be taken on the web, before one comes")
    errands: list[str] = Field(min_length=1, description="keys of errands above")
    desks: list[DeskEntry] = Field(min_length=1, max_length=30)


class LinesFile(Shape):
    """queue/lines.yaml"""

    errands: dict[Key, ErrandEntry]
    lines: list[LineEntry]


def load(folder: PackFolder) -> Located[LinesFile] | None:
    return folder.yaml(FILE, LinesFile, optional=True)


def check(made: Located[LinesFile] | None, folder: PackFolder) -> None:
    """Every line stands at a counter of its own, with a prefix of its own, for errands that are written above."""
    if made is None:
        return
    directory = folder.loaded.get("directory")
    counters = {row.value.key for row in directory.counters} if directory else set()
    for place, line in enumerate(made.value.lines):
        if line.counter not in counters:
            message = _("「%s」という窓口は counters.csv にありません。") % line.counter
            made.problem(("lines", place, "counter"), message)
        for at, errand in enumerate(line.errands):
            if errand not in made.value.errands:
                message = _("「%s」という用件は、上の errands にありません。") % errand
                made.problem(("lines", place, "errands", at), message)
    for name in ("counter", "prefix"):
        for place in _repeated([getattr(line, name) for line in made.value.lines]):
            made.problem(("lines", place, name), _("ほかの列と同じです。列ごとに分けます。"))


def _repeated(values: list[str]) -> Iterator[int]:
    seen: set[str] = set()
    for place, value in enumerate(values):
        if value in seen:
            yield place
        seen.add(value)


def apply(made: Located[LinesFile] | None, by: Actor) -> Iterable[Change]:
    """Make the rows what the file says. A line no longer named gives no more numbers; its past stays."""
    lines = made.value.lines if made else []
    errands = made.value.errands if made else {}
    for line in lines:
        kept = services.keep_line(said=_said(line, errands), by=by)
        if kept is not None:
            yield Change(FOLDER, kept, line.counter)
    named = [line.counter for line in lines]
    for gone in Line.objects.filter(withdrawn_at=None).exclude(counter__in=named):
        services.withdraw_line(line=gone, by=by)
        yield Change(FOLDER, ChangeKind.REMOVED, gone.counter_id)
    search.put_page("queue", gettext_lazy("いまの待ち人数"), names=BOARD, there=bool(lines))


def _said(line: LineEntry, errands: dict[str, ErrandEntry]) -> services.LineSaid:
    fields = line.model_dump(exclude={"errands", "desks"})
    return services.LineSaid(
        **fields,
        desks=tuple(dict.fromkeys(one.desk for one in line.desks)),
        schedule=[shift for one in line.desks for shift in _shifts(one)],
        errands=[{"key": key, **errands[key].model_dump()} for key in line.errands],
    )


def _shifts(desk: DeskEntry) -> Iterator[dict[str, Any]]:
    days = sorted(DAYS.index(day) for day in desk.days)
    for hours in desk.hours:
        since, _dash, until = hours.partition("-")
        yield {"desk": desk.desk, "days": days, "since": since, "until": until}


register(
    PackPart(
        folder=FOLDER,
        order=60,
        load=load,
        check=check,
        apply=lambda made, by: list(apply(made, by)),
        models=(LinesFile,),
    )
)
