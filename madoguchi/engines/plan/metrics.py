"""What the plan itself can be measured by."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock
from madoguchi.kernel.metrics import Measured, Part, measure

from . import queries
from .running import State


@measure(
    "plan.items_running",
    unit="%",
    title=_("動いている項目の割合"),
    explain=_("計画の項目のうち、必要なサービスがこのシステムで全部動いているものの割合"),
)
def items_running(on: dt.date | None = None) -> Measured:
    """Items whose named services all run ÷ all items. It is always about now: services have no past here."""
    found = dict(queries.states())
    of = sum(found.values())
    n = found[State.RUNNING]
    return Measured(
        value=round(100 * n / of, 1) if of else None,
        at=clock.now(),
        n=n,
        of=of,
        parts=tuple(Part(str(state.label), number, of, group="state") for state, number in found.items()),
    )
