"""How a plan comes into the city. Rows of the plan change here and nowhere else."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import audit, clock, search
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor, Ref

from ..changes import Differences, ItemDifference, differences, file_digests, part_digests, places
from ..models import (
    Figure,
    FormerItem,
    Goal,
    Indicator,
    IndicatorLine,
    Item,
    ItemChange,
    Measure,
    Plan,
    ScheduleLine,
    Series,
    Service,
)
from ..search import KIND
from ..shape import Book, ItemEntry

# What plan.yaml says in columns of its own; the rest is read whole and shown whole.
_COLUMNS = {
    "plan",
    "title",
    "publisher",
    "source",
    "source_url",
    "published",
    "years",
    "divisions",
    "related",
}


@writes
def bring_plan(*, book: Book, by: Actor) -> Differences:
    """Make the rows say what the folder says; the second time nothing is written.

    An item that is no longer in the folder is marked as withdrawn and kept, because opinions and
    reports point at it. What changed is added to the item's history, part by part.
    """
    found = differences(book)
    if not found:
        return found

    now = clock.now()
    plan = _keep_plan(book, now)
    measures = _keep_goals(plan, book)
    _keep_items(book, measures, found.items, now)
    for name in found.files:
        if name in _WHOLE_FILES:
            _WHOLE_FILES[name](book)
    search.rebuild(KIND)
    audit.record(
        "plan.brought",
        Ref.to(plan),
        by=by,
        facts={"files": list(found.files), "items": {change.code: change.what for change in found.items}},
    )
    return found


def _keep_plan(book: Book, now: dt.datetime) -> Plan:
    told = book.plan
    facts = told.model_dump(exclude=_COLUMNS)
    if book.former:
        facts["former"] = book.former.model_dump(exclude={"items"})
    if book.indicators:
        facts["indicators"] = book.indicators.model_dump(exclude={"indicators"})
    if book.series:
        facts["series"] = book.series.model_dump(exclude={"series"})
    if book.figures:
        facts["figures"] = {"first": book.figures.first}
    if book.reporting:
        facts["reporting"] = book.reporting.model_dump()
    if book.chronology:
        facts["chronology"] = book.chronology.model_dump()
    plan, _ = Plan.objects.update_or_create(
        code=told.plan,
        defaults=told.model_dump(include=_COLUMNS - {"plan"})
        | {"facts": facts, "digests": file_digests(book), "changed_at": now},
    )
    return plan


def _keep_goals(plan: Plan, book: Book) -> dict[str, Measure]:
    """{measure code: row}, after goals and measures say what the folder says."""
    measures: dict[str, Measure] = {}
    for order, goal_entry in enumerate(book.items.goals, 1):
        goal, _ = Goal.objects.update_or_create(
            plan=plan,
            code=goal_entry.goal,
            defaults={"title": goal_entry.title, "page": goal_entry.page, "order": order},
        )
        for measure_entry in goal_entry.measures:
            measures[measure_entry.measure], _ = Measure.objects.update_or_create(
                code=measure_entry.measure,
                defaults={"goal": goal, "title": measure_entry.title, "order": len(measures) + 1},
            )
    return measures


def _keep_items(
    book: Book, measures: dict[str, Measure], wanted: tuple[ItemDifference, ...], now: dt.datetime
) -> None:
    where = places(book)
    entries = {entry.item: entry for entry in book.entries()}
    for change in wanted:
        if change.what == ItemChange.What.WITHDRAWN:
            item = Item.objects.get(code=change.code)
            item.withdrawn_at = now
            item.save(update_fields=["withdrawn_at"])
        else:
            item = _keep_item(entries[change.code], measures, where[change.code])
        ItemChange.objects.create(item=item, at=now, what=change.what, fields=list(change.fields))


def _keep_item(entry: ItemEntry, measures: dict[str, Measure], place: tuple[str, int]) -> Item:
    measure, order = place
    item, _ = Item.objects.update_or_create(
        code=entry.item,
        defaults={
            "measure": measures[measure],
            "order": order,
            "mark": entry.mark,
            "title": entry.title,
            "series": entry.series.model_dump() if entry.series else None,
            "tables": [table.model_dump() for table in entry.tables],
            "notes": entry.notes,
            "digests": part_digests(entry, place),
            "withdrawn_at": None,
        },
    )
    item.lines.all().delete()
    ScheduleLine.objects.bulk_create(
        ScheduleLine(item=item, order=number, label=line.label, years=line.years, divisions=line.divisions)
        for number, line in enumerate(entry.schedule, 1)
    )
    item.services.all().delete()
    Service.objects.bulk_create(
        Service(item=item, order=number, kind=ref.split(":")[0], key=ref.split(":")[1], title=title)
        for number, (ref, title) in enumerate(entry.services.items(), 1)
    )
    return item


def _keep_former(book: Book) -> None:
    FormerItem.objects.all().delete()
    if book.former:
        FormerItem.objects.bulk_create(FormerItem(**entry.model_dump()) for entry in book.former.items)


def _keep_indicators(book: Book) -> None:
    IndicatorLine.objects.all().delete()
    if book.indicators is None:
        return
    lines = [(indicator, line) for indicator in book.indicators.indicators for line in indicator.lines]
    IndicatorLine.objects.bulk_create(
        IndicatorLine(
            order=order,
            number=indicator.number,
            title=indicator.title,
            note=indicator.note,
            **line.model_dump(),
        )
        for order, (indicator, line) in enumerate(lines, 1)
    )


def _keep_series(book: Book) -> None:
    Series.objects.all().delete()
    if book.series:
        Series.objects.bulk_create(
            Series(order=order, code=entry.series, **entry.model_dump(exclude={"series"}))
            for order, entry in enumerate(book.series.series, 1)
        )


def _keep_figures(book: Book) -> None:
    Figure.objects.all().delete()
    if book.figures:
        Figure.objects.bulk_create(
            Figure(
                order=order,
                code=entry.figure,
                measured_by=entry.measured_by or "",
                **entry.model_dump(exclude={"figure", "measured_by"}),
            )
            for order, entry in enumerate(book.figures.figures, 1)
        )


def _keep_measured(book: Book) -> None:
    """Indicators stay when they leave the folder: what was measured points at them."""
    entries = book.measured.indicators if book.measured else []
    items = dict(Item.objects.values_list("code", "pk"))
    for order, entry in enumerate(entries, 1):
        fields = entry.model_dump(exclude={"indicator", "item"})
        Indicator.objects.update_or_create(
            key=entry.indicator,
            defaults=fields | {"item_id": items.get(entry.item or ""), "order": order, "withdrawn_at": None},
        )
    gone = Indicator.objects.filter(withdrawn_at=None).exclude(key__in=[one.indicator for one in entries])
    gone.update(withdrawn_at=clock.now())


# Files that are brought again whole when anything in them changed. Of most nobody points at the rows.
_WHOLE_FILES = {
    "former": _keep_former,
    "indicators": _keep_indicators,
    "series": _keep_series,
    "figures": _keep_figures,
    "measured": _keep_measured,
}
