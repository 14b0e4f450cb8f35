"""ほかのシステムから: look a file through, take it in, what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from madoguchi.engines.booking.queries import desk
from madoguchi.engines.booking.services import importing
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.faces.shared.sheets import sheet
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import ASKS, WORKING, show

LARGEST = 5 * 1024 * 1024
KINDS = {importing.RESOURCES: gettext_noop("施設と部屋"), importing.BOOKINGS: gettext_noop("これからの予約")}


@ASKS
@guard(WORKING)
def imports(request: Asked, key: str) -> HttpResponse:
    """Choose a file, read what fits and what clashes, then take it in. Until the press nothing is stored."""
    area = desk.area_run_by(request.actor, key)
    if area.kind != "units":
        raise NotFound
    if request.method != "POST":
        return _show(request, area)
    try:
        if token := request.POST.get("token", ""):
            made = importing.take_in(area=area, token=token, by=request.actor)
            messages.success(request, _("取り込みました。"))
            return go(request, "desk:booking:import", import_id=made.pk)
        upload = request.FILES.get("file")
        plan = importing.plan_import(
            area=area,
            kind=request.POST.get("kind", ""),
            name=(upload.name or "") if upload else "",
            data=upload.read(LARGEST + 1) if upload else b"",
            by=request.actor,
        )
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _show(request, area, refusal)
    return _show(request, area, plan=plan)


def _show(request: Asked, area: Any, refusal: Refusal | None = None, plan: Any = None) -> HttpResponse:
    context = {
        "area": area,
        "title": desk.titles_of([area])[area.pk],
        "imports": desk.imports_of(area),
        "kinds": [(key, _(name)) for key, name in KINDS.items()],
        "columns": [(_(KINDS[kind]), importing.columns_of(kind)) for kind in KINDS],
        "plan": plan,
    }
    return show(request, "imports.html", context, refusal)


@require_safe
@guard(WORKING)
def report(request: Asked, import_id: Any) -> HttpResponse:
    """What was taken in and what was not, with the reason of each."""
    found = desk.import_for(request.actor, import_id)
    context = {"made": found, "area": found.area, "title": desk.titles_of([found.area])[found.area_id]}
    return show(request, "import.html", context)


@require_safe
@guard(WORKING)
def report_file(request: Asked, import_id: Any) -> HttpResponse:
    """The clashes as a CSV, for who puts them right in the other system."""
    found = desk.import_for(request.actor, import_id)
    rows = [[_("行"), _("番号"), _("取り込めなかった理由"), _("何と重なったか")]]
    rows += [[one["line"], one["number"], one["why"], one["with"]] for one in found.clashes]
    return sheet(f"import-{found.made_at:%Y%m%d}-clashes", rows)
