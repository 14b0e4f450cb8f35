"""How items of the plan are found."""

from __future__ import annotations

from collections.abc import Iterator

from madoguchi.kernel.search import Found, register

from .models import Item

KIND = "plan_item"


def _items() -> Iterator[Found]:
    rows = Item.objects.current().select_related("measure").prefetch_related("lines", "services")
    for item in rows:
        words = [item.measure.title, *(line.label for line in item.lines.all())]
        words += [service.title for service in item.services.all()]
        # Below pages and procedures: who looks for an errand wants the errand, not the plan for it.
        yield Found(item.ref, title=item.title, text=" ".join(filter(None, words)), weight=0.5)


register(KIND, _items)
