"""しらべる: a receipt number, words, or somebody who does not know their number."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.queries.desk import disposing
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import calendar, search
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs.receipts import normalise_receipt

from .procedures.forms import as_number, is_slip
from .words import kind_name

MOST = 100
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


class NothingToFindBy(Refusal):
    code = "nothing_to_find_by"
    status = 422
    message = _("氏名（フリガナ）、生年月日、電話番号のどれか1つは書いてください。")


class BirthUnreadable(Refusal):
    code = "birth_unreadable"
    status = 422
    message = _("生年月日は、1990-4-12 や 平成2年4月12日 のように書いてください。")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff())
def find(request: HttpRequest) -> HttpResponse:
    """A receipt number goes straight to its case. Words are sent by POST: a name never stands in an address."""
    typed = request.POST.get("q", "").strip()[:200]
    number = as_number(typed)
    receipt = normalise_receipt(number)
    if receipt:
        case = queries.find_by_receipt(request.actor, number)
        if case is not None:
            return go(request, "desk:procedures:case", case_id=case.pk)
    hits = search.find(typed, by=request.actor, limit=40) if typed and not receipt else []
    context: dict[str, Any] = {
        "typed": typed,
        "receipt": receipt,
        "disposed": disposing.disposed(request.actor, receipt) if receipt else None,
        "is_slip": not receipt and is_slip(number),
        "hits": [(hit, kind_name(hit.kind)) for hit in hits],
        "asked": request.method == "POST" and bool(typed),
        "person": {},
    }
    return page(request, "desk/find.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff("clerk", "head"))
def person(request: HttpRequest) -> HttpResponse:
    """By name, kana, birth date or telephone. The search is on record before anything is shown."""
    if request.method != "POST":
        return go(request, "desk:find")  # a search is never in an address: it is typed anew
    typed = {key: request.POST.get(key, "").strip()[:MOST] for key in ("name", "birth", "phone")}
    context = {"person": typed, "hits": []}
    try:
        if not any(typed.values()):
            raise NothingToFindBy
        asked = {**typed, "birth": _day(typed["birth"])}
        found = queries.find_cases(request.actor, **asked)
        services.record_search(by=request.actor, asked=asked, found=found.total)
        services.record_found(cases=[row.id for row in found.rows], by=request.actor)
    except Refusal as refusal:
        return page(request, "desk/find.html", {**context, "refusal": refusal}, status=refusal.status)
    return page(request, "desk/find.html", {**context, "found": found})


def _day(typed: str) -> str:
    """The ISO date of what was typed in one box; "" for nothing. Raises BirthUnreadable."""
    if not typed:
        return ""
    plain = unicodedata.normalize("NFKC", typed)
    compact = _COMPACT.fullmatch(plain)
    parts = compact.groups() if compact else re.split(r"[年月日/.\-\s]+", plain.strip(" 日"))
    try:
        year, month, day = parts
        found: dt.date = calendar.parse_date(year, month, day)
    except ValueError:
        raise BirthUnreadable from None
    return found.isoformat()
