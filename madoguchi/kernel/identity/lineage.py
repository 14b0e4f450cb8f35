"""Which division goes on with whose work after a reorganisation, as of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .. import clock
from .models import Division


@dataclass(frozen=True, slots=True)
class Lineage:
    """`heirs`: a division that has ended -> the division that goes on with its work today."""

    heirs: Mapping[str, str]

    def now(self, key: str) -> str:
        """The division that does the work of `key` today: itself, unless it has ended and passed it on."""
        return self.heirs.get(key, key)

    def former(self, key: str) -> frozenset[str]:
        """The divisions of the past whose work `key` goes on with."""
        return frozenset(old for old, heir in self.heirs.items() if heir == key)


def lineage() -> Lineage:
    """Read the chart, in one query. Renamed twice is followed to the end."""
    ended = Division.objects.filter(valid_until__lt=clock.today(), passes_to__isnull=False)
    pairs = ended.order_by().values_list("pk", "passes_to")
    passes = {old: heir for old, heir in pairs if heir is not None}
    return Lineage({key: _end(key, passes) for key in passes})


def _end(key: str, passes: Mapping[str, str]) -> str:
    seen = {key}
    # A circle is refused by the pack; here it must only not hang.
    while (following := passes.get(key)) is not None and following not in seen:
        key = following
        seen.add(key)
    return key
