"""What public comment can be measured by."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.kernel import clock
from madoguchi.kernel.metrics import Measured, Part, measure

from .models import Answer, Call, Opinion


@measure(
    "consultation.opinions",
    unit=pgettext_lazy("unit", "件"),
    title=_("公表した意見の件数"),
    explain=_("このデモで公表している意見の行を、募集ごとに数え直した合計。架空の募集は入りません"),
)
def opinions(on: dt.date | None = None) -> Measured:
    """Published rows of opinions, counted from the rows; by call, with the answers they share (`of`)."""
    calls = Call.objects.filter(state=Call.State.PUBLISHED, is_fictional=False).order_by("opens_on")
    if on is not None:
        calls = calls.filter(opens_on__lte=on)
    parts = []
    for call in calls:
        rows = Opinion.objects.filter(call=call).count()
        answers = Answer.objects.filter(call=call, opinions__isnull=False).distinct().count()
        parts.append(Part(call.key, rows, answers, group="call"))
    total = sum(part.n for part in parts)
    return Measured(value=total if parts else None, at=clock.now(), n=total)
