"""What approvals can be measured by."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock
from madoguchi.kernel.metrics import Measured, measure

from .models import Request, Step


@measure(
    "approvals.electronic_share",
    unit="%",
    title=_("電子決裁率"),
    explain=_("このシステムで最後まで終わった決裁のうち、どの段でも紙を使わなかったものの割合"),
)
def electronic_share(on: dt.date | None = None) -> Measured:
    """Approved without a step on paper ÷ approved."""
    ended = Request.objects.filter(state=Request.State.APPROVED)
    if on is not None:
        until = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), tzinfo=clock.JST)
        ended = ended.filter(ended_at__lt=until)
    of = ended.count()
    n = ended.exclude(Exists(Step.objects.filter(request=OuterRef("pk"), on_paper=True))).count()
    return Measured(value=round(100 * n / of, 1) if of else None, at=clock.now(), n=n, of=of)
