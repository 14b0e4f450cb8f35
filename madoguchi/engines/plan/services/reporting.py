"""推進計画書 and 進捗報告書: asked for, reminded, handed in, verified. What is corrected stays beside its correction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from madoguchi.engines.approvals import services as approvals
from madoguchi.engines.councils import services as councils
from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.text import digest_of

from .. import labels, rules
from ..errors import CorrectionNeedsReason, ReportIncomplete, ReportOnItsWay, YearUnknown
from ..models import Item, Light, Plan, Report, ReportRequest, Sheet


@dataclass(frozen=True, slots=True)
class ReportIn:
    """What a division writes: what was done, how it goes and why, the actual, and where it can be looked up."""

    done: str
    light: str
    reason: str
    source: str
    actual: str = ""


@writes
def write_sheet(
    *,
    item: Item,
    fiscal_year: int,
    division: str,
    planned: str,
    by: Actor,
    target: str = "",
    why: str = "",
    is_fictional: bool = False,
) -> Sheet:
    """Write what a division does for an item in a year. Again is a correction: it says why, and the old sheet stays.

    Raises CorrectionNeedsReason, ReportIncomplete, YearUnknown, NotAllowed, SomebodyWasFaster.
    """
    rules.check_writes_for(by, division)
    check_year(fiscal_year)
    if not planned.strip():
        raise ReportIncomplete(missing=_("その年度に行うこと"))
    last = Sheet.objects.filter(item=item, fiscal_year=fiscal_year, division=division)
    number = (last.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > 1 and not why.strip():
        raise CorrectionNeedsReason
    try:
        with transaction.atomic():
            sheet = Sheet.objects.create(
                item=item,
                fiscal_year=fiscal_year,
                division_id=division,
                number=number,
                planned=planned.strip(),
                target=target.strip(),
                why=why.strip() if number > 1 else "",
                at=clock.now(),
                by=by.account,
                by_name=by.named_for(division, *rules.WRITING).name,
                is_fictional=is_fictional,
            )
    except IntegrityError as error:
        raise SomebodyWasFaster from error
    audit.record("plan.sheet_written", sheet.ref, by=by, facts={"item": item.code, "number": number})
    return sheet


@writes
def ask_for_reports(
    *,
    fiscal_year: int,
    by: Actor,
    due_on: dt.date | None = None,
    items: Collection[str] | None = None,
    is_fictional: bool = False,
) -> int:
    """Ask every division of every item for its report of the year; who was asked already is not asked again.

    A division that was renamed or merged is asked under its name of today. Returns how many were asked.
    """
    plan = Plan.objects.order_by("-changed_at").first()
    found = rules.reporting(plan)
    if plan is None or found is None:
        return 0
    if by.is_staff:
        rules.check_looks_after(by)
    check_year(fiscal_year)
    known = set(ReportRequest.objects.filter(fiscal_year=fiscal_year).values_list("item_id", "division_id"))
    wanted = [pair for pair in _who_reports(plan, items) if (pair[0].pk, pair[1]) not in known]
    now = clock.now()
    ReportRequest.objects.bulk_create(
        ReportRequest(
            item=item,
            division_id=division,
            fiscal_year=fiscal_year,
            asked_at=now,
            due_on=due_on or found.due(fiscal_year),
            is_fictional=is_fictional,
        )
        for item, division in wanted
    )
    if wanted:
        facts = {"fiscal_year": fiscal_year, "asked": len(wanted)}
        audit.record("plan.reports_asked", Ref.to(plan), by=by, facts=facts)
    return len(wanted)


def _who_reports(plan: Plan, codes: Collection[str] | None) -> list[tuple[Item, str]]:
    exists = set(identity.divisions().values_list("pk", flat=True))
    rows = Item.objects.current().prefetch_related("lines").order_by("order")
    pairs: dict[tuple[str, str], tuple[Item, str]] = {}
    for item in rows if codes is None else rows.filter(code__in=codes):
        for line in item.lines.all():
            for name in line.divisions:
                # 関係課 names no division; a name of the past is asked as who goes on with its work.
                division = name if name in exists else identity.successor(name)
                if name not in plan.related and division in exists:
                    pairs[item.code, division] = (item, division)
    return list(pairs.values())


@writes
def remind(*, by: Actor, fiscal_year: int | None = None) -> int:
    """Mark what is overdue as reminded: its divisions see it first on their desk. Returns how many.

    The job reminds again only after the days the pack says; a person's press reminds all.
    """
    found = rules.current()
    if found is None:
        return 0
    if by.is_staff:
        rules.check_looks_after(by)
    late = overdue()
    if fiscal_year is not None:
        late = late.filter(fiscal_year=fiscal_year)
    if not by.is_staff:
        since = clock.now() - dt.timedelta(days=found.remind_after_days)
        late = late.exclude(reminded_at__gt=since)
    n = late.update(reminded_at=clock.now())
    if n:
        about = Ref("plan", "reports", str(fiscal_year or "all"))
        audit.record("plan.reports_reminded", about, by=by, facts={"reminded": n})
    return n


def overdue():  # type: ignore[no-untyped-def]
    """Asked for, not handed in, and the day has passed."""
    return ReportRequest.objects.filter(
        state__in=[ReportRequest.State.ASKED, ReportRequest.State.REMANDED], due_on__lt=clock.today()
    )


@writes
def hand_in(*, request: ReportRequest, report: ReportIn, by: Actor, why: str = "") -> Report:
    """Send the report on its way: the division's head, then 情報政策課.

    After it was sent back, or verified, this is a correction that says why; what was handed in before stays, and the
    public page keeps the verified one until the correction is verified.
    Raises ReportIncomplete, ReportOnItsWay, CorrectionNeedsReason, NotAllowed, SomebodyWasFaster.
    """
    rules.check_writes_for(by, request.division_id)
    if request.state == ReportRequest.State.SENT:
        raise ReportOnItsWay
    _check_report(report)
    number = (request.reports.aggregate(last=Max("number"))["last"] or 0) + 1
    if request.state == ReportRequest.State.VERIFIED and not why.strip():
        raise CorrectionNeedsReason
    _change(request, state=ReportRequest.State.SENT)
    handed = Report.objects.create(
        request=request,
        number=number,
        why=why.strip(),
        at=clock.now(),
        by=by.account,
        by_name=by.named_for(request.division_id, *rules.WRITING).name,
        digest=digest_of(asdict(report)),
        **{name: words.strip() for name, words in asdict(report).items()},
    )
    found = rules.current()
    approvals.ask(
        about=handed.ref,
        title=_("進捗報告書：%(item)s（%(year)s）")
        % {"item": request.item, "year": labels.fiscal_year(request.fiscal_year)},
        summary=_paper(handed),
        route=found.route if found else "shinchoku",
        division=request.division_id,
        digest=handed.digest,
        by=by,
    )
    audit.record("plan.report_handed_in", request.ref, by=by, facts={"number": number, "light": report.light})
    return handed


def _check_report(report: ReportIn) -> None:
    missing = [
        str(name)
        for name, words in (
            (_("行ったこと"), report.done),
            (_("そう考える理由"), report.reason),
            (_("もとになる資料"), report.source),
        )
        if not words.strip()
    ]
    if report.light not in Light.values:
        missing.insert(0, _("進みぐあい"))
    if missing:
        raise ReportIncomplete(missing="、".join(missing))


def _paper(handed: Report) -> str:
    """What the approvers read."""
    lines = [
        (_("進みぐあい"), handed.get_light_display()),
        (_("理由"), handed.reason),
        (_("行ったこと"), handed.done),
        (_("実績"), handed.actual),
        (_("もとになる資料"), handed.source),
        (_("直した理由"), handed.why),
    ]
    return "\n".join(f"{name}：{words}" for name, words in lines if words)


def verified(*, about: Ref, digest_then: str, by: Actor) -> None:
    """The way is at its end: the report counts, and goes to the bodies that look at the plan's progress."""
    report = Report.objects.select_related("request__item").filter(pk=about.id).first()
    if report is None or report.request.state != ReportRequest.State.SENT or report.digest != digest_then:
        return
    request = report.request
    _change(request, state=ReportRequest.State.VERIFIED, verified=report, verified_at=clock.now())
    audit.record("plan.report_verified", request.ref, by=by, facts={"number": report.number})
    found = rules.current()
    for body in found.bodies if found else ():
        councils.put_on_agenda(
            council_key=body,
            about=report.ref,
            title=_("進捗報告書：%(item)s（%(year)s、%(division)s）")
            % {
                "item": request.item,
                "year": labels.fiscal_year(request.fiscal_year),
                "division": request.division.name,
            },
            by=by,
        )


def sent_back(*, about: Ref, by: Actor) -> None:
    """差し戻し, or taken back by whoever sent it: it can be written again."""
    report = Report.objects.select_related("request").filter(pk=about.id).first()
    if report is not None and report.request.state == ReportRequest.State.SENT:
        _change(report.request, state=ReportRequest.State.REMANDED)
        audit.record("plan.report_sent_back", report.request.ref, by=by, facts={"number": report.number})


def _change(request: ReportRequest, **fields: object) -> None:
    """Compare-and-set: whoever saw another state is told."""
    mine = ReportRequest.objects.filter(pk=request.pk, version=request.version)
    if not mine.update(version=F("version") + 1, **fields):
        raise SomebodyWasFaster
    request.refresh_from_db()


def check_year(fiscal_year: int) -> None:
    if not rules.FIRST_YEAR <= fiscal_year <= rules.LAST_YEAR:
        raise YearUnknown
