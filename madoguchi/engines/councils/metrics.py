"""What councils can be measured by."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock
from madoguchi.kernel.metrics import Measured, measure

from . import queries


@measure(
    "councils.pages_not_printed",
    unit="枚",
    title=_("会議で刷らずにすんだ紙"),
    explain=_("終わった会議の資料のページ数に、委員の席の数をかけたもの。資料はこのサイトで読む"),
)
def pages_not_printed(on: dt.date | None = None) -> Measured:
    """Pages × seats over the meetings held up to that day."""
    n = queries.pages_not_printed(until=on)
    return Measured(value=n, at=clock.now(), n=n)
