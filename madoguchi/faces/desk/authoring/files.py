"""The same thing as YAML: shown, written by hand, taken out, brought in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.authoring import queries, services
from madoguchi.engines.authoring.errors import NeedsFile
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.kernel.errors import Refusal

from .showing import back, fresh, seen, show
from .views import WRITERS


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*WRITERS))
def yaml(request: Asked, blueprint_id: Any) -> HttpResponse:
    """One file of it as text. What was typed stays on the page until it can be read."""
    opened = queries.opened(request.actor, blueprint_id)
    if request.method != "POST":
        return show_yaml(request, opened)
    name = request.POST.get("file", "")
    text = request.POST.get("text", "")
    try:
        services.save_text(
            blueprint=opened.blueprint, seen=seen(request), name=name, text=text, by=request.actor
        )
    except Refusal as refusal:
        return show_yaml(request, fresh(request, opened), refusal)
    messages.success(request, _("保存しました"))
    return back(opened, request, "yaml", query=f"file={name}")


def show_yaml(request: Asked, opened: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The text of one file, and what is wrong in it by line."""
    names = sorted(opened.files, key=lambda name: (name != opened.source.path, name))
    asked = request.POST.get("file") or request.GET.get("file", "")
    name = asked if asked in opened.files else opened.source.path
    typed = request.POST.get("text") if refusal else None
    faults = getattr(refusal, "faults", None)
    if faults is None:
        faults = [one.problem for one in opened.faults if one.problem.file == name and one.problem.line]
    context = {"names": names, "name": name, "text": opened.files[name] if typed is None else typed}
    return show(request, opened, "yaml", "yaml", refusal, **context, lines=faults)


@require_safe
@guard(staff(*WRITERS))
def export(request: Asked, blueprint_id: Any) -> HttpResponse:
    """A zip whose files can be laid over a pack."""
    opened = queries.opened(request.actor, blueprint_id)
    response = HttpResponse(queries.archive(opened.files), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{opened.blueprint.key}.zip"'
    return response


@require_POST
@guard(staff("author"))
def take_in(request: Asked, blueprint_id: Any) -> HttpResponse:
    """Files written elsewhere, in place of those that stand."""
    opened = queries.opened(request.actor, blueprint_id)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise NeedsFile
        files = queries.unpacked(opened.blueprint, upload.read(2_000_000), upload.name or "")
        services.import_files(blueprint=opened.blueprint, seen=seen(request), files=files, by=request.actor)
    except Refusal as refusal:
        return show_yaml(request, fresh(request, opened), refusal)
    messages.success(request, _("取り込みました"))
    return back(opened, request, "overview")
