"""Letters: the list, one of them beside its parts, cutting, counting, withholding. Every look is on record first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.queries import desk
from madoguchi.engines.consultation.queries.desk import arrivals
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.files import send_file
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import ASKS, PURPOSE, RUNNING, as_seen, page_number, run_call, show
from .intake import boxes, keep_scan

FILTERS = {
    "": gettext_lazy("ぜんぶ"),
    "whole": gettext_lazy("分けていない"),
    "loose": gettext_lazy("まとめていない部分がある"),
    "late": gettext_lazy("締め切りのあとに届いた"),
    "done": gettext_lazy("整理ずみ"),
}
REASONS = {
    "abuse": gettext_lazy("個人への中傷など"),
    "personal": gettext_lazy("個人がわかる内容だけ"),
    "unrelated": gettext_lazy("この募集と関係がない"),
    "greeting": gettext_lazy("あいさつなど、意見でない部分"),
    "after_deadline": gettext_lazy("締め切りのあとに届いた"),
}
SPARE_BOXES = 3


@require_safe
@guard(RUNNING)
def listed(request: Asked, key: str) -> HttpResponse:
    """Receipt numbers, ways and days; no word of anybody."""
    call = run_call(request, key)
    only = request.GET.get("only", "")
    only = only if only in FILTERS else ""
    lines, total, pages = desk.letter_lines(call, only=only, page=page_number(request))
    context = {
        "lines": lines,
        "total": total,
        "pages": range(1, pages + 1) if pages > 1 else (),
        "page": min(page_number(request), pages),
        "filters": FILTERS.items(),
        "only": only,
    }
    return show(request, "letters.html", call, context)


@require_safe
@guard(RUNNING)
def letter(request: Asked, key: str, comment_id: Any) -> HttpResponse:
    """What came, beside what it was cut into."""
    call = run_call(request, key)
    return show_letter(request, call, comment_id)


def show_letter(request: Asked, call: Any, comment_id: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The record first, then the words; after a refusal with what was typed."""
    row = desk.letter_row(request.actor, call, comment_id)
    services.record_looks(comments=[row], by=request.actor, purpose=PURPOSE, what="letter")
    found = desk.letter(row)
    cut = [{"text": one.text, "unit": one.unit} for one in boxes(request)] if refusal else []
    if not cut:
        cut = [{"text": one.text, "unit": one.part.unit.key if one.part.unit else ""} for one in found.parts]
    context = {
        "found": found,
        "notes": arrivals.notes_of(row),
        "characters": arrivals.characters_of(row),
        "comment": row,
        "boxes": cut + [{"text": "", "unit": ""}] * SPARE_BOXES,
        "units": desk.unit_names(call).items(),
        "names": {unit: name for unit, (_row, name) in desk.unit_names(call).items()},
        "reasons": REASONS.items(),
        "typed": {name: request.POST.get(name, "")[:300] for name in ("reason", "note", "part")},
    }
    return show(request, "letter.html", call, context, refusal)


@require_POST
@guard(RUNNING)
def split(request: Asked, key: str, comment_id: Any) -> HttpResponse:
    """分ける: one box, one opinion; the original stays as it came."""
    call = run_call(request, key)
    row = desk.letter_row(request.actor, call, comment_id)
    try:
        made = services.split(comment=as_seen(request, row), parts=boxes(request), by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_letter(request, call, comment_id, refusal)
    messages.success(request, _("%(n)s件に分けました。") % {"n": len(made)})
    return go(request, "desk:consultation:letter", key=key, comment_id=comment_id, anchor="parts")


@require_POST
@guard(RUNNING)
def add_scan(request: Asked, key: str, comment_id: Any) -> HttpResponse:
    """The paper as it came, added later."""
    call = run_call(request, key)
    row = desk.letter_row(request.actor, call, comment_id)
    scan = request.FILES.get("scan")
    if scan is not None:
        keep_scan(request, row, scan)
    return go(request, "desk:consultation:letter", key=key, comment_id=comment_id)


@require_safe
@guard(RUNNING)
def scan(request: Asked, key: str, comment_id: Any, file_id: Any) -> HttpResponse:
    """The paper itself; looking at it is a look like any other."""
    row = desk.letter_row(request.actor, run_call(request, key), comment_id)
    stored = desk.scan_of(row, file_id)
    services.record_looks(comments=[row], by=request.actor, purpose=PURPOSE, what="scan")
    return send_file(stored)


@ASKS
@guard(RUNNING)
def part(request: Asked, key: str, part_id: Any) -> HttpResponse:
    """意見にまとめる: a new row, or one that says so already."""
    call = run_call(request, key)
    row = desk.part_row(request.actor, call, part_id)
    if request.method != "POST":
        return show_part(request, call, row)
    into = request.POST.get("into", "")
    unit = desk.unit_of(call, request.POST.get("unit", ""))
    try:
        if into:
            opinion = desk.opinion_row(request.actor, call, into)
            services.part_from(part=row, opinion=opinion, by=request.actor)
        else:
            services.write_opinion(
                call=call,
                summary=request.POST.get("summary", "")[:4000],
                unit=unit,
                parts=[row],
                by=request.actor,
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return show_part(request, call, desk.part_row(request.actor, call, part_id), refusal)
    messages.success(request, _("意見にまとめました。"))
    return go(request, "desk:consultation:letter", key=key, comment_id=row.comment_id, anchor="parts")


def show_part(request: Asked, call: Any, row: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The words, and the opinions nearest to them."""
    services.record_looks(comments=[row.comment], by=request.actor, purpose=PURPOSE, what="part")
    text = desk.part_text(row)
    context = {
        "part": row,
        "text": text,
        "near": desk.near_opinions(call, text),
        "units": desk.unit_names(call).items(),
        "summary": request.POST.get("summary", "")[:4000] if refusal else text,
        "unit": request.POST.get("unit", "") if refusal else (row.unit.key if row.unit else ""),
        "is_free": row.opinion_id is None and not row.withheld,
    }
    return show(request, "part.html", call, context, refusal)


@require_POST
@guard(RUNNING)
def withhold(request: Asked, key: str, part_id: Any) -> HttpResponse:
    """公表しない, with a reason that is published in its place."""
    call = run_call(request, key)
    row = desk.part_row(request.actor, call, part_id)
    reason, note = request.POST.get("reason", "")[:20], request.POST.get("note", "")[:300]
    try:
        services.withhold(part=row, reason=reason, note=note, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_letter(request, call, row.comment_id, refusal)
    messages.success(request, _("公表しないことにしました。件数と理由は公表されます。"))
    return go(request, "desk:consultation:letter", key=key, comment_id=row.comment_id, anchor="parts")


@require_POST
@guard(RUNNING)
def let_go(request: Asked, key: str, part_id: Any) -> HttpResponse:
    """Out of its opinion, or out of what is withheld, to decide anew."""
    call = run_call(request, key)
    row = desk.part_row(request.actor, call, part_id)
    try:
        services.let_go(part=row, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_letter(request, call, row.comment_id, refusal)
    messages.success(request, _("外しました。"))
    return go(request, "desk:consultation:letter", key=key, comment_id=row.comment_id, anchor="parts")
