"""The plan's part of a pack: its files are read, checked against each other, and become rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from madoguchi.kernel import metrics
from madoguchi.kernel.packs import Change, ChangeKind, Located, PackFolder, PackPart, register
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import nearest

from .models import ItemChange
from .queries import annex
from .services import bring_plan
from .shape import FILES, Book, IndicatorEntry

FOLDER = "plan"
# A plan without its own words and its items is no plan; the other files may be missing.
NEEDED = {"plan.yaml", "items.yaml"}

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """The folder as read: the book, and where each of its files came from."""

    book: Book
    files: dict[str, Located[Any]]


def load(folder: PackFolder) -> ReadPlan | None:
    """The plan folder; None when the pack has none, or when it has faults (then `folder.problems` say which)."""
    if not folder.names(FOLDER, ".yaml"):
        return None
    files: dict[str, Located[Any]] = {}
    for name, (place, shape) in FILES.items():
        found = folder.yaml(f"{FOLDER}/{name}", shape, optional=name not in NEEDED)
        if found is not None:
            files[place] = found
    if not {FILES[name][0] for name in NEEDED} <= files.keys():
        return None
    return ReadPlan(Book(**{place: found.value for place, found in files.items()}), files)


def apply(made: ReadPlan | None, by: Actor) -> list[Change]:
    """Make the rows say what the folder says, and tell what that changed."""
    if made is None:
        return []
    found = bring_plan(book=made.book, by=by)
    told = [Change(FOLDER, ChangeKind.CHANGED, name) for name in found.files if name != "items"]
    told += [Change(FOLDER, _KINDS[item.what], item.code, "、".join(item.fields)) for item in found.items]
    return told


_KINDS = {
    ItemChange.What.ADDED: ChangeKind.ADDED,
    ItemChange.What.RESTORED: ChangeKind.ADDED,
    ItemChange.What.CHANGED: ChangeKind.CHANGED,
    ItemChange.What.WITHDRAWN: ChangeKind.REMOVED,
}


def check(made: ReadPlan | None, folder: PackFolder) -> None:
    """What must fit between the files: names, codes, years, metrics."""
    if made is None:
        return
    for look in (_items, _former, _series, _figures, _indicators, _reporting, _measured):
        look(made)


def _items(made: ReadPlan) -> None:
    plan, where = made.book.plan, made.files["items"]
    seen: set[str] = set()
    for path, entry in _entries(made.book):
        if entry.item in seen:
            where.problem((*path, "item"), _("「%s」が二つあります。") % entry.item)
        seen.add(entry.item)
        for number, line in enumerate(entry.schedule):
            at = (*path, "schedule", number)
            _divisions(made, where, (*at, "divisions"), line.divisions)
            if list(line.years) != plan.years:
                years = "、".join(plan.years)
                where.problem((*at, "years"), _("計画の年度をこの順に全部書きます（%s）。") % years)
        for ref in entry.services:
            kind, _colon, key = ref.partition(":")
            if kind == "page" and key not in settings.PAGES:
                message = _("「%s」というページはありません。") % key
                where.problem((*path, "services", ref), message, _meant(key, settings.PAGES))
        for number, table in enumerate(entry.tables):
            if any(len(row) != len(table.columns) for row in table.rows):
                where.problem((*path, "tables", number), _("列の数が違う行があります。"))


def _entries(book: Book) -> Iterator[tuple[Place, Any]]:
    for g, goal in enumerate(book.items.goals):
        for m, measure in enumerate(goal.measures):
            for i, entry in enumerate(measure.items):
                yield ("goals", g, "measures", m, "items", i), entry


def _divisions(made: ReadPlan, where: Located[Any], path: Place, names: Iterable[str]) -> None:
    known = [*made.book.plan.divisions, *made.book.plan.related]
    for place, name in enumerate(names):
        if name not in known:
            message = _("「%s」は plan.yaml の divisions にありません。") % name
            where.problem((*path, place), message, _meant(name, known))


def _former(made: ReadPlan) -> None:
    if made.book.former is None:
        return
    where = made.files["former"]
    sections = {(goal.number, section) for goal in made.book.former.goals for section in goal.sections}
    for number, entry in enumerate(made.book.former.items):
        _divisions(made, where, ("items", number, "divisions"), entry.divisions)
        if (entry.goal, entry.section) not in sections:
            where.problem(("items", number, "section"), _("目標%d にこの節はありません。") % entry.goal)


def _series(made: ReadPlan) -> None:
    if made.book.series is None:
        return
    known = [group.group for group in made.book.series.groups]
    for number, entry in enumerate(made.book.series.series):
        if entry.group not in known:
            message = _("「%s」という group はありません。") % entry.group
            made.files["series"].problem(("series", number, "group"), message, _meant(entry.group, known))


def _figures(made: ReadPlan) -> None:
    if made.book.figures is None:
        return
    where = made.files["figures"]
    items = [entry.item for entry in made.book.entries()]
    figures = [entry.figure for entry in made.book.figures.figures]
    measures = [metric.key for metric in metrics.catalogue()]
    _named(where, ("first",), made.book.figures.first, figures)
    for number, entry in enumerate(made.book.figures.figures):
        _named(where, ("figures", number, "items"), entry.items, items)
        if entry.measured_by is not None and entry.measured_by not in measures:
            message = _("「%s」を測るものがありません。") % entry.measured_by
            hint = _meant(entry.measured_by, measures) or _("測らないなら null と書きます。")
            where.problem(("figures", number, "measured_by"), message, hint)
        if figures.index(entry.figure) != number:
            where.problem(("figures", number, "figure"), _("「%s」が二つあります。") % entry.figure)


def _named(
    where: Located[Any], path: Place, names: list[str], known: list[str], *, flat: bool = False
) -> None:
    for place, name in enumerate(names):
        if name not in known:
            where.problem(
                path if flat else (*path, place), _("「%s」はありません。") % name, _meant(name, known)
            )


def _indicators(made: ReadPlan) -> None:
    if made.book.indicators is None:
        return
    for i, indicator in enumerate(made.book.indicators.indicators):
        for number, line in enumerate(indicator.lines):
            if _is_met(line) not in (None, line.met):
                message = _("met が、印刷された値と目標からの判定と違います。")
                made.files["indicators"].problem(("indicators", i, "lines", number, "met"), message)
            _recomputed(made, line, ("indicators", i, "lines", number, "recomputed"))


def _recomputed(made: ReadPlan, line: IndicatorEntry, path: Place) -> None:
    """What is typed must be what the yearly numbers give, and round to what is printed."""
    told = line.recomputed
    if told is None or told.years is None or made.book.series is None:
        return
    where = made.files["indicators"]
    known = {entry.series: entry.points for entry in made.book.series.series}
    _named(where, (*path, "series"), told.series, list(known))
    first, last = (
        sum(known[name].get(year, 0) for name in told.series if name in known) for year in told.years
    )
    if (told.from_sen_yen, told.to_sen_yen, told.rate) != (first, last, annex.rate(first, last)):
        where.problem(path, _("time_series.yaml から計算した値と違います。"))
    elif line.actual.value is not None and round(told.rate, 1) != line.actual.value:
        where.problem(path, _("印刷された値と、計算した値が合いません。"))


def _reporting(made: ReadPlan) -> None:
    if made.book.reporting is None:
        return
    _named(
        made.files["reporting"], ("owner",), [made.book.reporting.owner], made.book.plan.divisions, flat=True
    )


def _measured(made: ReadPlan) -> None:
    if made.book.measured is None:
        return
    where = made.files["measured"]
    items = [entry.item for entry in made.book.entries()]
    measures = [metric.key for metric in metrics.catalogue()]
    keys = [entry.indicator for entry in made.book.measured.indicators]
    for number, entry in enumerate(made.book.measured.indicators):
        path: Place = ("indicators", number)
        if entry.item is not None:
            _named(where, (*path, "item"), [entry.item], items, flat=True)
        if entry.source == "metric":
            _named(where, (*path, "metric"), [entry.metric], measures, flat=True)
        elif entry.metric:
            where.problem((*path, "metric"), _("metric は、source が metric のときだけ書きます。"))
        if entry.targets and not entry.target_source:
            where.problem((*path, "targets"), _("目標には出典（target_source）が要ります。"))
        if keys.index(entry.indicator) != number:
            where.problem((*path, "indicator"), _("「%s」が二つあります。") % entry.indicator)


def _is_met(line: IndicatorEntry) -> bool | None:
    """What the printed values say, without rounding; None where they do not say it."""
    goal, reached = line.target.value, line.actual.value
    if goal is None or reached is None:
        return None
    return reached <= goal if line.target.direction == "<=" else reached >= goal


def _meant(word: str, known: Iterable[str]) -> str:
    close = nearest(word, list(known))
    return _("「%s」ではありませんか。") % close if close else ""


register(
    PackPart(
        folder=FOLDER,
        order=30,
        load=load,
        check=check,
        apply=apply,
        models=tuple(shape for _place, shape in FILES.values()),
    )
)
