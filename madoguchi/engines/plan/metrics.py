"""What the plan itself can be measured by."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.kernel import clock
from madoguchi.kernel.metrics import Measured, Part, measure

from . import queries
from .models import Plan
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


@measure(
    "plan.cost_cut",
    unit="%",
    title=_("経費の削減率の計算し直し"),
    explain=_(
        "公表された経費の表から、このデモが計算し直した値（共通基盤に移行したシステム、基盤の経費を含む）"
    ),
)
def cost_cut(on: dt.date | None = None) -> Measured:
    """The first line of the former plan's indicators that is recomputed from the yearly numbers; never rounded up."""
    rate = next((line.rate for line in _lines() if line.rate is not None), None)
    return Measured(value=rate, at=clock.now())


@measure(
    "plan.former_missed",
    unit=pgettext_lazy("unit of indicators", "本"),
    title=_("前の計画の指標のうち未達の数え直し"),
    explain=_("印刷された目標と結果を、端数を切り上げずに比べて、このデモが数え直した未達の本数"),
)
def former_missed(on: dt.date | None = None) -> Measured:
    """Of the former plan's indicator lines, those whose printed value does not reach the printed target."""
    lines = _lines()
    missed = sum(1 for line in lines if not line.met)
    return Measured(value=missed if lines else None, at=clock.now(), n=missed, of=len(lines) or None)


@measure(
    "plan.languages",
    unit=pgettext_lazy("unit", "言語"),
    title=_("画面の言葉の数"),
    explain=_("このデモの画面が話す言葉の数。やさしい日本語も1つと数えます"),
)
def languages(on: dt.date | None = None) -> Measured:
    """The languages the public pages speak in this installation."""
    return Measured(value=len(settings.LANGUAGES), at=clock.now())


def _lines() -> list[queries.IndicatorView]:
    return queries.indicators().lines if Plan.objects.exists() else []
