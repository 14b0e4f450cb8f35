"""What a plan folder would change: asked by `mado pack diff` before, and by `bring_plan` while writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .models import Item, ItemChange, Plan
from .shape import Book, ItemEntry, digest


@dataclass(frozen=True, slots=True)
class ItemDifference:
    code: str
    what: ItemChange.What
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """Files to bring again whole, and the items that are new, other or gone."""

    files: tuple[str, ...]
    items: tuple[ItemDifference, ...]

    def __bool__(self) -> bool:
        return bool(self.files or self.items)


def differences(book: Book) -> Differences:
    plan = Plan.objects.filter(code=book.plan.plan).first()
    known = plan.digests if plan else {}
    wanted = file_digests(book)
    files = tuple(name for name in (*wanted, *known) if wanted.get(name) != known.get(name))
    return Differences(tuple(dict.fromkeys(files)), tuple(_item_differences(book)))


def file_digests(book: Book) -> dict[str, str]:
    """One digest per file of the folder that is there."""
    parts = {name: getattr(book, name) for name in type(book).model_fields}
    return {name: digest(part) for name, part in parts.items() if part is not None}


def part_digests(entry: ItemEntry, place: tuple[str, int]) -> dict[str, str]:
    """One digest per part of an item, so that its history can say which part changed."""
    facts = entry.model_dump()
    parts: dict[str, Any] = {
        "title": [facts["mark"], facts["title"]],
        "place": list(place),
        # Their order is what people see: it counts as a change.
        "schedule": facts["schedule"],
        "services": list(facts["services"].items()),
        "indicator": facts["series"],
        "tables": facts["tables"],
        "notes": facts["notes"],
    }
    return {name: digest(value) for name, value in parts.items()}


def places(book: Book) -> dict[str, tuple[str, int]]:
    """{item code: (measure code, order)}."""
    found: dict[str, tuple[str, int]] = {}
    for goal in book.items.goals:
        for measure in goal.measures:
            for entry in measure.items:
                found[entry.item] = (measure.measure, len(found) + 1)
    return found


def _item_differences(book: Book) -> list[ItemDifference]:
    stored = {item.code: item for item in Item.objects.all()}
    where = places(book)
    found = []
    for entry in book.entries():
        item = stored.pop(entry.item, None)
        if item is None:
            found.append(ItemDifference(entry.item, ItemChange.What.ADDED))
            continue
        wanted = part_digests(entry, where[entry.item])
        fields = tuple(name for name in wanted if wanted[name] != item.digests.get(name))
        if item.withdrawn_at is not None:
            found.append(ItemDifference(entry.item, ItemChange.What.RESTORED, fields))
        elif fields:
            found.append(ItemDifference(entry.item, ItemChange.What.CHANGED, fields))
    gone = [item.code for item in stored.values() if item.withdrawn_at is None]
    return found + [ItemDifference(code, ItemChange.What.WITHDRAWN) for code in gone]
