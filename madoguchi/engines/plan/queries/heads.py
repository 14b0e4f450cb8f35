"""What every plan page starts from: the plan in force, and the state of an item."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from madoguchi.engines.plan import labels
from madoguchi.engines.plan.errors import PlanNotLoaded
from madoguchi.engines.plan.models import Item, Plan
from madoguchi.engines.plan.running import Running, State


@dataclass(frozen=True, slots=True)
class PlanHead:
    """What stands at the head of every plan page."""

    code: str
    title: str
    source: str
    source_url: str
    published: str
    period: str
    changed_at: dt.datetime
    review: str = ""  # when it is looked over before its end, as printed


def has_plan() -> bool:
    return Plan.objects.exists()


def current_plan() -> Plan:
    plan = Plan.objects.order_by("-changed_at").first()
    if plan is None:
        raise PlanNotLoaded
    return plan


def head(plan: Plan) -> PlanHead:
    return PlanHead(
        code=plan.code,
        title=plan.title,
        source=plan.source,
        source_url=plan.source_url,
        published=labels.when(plan.published),
        period=labels.span(plan.years[0], plan.years[-1]),
        changed_at=plan.changed_at,
        review=plan.facts.get("midterm_review", ""),
    )


def state_of(item: Item, running: Running) -> State:
    return running.state((service.kind, service.key) for service in item.services.all())
