"""進捗報告書 and 推進計画書: what a division is asked for and writes, what 情報政策課 asks, reminds and verifies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.approvals import services as approvals
from madoguchi.engines.plan import queries, services
from madoguchi.engines.plan.services import ReportIn
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import fiscal_label, fiscal_year
from madoguchi.kernel.errors import Refusal

WORKING = ("clerk", "head", "planner")
FIELDS = {"done": 4000, "light": 10, "reason": 2000, "actual": 200, "source": 300}


@require_safe
@guard(staff(*WORKING))
def reports(request: HttpRequest) -> HttpResponse:
    """The reports asked of my divisions; for who looks after the plan, of all, with the missing ones."""
    return show_reports(request)


def show_reports(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The list as it stands now; after a refusal with its sentence."""
    actor = request.actor  # type: ignore[attr-defined]
    only, year = request.GET.get("only", "")[:20], number(request.GET.get("year", ""))
    now = fiscal_year(clock.today())
    context = {
        "rows": queries.asked_reports(actor, only=only, year=year),
        "counts": queries.asked_counts(actor),
        "filters": _filters(),
        "only": only,
        "year": year,
        "years": queries.years_asked(actor),
        "looks_after": queries.looks_after(actor),
        "can_ask": [(one, fiscal_label(one)) for one in (now, now - 1)],
        "promises": _my_promises(actor),
        "refusal": refusal,
    }
    return page(request, "desk/plan/list.html", context, status=refusal.status if refusal else 200)


def _filters() -> list[tuple[str, str]]:
    return [
        ("", _("すべて")),
        ("missing", _("まだ出ていない")),
        ("late", _("期限を過ぎた")),
        ("sent", _("確認中")),
        ("verified", _("確認済み")),
    ]


def _my_promises(actor: Any) -> list[Any]:
    found = queries.promises()
    if queries.looks_after(actor):
        return found
    return [one for one in found if one.division in actor.divisions]


@require_POST
@guard(staff("planner"))
def ask(request: HttpRequest) -> HttpResponse:
    """報告を頼む: every division of every item, for the year that is chosen; who was asked is not asked again."""
    year = number(request.POST.get("year", "")) or 0
    try:
        n = services.ask_for_reports(fiscal_year=year, by=request.actor)  # type: ignore[attr-defined]
    except Refusal as refusal:
        return show_reports(request, refusal)
    messages.success(request, _("%(n)s件の報告を頼みました。") % {"n": n})
    return go(request, "desk:plan:list")


@require_POST
@guard(staff("planner"))
def remind(request: HttpRequest) -> HttpResponse:
    """催促: what is overdue stands first on the desk of its division, marked."""
    try:
        n = services.remind(by=request.actor)  # type: ignore[attr-defined]
    except Refusal as refusal:
        return show_reports(request, refusal)
    messages.success(request, _("期限を過ぎた%(n)s件を催促しました。") % {"n": n})
    return go(request, "desk:plan:list", query="only=late")


@require_safe
@guard(staff(*WORKING))
def report(request: HttpRequest, request_id: Any) -> HttpResponse:
    """One report: what was asked, what was handed in, where it is on its way."""
    return show_report(request, request_id)


@require_safe
@guard(staff(*WORKING))
def handed(request: HttpRequest, report_id: Any) -> HttpResponse:
    """A report as approvals and agendas name it, on the page of what it answers."""
    found = queries.request_of(request.actor, report_id)  # type: ignore[attr-defined]
    return go(request, "desk:plan:report", request_id=found.pk)


