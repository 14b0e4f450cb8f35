"""The plan in *a week in the city*: fictional sheets, reports and values of the present year, each marked as such.

The plan's own years are over and no source tells how they went: of these nothing is laid.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.approvals import services as approving
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import fiscal_year
from madoguchi.kernel.identity import demo
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import SYSTEM, Actor

from . import services
from .models import Indicator, Item, ReportRequest
from .services import ReportIn


def lay_week(*, by: Actor) -> None:
    """Lay what week/plan.yaml tells. Does nothing where reports were asked for already, or without a plan."""
    told = demo.week("plan")
    items = {row.code: row for row in Item.objects.current()}
    reports = [one for one in told.get("reports", []) if one["item"] in items]
    if not reports or ReportRequest.objects.exists():
        return
    today = clock.today()
    for one in reports:
        services.ask_for_reports(
            fiscal_year=fiscal_year(today),
            items=[one["item"]],
            due_on=today + dt.timedelta(days=one["due_in"]),
            is_fictional=True,
            by=SYSTEM,
        )
    for one in reports:
        _lay_report(one, items[one["item"]], fiscal_year(today))
    for one in told.get("measurements", []):
        _lay_value(one, today)


def _lay_report(one: dict[str, Any], item: Item, year: int) -> None:
    row = ReportRequest.objects.filter(item=item, fiscal_year=year, division=one["division"]).first()
    writer = _actor(one.get("by"))
    if row is None or writer is None:
        return
    for sheet in one.get("sheets", []):
        services.write_sheet(
            item=item, fiscal_year=year, division=one["division"], is_fictional=True, by=writer, **sheet
        )
    if "report" not in one:
        return
    handed = services.hand_in(request=row, report=ReportIn(**one["report"]), by=writer)
    for login in one.get("approved_by", []):
        actor = _actor(login)
        approval = approvals.of(handed.ref).first()
        if actor is not None and approval is not None:
            approving.approve(request=approval, by=actor)


def _lay_value(one: dict[str, Any], today: dt.date) -> None:
    indicator = Indicator.objects.filter(key=one["indicator"]).first()
    by = _actor(one.get("by"))
    if indicator is None or by is None:
        return
    services.record_measurement(
        indicator=indicator,
        on=today + dt.timedelta(days=one["on_in"]),
        value=one["value"],
        evidence=one["evidence"],
        method=one["method"],
        sample=one["sample"],
        is_fictional=True,
        by=by,
    )


def _actor(login: str | None) -> Actor | None:
    account = demo.staff_account(login) if login else None
    return identity.actor_for(account) if account else None
