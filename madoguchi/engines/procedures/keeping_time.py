"""保存期間 of cases: reckoned when one closes, forgotten when it goes on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q

from madoguchi.engines.forms.models import Draft
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import fiscal_year
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Ref
from madoguchi.kernel.vault import retention

from . import procedure as procedures
from .models import Case, Term

BATCH = 200


def begin(case: Case) -> Term | None:
    """The case has closed: how long it is kept, by its class. Nothing where no plan is in force, or in practice."""
    plan = retention.plan_in_force()
    if plan is None or case.practice or case.closed_at is None:
        return None
    shape = procedures.of(case.definition).shape
    closed_on = clock.in_city(case.closed_at).date()
    known = Term.objects.filter(case=case).first()
    event_on = known.event_on if known else None
    term, _made = Term.objects.update_or_create(
        case=case,
        defaults={
            "procedure": shape.procedure,
            "retention": shape.retention.class_,
            "fiscal_year": fiscal_year(closed_on),
            "closed_on": closed_on,
            "disposes_on": _end(plan, shape.retention.class_, closed_on, event_on, known),
            "reckoned_at": clock.now(),
        },
    )
    return term


def stop(case: Case) -> None:
    """The case goes on (sent back, recalled): nothing counts until it is closed again."""
    Term.objects.filter(case=case).delete()


def _end(
    plan: retention.Plan, class_: str, closed_on: dt.date, event_on: dt.date | None, known: Term | None
) -> dt.date | None:
    kept = plan.named(class_)
    end = retention.end_of(kept, closed_on, event_on) if kept else None
    extended = known.extended_until if known else None
    return max(end, extended) if end and extended else end


@writes
def reckon_missing(limit: int = BATCH) -> int:
    """Closed cases without a term, and terms older than the plan in force. Returns how many were reckoned."""
    row = retention.RetentionPlan.objects.first()
    if row is None:
        return 0
    closed = Case.objects.filter(closed_at__isnull=False).select_related("definition")
    lacking = list(closed.filter(term=None)[:limit])
    stale = list(closed.filter(term__reckoned_at__lt=row.applied_at)[: limit - len(lacking)])
    for case in (*lacking, *stale):
        begin(case)
    return len(lacking) + len(stale)


def due() -> Any:
    """Terms that are over today: closed, not erased, and past their day."""
    return Term.objects.filter(
        disposes_on__lte=clock.today(),
        case__erased_at=None,
        case__closed_at__isnull=False,
        case__practice=False,
    ).annotate(division=F("case__division"))


def held_by(case: Case) -> list[Ref]:
    """What a hold may lie on so that it holds this case: itself, whose it is, its procedure."""
    return _refs(case.ref, case.definition.key, case.applicant_id)


def held_by_draft(draft: Draft) -> list[Ref]:
    """The same of a draft."""
    return _refs(Ref.to(draft), draft.definition.key, draft.party_id)


def _refs(it: Ref, procedure: str, party: Any) -> list[Ref]:
    refs = [it, Ref("procedures", "procedure", procedure)]
    return [*refs, Ref("identity", "party", str(party))] if party else refs


def held_now(whose: str) -> Q:
    """Rows of cases or drafts that a hold lies on; `whose` is the name of their party. A query for what fills a batch:
    what is held would otherwise keep its place for as long as the hold lasts, and others would never have their turn.
    """
    held = [Ref.parse(about) for about in retention.standing().values_list("about", flat=True)]
    own = [one.id for one in held if one.kind in {"case", "draft"}]
    parties = [one.id for one in held if one.kind == "party"]
    keys = [one.id for one in held if one.kind == "procedure"]
    return Q(pk__in=own) | Q(**{f"{whose}__in": parties}) | Q(definition__key__in=keys)
