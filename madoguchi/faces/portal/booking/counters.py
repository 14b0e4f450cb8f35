"""A counter that is booked: what it is for and what to bring, as the queue knows it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from madoguchi.engines.queue import queries as queue
from madoguchi.faces.shared.waits import errand_title


def with_errands(resources: list[Any]) -> list[Any]:
    """The same; a counter nothing is said of says what people come to it for. One query where there are counters."""
    named = {key: one for one in resources if (key := one.facts.get("counter")) and not one.about}
    if named:
        for line in queue.lines().filter(counter__in=named):
            named[line.counter_id].about = _("、").join(map(errand_title, line.errands))
    return resources


def to_bring(resource: Any, language: str) -> list[Any]:
    """What to bring to it; nothing of what is no counter."""
    key = resource.facts.get("counter")
    return queue.at_counter(key, language) if key else []
