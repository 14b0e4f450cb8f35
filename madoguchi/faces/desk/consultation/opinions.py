"""Opinions as they will be published: the list, numbering, giving them to divisions, one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.queries import desk
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.numbers import number as as_number
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import queries as identity

from .doors import ASKS, RUNNING, as_seen, page_number, run_call, show

FILTERS = {
    "": gettext_lazy("ぜんぶ"),
    "no_answer": gettext_lazy("答える課が決まっていない"),
    "no_category": gettext_lazy("区分がない"),
    "writing": gettext_lazy("考え方を書いている"),
    "checking": gettext_lazy("決裁待ち"),
    "approved": gettext_lazy("決裁ずみ"),
    "no_number": gettext_lazy("番号がない"),
    "nobody": gettext_lazy("だれの意見も入っていない"),
}
MOST_TICKED = 500


@require_safe
@guard(RUNNING)
def listed(request: Asked, key: str) -> HttpResponse:
    """The rows, filtered by what they lack."""
    return show_list(request, run_call(request, key))


def show_list(request: Asked, call: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The list; after a refusal with the reason."""
    only = request.GET.get("only", "")
    only = only if only in FILTERS else ""
    lines, total, pages = desk.opinion_lines(call, only=only, page=page_number(request))
    context = {
        "lines": lines,
        "total": total,
        "pages": range(1, pages + 1) if pages > 1 else (),
        "page": min(page_number(request), pages),
        "filters": FILTERS.items(),
        "only": only,
        "divisions": list(identity.divisions()),
    }
    return show(request, "opinions.html", call, context, refusal)


@require_POST
@guard(RUNNING)
def several(request: Asked, key: str) -> HttpResponse:
    """What was ticked goes to a division (one answer each, or one for all), or becomes one row."""
    call = run_call(request, key)
    ticked = list(dict.fromkeys(request.POST.getlist("opinion")))[:MOST_TICKED]
    rows = [desk.opinion_row(request.actor, call, one) for one in ticked]
    verb = _VERBS.get(request.POST.get("then", ""))
    if verb is None or not rows:
        messages.warning(request, _("意見に印を付けてください。"))
        return go(request, "desk:consultation:opinions", key=key)
    try:
        messages.success(request, verb(request, rows))
    except NotFound:
        raise
    except Refusal as refusal:
        return show_list(request, call, refusal)
    return go(request, "desk:consultation:opinions", key=key)


def _give_each(request: Asked, rows: list[Any]) -> str:
    for row in rows:
        services.give_answer(opinions=[row], division=_division(request), by=request.actor)
    return _("%(n)s件を、答える課に渡しました。") % {"n": len(rows)}


def _give_together(request: Asked, rows: list[Any]) -> str:
    services.give_answer(opinions=rows, division=_division(request), by=request.actor)
    return _("%(n)s件に、一つの考え方で答えることにしました。") % {"n": len(rows)}


def _merge(request: Asked, rows: list[Any]) -> str:
    if len(rows) < 2:
        return _("二つ以上に印を付けてください。")
    services.merge(into=rows[0], others=rows[1:], by=request.actor)
    return _("%(n)s件を一つの意見にしました。") % {"n": len(rows)}


_VERBS = {"each": _give_each, "together": _give_together, "merge": _merge}


def _division(request: Asked) -> str:
    found = identity.division(request.POST.get("division", "")[:60])
    if found is None:
        raise NotFound
    return str(found.pk)


@require_POST
@guard(RUNNING)
def number(request: Asked, key: str) -> HttpResponse:
    """番号を付ける: by passage, or in the order typed beside the rows."""
    call = run_call(request, key)
    try:
        given = services.number_all(call=call, order=_order(request), by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_list(request, call, refusal)
    messages.success(
        request,
        _("No.1からNo.%(n)sまで番号を付けました。「No.…に記載のとおり」も新しい番号で出ます。")
        % {"n": given},
    )
    return go(request, "desk:consultation:opinions", key=key)


def _order(request: Asked) -> list[str] | None:
    """Ids in the order of the numbers typed; None when nothing was typed: then by passage."""
    typed = {
        name.removeprefix("place-"): place
        for name, value in request.POST.items()
        if name.startswith("place-") and (place := as_number(str(value).strip())) is not None
    }
    return sorted(typed, key=lambda row: typed[row]) if typed else None


@ASKS
@guard(RUNNING)
def opinion(request: Asked, key: str, opinion_id: Any) -> HttpResponse:
    """One row: its wording, its place, who is counted in it, what became of it."""
    call = run_call(request, key)
    row = desk.opinion_row(request.actor, call, opinion_id)
    if request.method != "POST":
        return show_opinion(request, call, row)
    unit = desk.unit_of(call, request.POST.get("unit", ""))
    try:
        services.write_opinion(
            call=call,
            opinion=as_seen(request, row),
            summary=request.POST.get("summary", "")[:4000],
            unit=unit,
            items=request.POST.get("items", "")[:200].split(),
            by=request.actor,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return show_opinion(request, call, desk.opinion_row(request.actor, call, opinion_id), refusal)
    messages.success(request, _("直しました。"))
    return go(request, "desk:consultation:opinion", key=key, opinion_id=opinion_id)


def show_opinion(request: Asked, call: Any, row: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The row; after a refusal with what was typed."""
    context = {
        "opinion": row,
        "parts": desk.parts_of(row),
        "near": desk.near_opinions(call, row.summary, but=row.pk, most=5),
        "units": desk.unit_names(call).items(),
        "summary": request.POST.get("summary", "")[:4000] if refusal else row.summary,
        "unit": request.POST.get("unit", "") if refusal else (row.unit.key if row.unit else ""),
        "items": " ".join(one.code for one in row.items.all()),
        "divisions": list(identity.divisions()),
        "evidence": list(row.evidence.select_related("passage")),
        "outcomes": list(row.outcomes.all()),
    }
    return show(request, "opinion.html", call, context, refusal)


@require_POST
@guard(RUNNING)
def drop(request: Asked, key: str, opinion_id: Any) -> HttpResponse:
    """Take away a row nobody's words are in."""
    call = run_call(request, key)
    row = desk.opinion_row(request.actor, call, opinion_id)
    try:
        services.drop_opinion(opinion=row, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_opinion(request, call, row, refusal)
    messages.success(request, _("行を消しました。"))
    return go(request, "desk:consultation:opinions", key=key)
