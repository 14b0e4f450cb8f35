"""The live figures of the front page. A figure that cannot be computed says so; none is typed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madoguchi.engines.plan import queries as plan
from madoguchi.kernel import metrics
from madoguchi.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: Any  # None: there is none yet
    unit: str
    sentence: str
    href: str = ""
    link: str = ""

    @property
    def state(self) -> str:
        return "todo" if self.value is None else "done"


def live() -> list[Figure]:
    """計画 → 手続き → 数字."""
    return [_plan(), _received(), _days()]


def _plan() -> Figure:
    try:
        overview = plan.overview()
    except Refusal:
        # A pack without a plan: a small town may have none.
        return Figure(_("計画"), None, "", _("計画は、まだ登録されていません。"))
    states = {state.value: n for state, n in overview.states}
    return Figure(
        _("計画"),
        overview.counts.items,
        pgettext("unit", "項目"),
        _("このうち%(n)s項目が動き、%(part)s項目は一部が動いています。")
        % {"n": states.get("running", 0), "part": states.get("partly", 0)},
        _href("portal:plan:overview"),
        _("項目を見る"),
    )


def _received() -> Figure:
    measured = metrics.read("procedures.received")
    return Figure(
        _("手続き"),
        _shown(measured),
        pgettext("unit", "件"),
        _("この7日間に受け付けました。"),
        _href("portal:channels"),
        _("受付の方法ごとに見る"),
    )


def _days() -> Figure:
    measured = metrics.read("procedures.days_to_decision")
    return Figure(
        _("数字"),
        _shown(measured),
        pgettext("unit", "日"),
        _("受付から決定まで（まん中の値）。"),
        _href("portal:plan:figures"),
        _("区の公表値とならべる"),
    )


def _shown(measured: Any) -> Any:
    """A whole number as one; None stays None."""
    value = getattr(measured, "value", None)
    if value is None:
        return None
    return int(value) if float(value).is_integer() else round(float(value), 1)


def _href(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
