"""What waiting and the visit can be measured by."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock
from madoguchi.kernel.metrics import Measured, Part, measure

from .models import Ticket
from .queries.opinions import Answers, Asked, opinions_by_line

# A quarter of answers, a week of waiting: what is asked of a thumb is rare, waiting is not.
ANSWERED_WITHIN = dt.timedelta(days=91)
WAITED_WITHIN = dt.timedelta(days=7)
EXPLAINED = _(
    "窓口の用件のあとの質問に「とてもよかった」「よかった」と答えた人 ÷ その質問に答えた人（過去13週間、無回答を除く）"
)


@measure("queue.satisfaction_manner", unit="%", title=_("窓口の職員の対応がよかった"), explain=EXPLAINED)
def satisfaction_manner(on: dt.date | None = None) -> Measured:
    """職員対応: good ÷ answered, by counter."""
    return _satisfaction(lambda asked: asked.manner, on)


@measure("queue.satisfaction_convenience", unit="%", title=_("窓口の使いやすさがよかった"), explain=EXPLAINED)
def satisfaction_convenience(on: dt.date | None = None) -> Measured:
    """利便性: good ÷ answered, by counter."""
    return _satisfaction(lambda asked: asked.convenience, on)


def _satisfaction(question: Callable[[Asked], Answers], on: dt.date | None) -> Measured:
    until = on or clock.today()
    whole, parts = opinions_by_line(since=until - ANSWERED_WITHIN, until=until)
    answers = question(whole)
    told = [(part.name, question(part)) for part in parts if question(part).share is not None]
    return Measured(
        value=answers.share,
        at=clock.now(),
        n=answers.good if answers.share is not None else None,
        of=answers.n,
        parts=tuple(Part(name, one.good, one.n) for name, one in told),
        withheld=answers.share is None and answers.n > 0,
    )


@measure(
    "queue.median_wait",
    unit="分",
    title=_("窓口で呼ばれるまでの時間（まん中の値）"),
    explain=_("過去7日間に呼ばれた人の、番号をとってからはじめて呼ばれるまでの分数の、まん中の値"),
)
def median_wait(on: dt.date | None = None) -> Measured:
    """The median minutes from number to call of the seven days that end with `on`."""
    until = on or clock.today()
    rows = Ticket.objects.filter(on__gt=until - WAITED_WITHIN, on__lte=until, called_at__isnull=False)
    seen = rows.values_list("issued_at", "called_at")
    waits = [(called - issued).total_seconds() / 60 for issued, called in seen if called is not None]
    value = round(statistics.median(waits), 1) if waits else None
    return Measured(value=value, at=clock.now(), n=len(waits))
