"""The questions: their list with what moves and removes them, and one question's own page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.authoring import queries
from madoguchi.engines.authoring.queries import page_parts
from madoguchi.engines.authoring.services import asking, editing
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.kernel.errors import NotFound, Refusal

from .showing import Typed, back, fresh, keep, show
from .views import WRITERS


@require_safe
@guard(staff(*WRITERS))
def listing(request: Asked, blueprint_id: Any) -> HttpResponse:
    """Every question under the heading of its page, in the order they are asked."""
    return show_list(request, queries.opened(request.actor, blueprint_id))


def show_list(request: Asked, opened: Any, refusal: Refusal | None = None) -> HttpResponse:
    return show(
        request,
        opened,
        "questions",
        "questions",
        refusal,
        found=page_parts.questions(opened.source, opened.faults),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff("author"))
def new(request: Asked, blueprint_id: Any) -> HttpResponse:
    """First the kind (an address with it), then the rest."""
    opened = queries.opened(request.actor, blueprint_id)
    kind = request.POST.get("type") or request.GET.get("type", "")
    if kind not in asking.KINDS:
        return show(request, opened, "questions", "question_kind", kinds=asking.KINDS.items())
    return _edit(request, opened, "", kind)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*WRITERS))
def edit(request: Asked, blueprint_id: Any, key: str) -> HttpResponse:
    """One question: its words, its reason, when it is asked."""
    opened = queries.opened(request.actor, blueprint_id)
    asked = opened.source.question(key)
    if asked is None:
        raise NotFound
    return _edit(request, opened, key, str(asked.get("type", "")))


def _edit(request: Asked, opened: Any, key: str, kind: str) -> HttpResponse:
    if request.method != "POST":
        return show_question(request, opened, key, kind)
    posted = request.POST.dict()
    if posted.get("page") == "new":
        posted["page"] = f"new:{posted.get('page_title', '')}"
    try:
        keep(request, opened, editing.question(posted, key), "questions")
    except Refusal as refusal:
        return show_question(request, fresh(request, opened), key, kind, refusal)
    return back(opened, request, "questions")


def show_question(
    request: Asked, opened: Any, key: str, kind: str, refusal: Refusal | None = None
) -> HttpResponse:
    """The page of one question; after a refusal with what was typed."""
    saved = page_parts.question(opened.source, key, kind)
    context = {
        "values": Typed(saved, request.POST if refusal else None),
        "key": key,
        "kind": kind,
        "kind_name": asking.KINDS.get(kind, kind),
        "by_hand": kind not in asking.KINDS,
        "screens": [(page["id"], page["title"]) for page in opened.shape.get("pages", [])],
        "choices": page_parts.choices(opened.source, before=key),
        "written_by_hand": saved["shown_when"] == "as_written",
        "written": (opened.source.question(key) or {}).get("shown_when", ""),
        "parts": asking.PARTS.items(),
        "sensitivities": asking.SENSITIVITY.items(),
        "keeps": asking.KEEP.items(),
    }
    return show(request, opened, "questions", "question", refusal, **context)


@require_POST
@guard(staff("author"))
def move(request: Asked, blueprint_id: Any, key: str) -> HttpResponse:
    """One place up or down."""
    opened = queries.opened(request.actor, blueprint_id)
    try:
        keep(request, opened, editing.move_question(key, up=request.POST.get("to") == "up"), "questions")
    except Refusal as refusal:
        return show_list(request, fresh(request, opened), refusal)
    return back(opened, request, "questions", anchor=f"q-{key}")


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff("author"))
def remove(request: Asked, blueprint_id: Any, key: str) -> HttpResponse:
    """Take a question out, after asking once."""
    opened = queries.opened(request.actor, blueprint_id)
    asked = opened.source.question(key)
    if request.method != "POST":
        if asked is None:
            return back(opened, request, "questions")
        return show(request, opened, "questions", "question_remove", key=key, asked=asked)
    try:
        keep(request, opened, editing.remove_question(key), "questions")
    except Refusal as refusal:
        return show_list(request, fresh(request, opened), refusal)
    return back(opened, request, "questions")
