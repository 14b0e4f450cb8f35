"""Freezing a year: what the pages say of it, whole, with its digest."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed, SomebodyWasFaster
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import digest_of

from .. import rules
from ..errors import CorrectionNeedsReason
from ..models import YearReport
from ..queries.years import year_content
from .reporting import check_year


@writes
def freeze_year(*, fiscal_year: int, by: Actor, why: str = "") -> YearReport:
    """Freeze everything of a fiscal year as it stands now. The second time is a correction and says why; the first stays.

    Raises CorrectionNeedsReason, YearUnknown, NotAllowed, SomebodyWasFaster.
    """
    rules.check_looks_after(by)
    if by.account is None:
        raise NotAllowed
    check_year(fiscal_year)
    last = YearReport.objects.filter(fiscal_year=fiscal_year).aggregate(last=Max("number"))["last"] or 0
    if last and not why.strip():
        raise CorrectionNeedsReason
    content = year_content(fiscal_year)
    try:
        with transaction.atomic():
            row = YearReport.objects.create(
                fiscal_year=fiscal_year,
                number=last + 1,
                content=content,
                digest=digest_of(content),
                why=why.strip() if last else "",
                at=clock.now(),
                by=by.account,
                by_name=by.name,
            )
    except IntegrityError as error:
        raise SomebodyWasFaster from error
    audit.record("plan.year_frozen", row.ref, by=by, facts={"number": row.number, "digest": row.digest})
    return row
