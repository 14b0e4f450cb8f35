"""Makers for the plan being carried out: the people of a division and of 情報政策課, the way of a report, two councils."""

from __future__ import annotations

import datetime as dt
from typing import Any

from madoguchi.engines.approvals import queries as approvals
from madoguchi.engines.approvals import services as approving
from madoguchi.engines.approvals.models import Route
from madoguchi.engines.councils.models import Council
from madoguchi.engines.plan import services
from madoguchi.engines.plan.models import Item, ReportRequest
from madoguchi.engines.plan.services import ReportIn
from madoguchi.engines.plan.shape import Book
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.tests import make as identity_make
from madoguchi.kernel.refs import SYSTEM, Actor

from .make import bring, small_plan

MIDORI, JOHO = "みどり課", "情報政策課"
BODIES = {"it-suishin-honbu": "IT推進本部", "johoka-unei-iinkai": "情報化運営委員会"}
GONE_WELL = ReportIn(
    done="講座を3回ひらいた。",
    light="on_track",
    reason="予定どおり進んだ。",
    source="講座の記録",
    actual="3回",
)


def staff(login: str, division: str, *roles: str) -> Actor:
    return identity_make.staff(login, division, *roles, since=dt.date(2020, 4, 1))


def yamada() -> Actor:
    """A clerk of みどり課."""
    return staff("yamada", MIDORI, "clerk")


def kato() -> Actor:
    """The head of みどり課."""
    return staff("kato", MIDORI, "clerk", "head")


def mori() -> Actor:
    """Who looks after the plan, in 情報政策課."""
    return staff("mori", JOHO, "planner")


def book(*items: dict[str, object], indicators: list[dict[str, Any]] | None = None) -> Book:
    """A small plan of R2 and R3 with rules for its yearly reports."""
    told = small_plan(*items).model_dump()
    told["plan"]["divisions"] = [MIDORI, JOHO]
    told["reporting"] = {"owner": JOHO, "bodies": list(BODIES)}
    told["measured"] = {"indicators": indicators} if indicators else None
    return Book.model_validate(told)


def plan_with_reports(*items: dict[str, object], **more: Any) -> None:
    for division in (MIDORI, JOHO):
        people.keep_division(key=division, name=division)
    steps = [
        {"title": "担当課長", "division": "*", "role": "head"},
        {"title": "情報政策課の確認", "division": JOHO, "role": "planner"},
    ]
    Route.objects.update_or_create(key="shinchoku", defaults={"title": "進捗報告書", "steps": steps})
    for order, (key, name) in enumerate(BODIES.items()):
        Council.objects.get_or_create(key=key, defaults={"name": name, "is_internal": True, "order": order})
    bring(book(*items, **more))


def asked(code: str = "P1-1", *, year: int = 2020, due_on: dt.date | None = None) -> ReportRequest:
    """The report みどり課 was asked for."""
    services.ask_for_reports(fiscal_year=year, due_on=due_on, by=SYSTEM)
    return ReportRequest.objects.get(item=Item.objects.get(code=code), fiscal_year=year)


def handed_in(
    request: ReportRequest, *, by: Actor, report: ReportIn = GONE_WELL, why: str = ""
) -> ReportRequest:
    services.hand_in(request=request, report=report, by=by, why=why)
    request.refresh_from_db()
    return request


def on_its_way(request: ReportRequest) -> Any:
    """The approval its newest report goes through."""
    return approvals.of(request.reports.last().ref).first()


def verify(request: ReportRequest, *by: Actor) -> ReportRequest:
    """Each of `by` takes the next step."""
    approval = on_its_way(request)
    for actor in by:
        approval = approving.approve(request=approval, by=actor)
    request.refresh_from_db()
    return request