def show_report(request: HttpRequest, request_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    """As it stands now; after a refusal with what was typed."""
    shown = queries.report_page(request.actor, request_id)  # type: ignore[attr-defined]
    last = shown.reports[-1] if shown.reports else None
    typed = {name: getattr(last, name, "") or "" for name in FIELDS} | {"why": ""}
    if request.method == "POST" and refusal is not None:
        typed |= {name: request.POST.get(name, typed[name])[:size] for name, size in FIELDS.items()}
        typed["why"] = request.POST.get("why", "")[:300]
    context = {"shown": shown, "typed": typed, "lights": queries.lights(), "refusal": refusal}
    return page(request, "desk/plan/report.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(*WORKING))
def hand_in(request: HttpRequest, request_id: Any) -> HttpResponse:
    """提出する: the report goes on its way; what was handed in before stays."""
    shown = queries.report_page(request.actor, request_id)  # type: ignore[attr-defined]
    told = {name: request.POST.get(name, "")[:size] for name, size in FIELDS.items()}
    try:
        services.hand_in(
            request=shown.row,
            report=ReportIn(**told),
            why=request.POST.get("why", "")[:300],
            by=request.actor,  # type: ignore[attr-defined]
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return show_report(request, request_id, refusal)
    messages.success(request, _("提出しました。課長、情報政策課の順に確認します。"))
    return go(request, "desk:plan:report", request_id=request_id)


@require_POST
@guard(staff("head", "planner"))
def verify(request: HttpRequest, request_id: Any) -> HttpResponse:
    """確認する: the step that is mine; after the last one the report is public and on two agendas."""
    return _take_step(request, request_id, approvals.approve, _("確認しました。"))


@require_POST
@guard(staff("head", "planner"))
def remand(request: HttpRequest, request_id: Any) -> HttpResponse:
    """差し戻す, with the reason."""
    return _take_step(request, request_id, approvals.remand, _("差し戻しました。"))


def _take_step(request: HttpRequest, request_id: Any, verb: Any, done: str) -> HttpResponse:
    shown = queries.report_page(request.actor, request_id)  # type: ignore[attr-defined]
    if shown.approval is None:
        return go(request, "desk:plan:report", request_id=request_id)
    try:
        note = request.POST.get("note", "")[:1000]
        verb(request=shown.approval, note=note, by=request.actor)  # type: ignore[attr-defined]
    except Refusal as refusal:
        return show_report(request, request_id, refusal)
    messages.success(request, done)
    return go(request, "desk:plan:report", request_id=request_id)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*WORKING))
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """推進計画書 of an item: written, and corrected with a reason; the old ones stand below."""
    asked = request.POST if request.method == "POST" else request.GET
    shown = queries.sheet_page(
        request.actor,  # type: ignore[attr-defined]
        code,
        division=asked.get("division", "")[:100],
        year=number(asked.get("year", "")),
    )
    if request.method != "POST":
        return _show_sheet(request, shown)
    try:
        services.write_sheet(
            item=shown.item,
            fiscal_year=shown.fiscal_year,
            division=shown.division,
            planned=request.POST.get("planned", "")[:4000],
            target=request.POST.get("target", "")[:200],
            why=request.POST.get("why", "")[:300],
            by=request.actor,  # type: ignore[attr-defined]
        )
    except Refusal as refusal:
        return _show_sheet(request, shown, refusal)
    messages.success(request, _("推進計画書を残しました。"))
    where = f"division={shown.division}&year={shown.fiscal_year}"
    return go(request, "desk:plan:sheet", code=code, query=where)


def _show_sheet(request: HttpRequest, shown: Any, refusal: Refusal | None = None) -> HttpResponse:
    last = shown.sheets[-1] if shown.sheets else None
    typed = {"planned": last.planned if last else "", "target": last.target if last else "", "why": ""}
    if refusal is not None:
        typed = {name: request.POST.get(name, "")[:4000] for name in typed}
    now = fiscal_year(clock.today())
    years = [(one, fiscal_label(one)) for one in sorted({now + 1, now, now - 1, shown.fiscal_year})]
    context = {"shown": shown, "typed": typed, "years": years, "refusal": refusal}
    return page(request, "desk/plan/sheet.html", context, status=refusal.status if refusal else 200)
