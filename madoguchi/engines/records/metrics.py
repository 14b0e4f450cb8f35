"""What records can be measured by."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock
from madoguchi.kernel.metrics import Measured, measure

from . import queries


@measure(
    "records.registered",
    unit="件",
    title=_("一度の面接・登録で、どの施設でも使える登録"),
    explain=_("その日に有効な登録の数。一つの施設で面接すると、すべての施設で使える"),
)
def registered(on: dt.date | None = None) -> Measured:
    """Registrations that count on that day."""
    n = queries.count_valid(on or clock.today())
    return Measured(value=n, at=clock.now(), n=n)
