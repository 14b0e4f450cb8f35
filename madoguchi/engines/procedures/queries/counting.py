"""受付の方法をならべる: how many came by which way, for anybody to read; and what went out wrong, by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from madoguchi.engines.forms.models import Channel
from madoguchi.kernel import clock, packs
from madoguchi.kernel.calendar import fiscal_year
from madoguchi.kernel.identity.models import Division
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.practice import is_practice
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import said_of

from ..models import Case, Misissue, Transfer
from ..procedure import KIND
from .desk.recalling import KINDS, STEPS
from .desk.seeing import handled_divisions
from .withholding import withheld

CHANNELS = tuple(Channel.values)
# One to this many of one procedure in a year could point at somebody: they are not told to the public.
FEW = 4


@dataclass(slots=True)
class CountRow:
    """One procedure of one division: how many by each channel; None is not told."""

    key: str
    title: str
    division: str
    division_name: str
    counts: dict[str, int | None]
    total: int | None

    @property
    def cells(self) -> list[int | None]:
        return [self.counts[channel] for channel in CHANNELS]


@dataclass(slots=True)
class ChannelCounts:
    """One fiscal year, side by side."""

    year: int
    years: list[int]
    rows: list[CountRow]
    totals: dict[str, int | None]
    total: int | None
    is_masked: bool = False

    @property
    def sums(self) -> list[tuple[str, int | None]]:
        """Label and sum of each channel, in the order of the columns."""
        return [(str(Channel(channel).label), self.totals[channel]) for channel in CHANNELS]


def channel_counts(year: int | None = None, *, division: str = "", procedure: str = "") -> ChannelCounts:
    """What was received in a fiscal year, by procedure and channel; small numbers are not told.

    What is hidden cannot be worked out from what is shown (`withholding`): that is settled on the whole table of
    the year, whatever part of it is asked for. Practice is never counted.
    """
    counts = _counted(_received(), year)
    _mask(counts)
    return _part(counts, division, procedure)


def channel_counts_for_staff(actor: Actor, year: int | None = None) -> ChannelCounts:
    """The same for one's own divisions and those of the past they go on with, with every number told."""
    return _counted(_received().filter(received_in__in=handled_divisions(actor)), year)


def _received() -> QuerySet[Any]:
    """Cases with the division that received them: what is passed on later, or by a reorganisation, stays with it."""
    first = Transfer.objects.filter(case=OuterRef("pk")).order_by("at", "pk").values("from_division")[:1]
    division = Coalesce(Subquery(first), "division", output_field=CharField())
    return Case.counted.annotate(received_in=division)


def _counted(cases: QuerySet[Any], year: int | None) -> ChannelCounts:
    this = fiscal_year(clock.today())
    first = cases.aggregate(first=Min("received_at"))["first"]
    begin = fiscal_year(clock.in_city(first).date()) if first else this
    years = list(range(begin, this + 1))
    year = year if year in years else this
    start = dt.datetime(year, 4, 1, tzinfo=clock.JST)
    until = dt.datetime(year + 1, 4, 1, tzinfo=clock.JST)
    found = (
        cases.filter(received_at__gte=start, received_at__lt=until)
        .order_by()
        .values_list("definition__key", "received_in", "channel")
        .annotate(n=Count("pk"))
    )
    table: dict[tuple[str, str], dict[str, int | None]] = {}
    for key, division, channel, n in found:
        table.setdefault((key, division), dict.fromkeys(CHANNELS, 0))[channel] = n
    titles = _titles(key for key, _division in table)
    names = {one.key: said_of(one) for one in Division.objects.all()}
    rows = [
        CountRow(
            key,
            titles.get(key, key),
            division,
            names.get(division, division),
            counts,
            sum(n or 0 for n in counts.values()),
        )
        for (key, division), counts in table.items()
    ]
    rows.sort(key=lambda row: (row.division_name, row.title, row.key))
    return _summed(year, years, rows)


def _summed(year: int, years: list[int], rows: list[CountRow]) -> ChannelCounts:
    totals: dict[str, int | None] = {
        channel: sum(row.counts[channel] or 0 for row in rows) for channel in CHANNELS
    }
    return ChannelCounts(year, years, rows, totals, sum(row.total or 0 for row in rows))


def _titles(keys: Iterable[str]) -> dict[str, str]:
    """What each procedure is called in its newest version, in the reader's language."""
    newest: dict[str, Definition] = {}
    for definition in Definition.objects.filter(kind=KIND, key__in=set(keys)).order_by("version"):
        newest[definition.key] = definition
    words = packs.texts_of(set(newest.values()), get_language() or "ja")
    return {key: words[definition.pk].get("title", key) for key, definition in newest.items()}


def _mask(counts: ChannelCounts) -> None:
    """Hide 1 to FEW, and as much beside it as keeps it from being worked out."""
    hidden = withheld([[row.counts[channel] or 0 for channel in CHANNELS] for row in counts.rows], FEW)
    sums, whole = len(counts.rows), len(CHANNELS)
    for number, row in enumerate(counts.rows):
        row.counts = {
            channel: None if (number, column) in hidden else row.counts[channel]
            for column, channel in enumerate(CHANNELS)
        }
        row.total = None if (number, whole) in hidden else row.total
    counts.totals = {
        channel: None if (sums, column) in hidden else counts.totals[channel]
        for column, channel in enumerate(CHANNELS)
    }
    counts.total = None if (sums, whole) in hidden else counts.total
    counts.is_masked = bool(hidden)


def _part(counts: ChannelCounts, division: str, procedure: str) -> ChannelCounts:
    """Some rows of the masked table. A sum over hidden numbers is hidden: subtraction would tell them."""
    if not (division or procedure):
        return counts
    rows = [
        row
        for row in counts.rows
        if (not division or row.division == division) and (not procedure or row.key == procedure)
    ]
    part = _summed(counts.year, counts.years, rows)
    part.is_masked = counts.is_masked
    for channel in CHANNELS:
        if any(row.counts[channel] is None for row in rows):
            part.totals[channel] = None
    if any(row.total is None for row in rows) or None in part.totals.values():
        part.total = None
    return part


@dataclass(frozen=True, slots=True)
class MisissueYear:
    """A fiscal year of mis-issues, by kind and by the step where each should have been noticed."""

    year: int
    total: int
    kinds: tuple[tuple[str, int], ...]
    steps: tuple[tuple[str, int], ...]
    learnt: int  # with what is done differently since
    closed: int


def misissue_years() -> list[MisissueYear]:
    """誤交付の件数: the whole city, nobody named, the latest year first; this year also when there was none."""
    by_year: dict[int, list[Misissue]] = {fiscal_year(clock.today()): []}
    rows = Misissue.objects.filter(case__practice=is_practice())
    for row in rows.only("found_at", "kind", "step", "lesson", "closed_at"):
        by_year.setdefault(fiscal_year(clock.in_city(row.found_at).date()), []).append(row)
    return [_year(year, by_year[year]) for year in sorted(by_year, reverse=True)]


def _year(year: int, rows: list[Misissue]) -> MisissueYear:
    return MisissueYear(
        year=year,
        total=len(rows),
        kinds=tuple((str(label), sum(row.kind == kind for row in rows)) for kind, label in KINDS),
        steps=tuple((str(label), sum(row.step == step for row in rows)) for step, label in STEPS),
        learnt=sum(bool(row.lesson) for row in rows),
        closed=sum(row.closed_at is not None for row in rows),
    )
