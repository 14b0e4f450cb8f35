"""Values that people type in, with what they stand on. What a service counts is never typed."""

from __future__ import annotations

import datetime as dt
import math

from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.refs import Actor

from .. import rules
from ..errors import CorrectionNeedsReason, MeasuredByItself, MeasurementIncomplete
from ..models import Indicator, Measurement


@writes
def record_measurement(
    *,
    indicator: Indicator,
    on: dt.date | None,
    value: float | None,
    evidence: str,
    method: str,
    sample: str,
    by: Actor,
    corrects: Measurement | None = None,
    why: str = "",
    is_fictional: bool = False,
) -> Measurement:
    """Keep a value of a survey or a file. A wrong one stays, and its correction says why.

    Raises MeasuredByItself, MeasurementIncomplete, CorrectionNeedsReason, SomebodyWasFaster, NotAllowed.
    """
    rules.check_looks_after(by)
    if indicator.source == Indicator.Source.METRIC:
        raise MeasuredByItself
    when, number = _check(on, value, evidence, method, sample)
    if corrects is not None and not why.strip():
        raise CorrectionNeedsReason
    if corrects is not None and corrects.corrected_by.exists():
        raise SomebodyWasFaster
    row = Measurement.objects.create(
        indicator=indicator,
        on=when,
        value=number,
        evidence=evidence.strip(),
        method=method.strip(),
        sample=sample.strip(),
        corrects=corrects,
        why=why.strip() if corrects else "",
        is_fictional=is_fictional,
        at=clock.now(),
        by=by.account,
        by_name=by.name,
    )
    audit.record("plan.measured", indicator.ref, by=by, facts={"value": number, "on": when.isoformat()})
    return row


def _check(
    on: dt.date | None, value: float | None, evidence: str, method: str, sample: str
) -> tuple[dt.date, float]:
    missing = []
    if on is None or on > clock.today():
        missing.append(_("いつの値か（きょうまでの日付）"))
    if value is None or not math.isfinite(value):
        missing.append(_("値（数字）"))
    for name, words in (
        (_("もとになる資料"), evidence),
        (_("方法"), method),
        (_("だれを・何を、いくつ調べたか"), sample),
    ):
        if not words.strip():
            missing.append(name)
    if missing or on is None or value is None:
        raise MeasurementIncomplete(missing="、".join(missing))
    return on, value
