"""What the plan does by itself: asks for the yearly reports, and reminds who has not handed theirs in."""

from __future__ import annotations

import datetime as dt

from madoguchi.kernel import clock, jobs
from madoguchi.kernel.refs import SYSTEM

from . import labels, rules, services
from .models import Plan


@jobs.periodic("plan.reports", every=dt.timedelta(hours=1))
def tend_reports() -> None:
    """On the day the pack names (1 April) every division is asked; later the overdue ones are reminded."""
    plan = Plan.objects.order_by("-changed_at").first()
    found = rules.reporting(plan)
    if plan is None or found is None:
        return
    year = found.asks_for(clock.today())
    # The plan's years only: when its period is over nobody is asked any more.
    if year in {labels.western(key) for key in plan.years}:
        services.ask_for_reports(fiscal_year=year, by=SYSTEM)
    services.remind(by=SYSTEM)
