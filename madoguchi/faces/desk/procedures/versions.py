"""版の移し替え: open cases on older versions of a procedure, moved onto the newest by the act that demands it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal

from .listing import asked_page

AT_ONCE = 50


@require_safe
@guard(staff("head"))
def versions(request: HttpRequest) -> HttpResponse:
    """Which procedures have open cases on an older version, how many, and which act would move them."""
    context = {"groups": queries.older_versions(request.actor)}
    return page(request, "desk/procedures/versions.html", context)


@require_safe
@guard(staff("head"))
def version(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """The cases of one older version, each with what a move would mean for it."""
    return show_version(request, key, version)


@require_POST
@guard(staff("head"))
def move(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Move one case, or all that were shown and can be moved; those that cannot stay and say why."""
    _group, to, rows = queries.older_cases(
        request.actor, key, version, page=asked_page(request), size=AT_ONCE
    )
    if to is None:
        raise NotFound
    wanted = request.POST.get("case", "")
    chosen = [row for row in rows if wanted in ("all", str(row.id)) and not row.outlook.refusal]
    moved, refusal = 0, None
    for row in chosen:
        seen = number(request.POST.get(f"seen:{row.id}", ""))
        try:
            services.move_to_version(
                case=queries.case_for_staff(request.actor, row.id).case,
                to=to,
                by=request.actor,
                seen=-1 if seen is None else seen,
            )
            moved += 1
        except Refusal as refused:
            refusal = refused
    if refusal is not None or not moved:
        return show_version(request, key, version, refusal, moved)
    messages.success(request, _("%(n)s件を新しい版に移しました。") % {"n": moved})
    return go(request, "desk:procedures:versions")


def show_version(
    request: HttpRequest, key: str, version: int, refusal: Refusal | None = None, moved: int = 0
) -> HttpResponse:
    """The page of one older version; after a refusal as it stands now."""
    leaf = asked_page(request)
    group, to, rows = queries.older_cases(request.actor, key, version, page=leaf, size=AT_ONCE)
    shown_until = (leaf - 1) * AT_ONCE + len(rows)
    context: dict[str, Any] = {
        "group": group,
        "to": to,
        "rows": rows,
        "page_number": leaf,
        "before": leaf - 1 if leaf > 1 else None,
        "after": leaf + 1 if shown_until < group.cases else None,
        "following": min(AT_ONCE, max(group.cases - shown_until, 0)),
        "can_move": sum(not row.outlook.refusal for row in rows) if group.act else 0,
        "refusal": refusal,
        "moved": moved,
    }
    return page(request, "desk/procedures/version.html", context, status=refusal.status if refusal else 200)
