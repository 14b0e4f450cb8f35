"""保存期間と廃棄: what is due, the proposal and its approval, the register, and what is held."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.procedures import services
from madoguchi.engines.procedures.queries.desk import disposing as queries
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.sheets import sheet
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import fiscal_label
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id
from madoguchi.kernel.vault import retention
from madoguchi.kernel.vault.errors import HoldUnclear

ASKS = require_http_methods(["GET", "HEAD", "POST"])
MOST_ROWS = 500


@require_safe
@guard(staff("head", "records"))
def disposals(request: HttpRequest) -> HttpResponse:
    """What is due by class and year, and every proposal."""
    actor = request.actor
    context = {
        "groups": queries.due_groups(actor),
        "coming": queries.coming(actor),
        "disposals": queries.disposals(actor),
        "keeps_records": actor.has_role(queries.RECORDS),
    }
    return page(request, "desk/disposing/disposals.html", context)


@require_safe
@guard(staff("head", "records"))
def due(request: HttpRequest, division: str, class_: str, year: int) -> HttpResponse:
    """件名簿 of one class and year."""
    return show_due(request, division, class_, year)


def show_due(
    request: HttpRequest, division: str, class_: str, year: int, refusal: Refusal | None = None
) -> HttpResponse:
    """The list; after a refusal with the reason."""
    rows, total = queries.due_list(request.actor, division=division, class_=class_, fiscal_year=year)
    context = {
        "rows": rows,
        "total": total,
        "division": division,
        "class_": class_,
        "year": year,
        "year_name": fiscal_label(year),
        "may_propose": request.actor.has_role(queries.HEAD, in_=division),
        "refusal": refusal,
    }
    return page(request, "desk/disposing/due.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff("head"))
def propose(request: HttpRequest, division: str, class_: str, year: int) -> HttpResponse:
    """起案: what was ticked is to be thrown away."""
    ticked = [one for one in request.POST.getlist("case") if is_id(one)]
    try:
        made = services.propose(
            division=division, class_=class_, fiscal_year=year, wanted=ticked, by=request.actor
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return show_due(request, division, class_, year, refusal)
    messages.success(request, _("廃棄を起案しました。文書管理の担当者の決裁を待ちます。"))
    return go(request, "desk:procedures:disposal", disposal_id=made.pk)


@require_safe
@guard(staff("head", "records"))
def disposal(request: HttpRequest, disposal_id: Any) -> HttpResponse:
    """One proposal: what it holds, who proposed and who approved, how far it is."""
    return show_disposal(request, disposal_id)


def show_disposal(request: HttpRequest, disposal_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The proposal; after a refusal with the reason."""
    context = {"shown": queries.disposal_for(request.actor, disposal_id), "refusal": refusal}
    return page(request, "desk/disposing/disposal.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff("records"))
def settle(request: HttpRequest, disposal_id: Any) -> HttpResponse:
    """決裁, or 差し戻し: by another person than who proposed."""
    found = queries.disposal_for(request.actor, disposal_id)
    try:
        if request.POST.get("then") == "approve":
            services.approve(disposal=found.disposal, by=request.actor)
            messages.success(request, _("決裁しました。これから順に廃棄します。元には戻せません。"))
        else:
            remark = request.POST.get("remark", "")
            services.refuse(disposal=found.disposal, remark=remark, by=request.actor)
            messages.success(request, _("差し戻しました。何も廃棄していません。"))
    except Refusal as refusal:
        return show_disposal(request, disposal_id, refusal)
    return go(request, "desk:procedures:disposal", disposal_id=disposal_id)


@require_safe
@guard(staff("head", "records"))
def register(request: HttpRequest) -> HttpResponse:
    """廃棄簿, the latest first."""
    rows = queries.disposal_register(request.actor)
    context = {"rows": rows[:MOST_ROWS], "total": rows.count(), "after": queries.AFTER}
    return page(request, "desk/disposing/register.html", context)


@require_safe
@guard(staff("head", "records"))
def register_csv(request: HttpRequest) -> HttpResponse:
    """廃棄簿 whole, to be kept."""
    rows: list[list[str]] = [
        [
            _("受付番号"),
            _("手続"),
            _("課"),
            _("保存期間"),
            _("受付日"),
            _("完結日"),
            _("満了日"),
            _("廃棄日"),
            _("方法"),
            _("起案"),
            _("決裁"),
        ]
    ]
    for row in queries.disposal_register(request.actor).iterator(chunk_size=2000):
        cells = [row.receipt, row.title, row.division, row.retention, row.received_on, row.closed_on]
        cells += [row.disposes_on, clock.in_city(row.disposed_at).date(), queries.AFTER[row.how]]
        rows.append([str(cell) for cell in [*cells, row.proposed_by, row.approved_by]])
    return sheet("haikibo", rows)


@ASKS
@guard(staff("head"))
def extend(request: HttpRequest) -> HttpResponse:
    """延長: keep a case longer than its class says; and the day a class in use (常用) counts from."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            case = queries.case_to_extend(request.actor, request.POST.get("receipt", ""))
            day = _day(request, "until")
            if request.POST.get("then") == "event":
                services.write_event(case=case, on=day, by=request.actor)
            else:
                services.extend(case=case, until=day, why=request.POST.get("why", ""), by=request.actor)
        except NotFound:
            refusal = NotFound(_("受付番号を確かめてください。自分の課の、終わった案件だけを延ばせます。"))
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("満了日を直しました。"))
            return go(request, "desk:procedures:disposals")
    status = (422 if isinstance(refusal, NotFound) else refusal.status) if refusal else 200
    context = {"typed": request.POST, "refusal": refusal, "asked": request.GET.get("receipt", "")}
    return page(request, "desk/disposing/extend.html", context, status=status)


@ASKS
@guard(staff("records"))
def holds(request: HttpRequest) -> HttpResponse:
    """保全: what is held and why; putting one on."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            about = queries.what_to_hold(
                request.POST.get("what", ""), all_of_person=bool(request.POST.get("person"))
            )
            until = _day(request, "until") if request.POST.get("until") else None
            if about is None:
                raise NotFound(
                    _("この受付番号の案件も、この名前の手続きもありません。もう一度お確かめください。")
                )
            if request.POST.get("until") and until is None:
                raise HoldUnclear
            retention.hold(
                about=about,
                kind=request.POST.get("kind", ""),
                why=request.POST.get("why", ""),
                until=until,
                by=request.actor,
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("保全しました。解くまで、廃棄も消去もされません。"))
            return go(request, "desk:procedures:holds")
    return show_holds(request, refusal)


def show_holds(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The list and the form; after a refusal with what was typed."""
    context = {
        "rows": queries.hold_rows(request.actor),
        "kinds": queries.KINDS,
        "typed": request.POST if refusal else {},
        "refusal": refusal,
    }
    status = (422 if isinstance(refusal, NotFound) else refusal.status) if refusal else 200
    return page(request, "desk/disposing/holds.html", context, status=status)


@require_POST
@guard(staff("records"))
def lift(request: HttpRequest, hold_id: Any) -> HttpResponse:
    """解く: by another person than who put it on."""
    found = next((row.hold for row in queries.hold_rows(request.actor) if row.hold.pk == hold_id), None)
    if found is None:
        raise NotFound
    try:
        retention.lift(hold=found, by=request.actor)
    except Refusal as refusal:
        return show_holds(request, refusal)
    messages.success(request, _("保全を解きました。"))
    return go(request, "desk:procedures:holds")


def _day(request: HttpRequest, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.POST.get(name, "").strip())
    except ValueError:
        return None
