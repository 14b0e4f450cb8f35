"""Cases told without names: writing one, asking two others to read it, and the library for training."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.records import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import queries as identity

from . import given
from .registrations import WORKING


@require_safe
@guard(staff())
def listed(request: Asked) -> HttpResponse:
    """The library all staff learn from, and what our own division is writing."""
    context = {
        "library": queries.library(request.actor),
        "own": queries.stories_of(request.actor),
        "may_write": bool(request.actor.divisions_as(*WORKING)),
    }
    return page(request, "desk/records/stories.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*WORKING))
def write(request: Asked) -> HttpResponse:
    """A new one, of one of our divisions."""
    divisions = _divisions(request)
    if request.method != "POST":
        return _show_form(request, {"divisions": divisions})
    try:
        chosen = request.POST.get("division", "")
        if chosen not in {key for key, _name in divisions}:
            raise NotFound
        story = services.write_story(division=chosen, given=_said(request), by=request.actor)
    except Refusal as refusal:
        return _show_form(request, {"divisions": divisions, "typed": request.POST, "refusal": refusal})
    messages.success(request, _("下書きにしました。まだ、だれにも公開していません。"))
    return go(request, "desk:records:story", story_id=story.pk)


def _show_form(request: Asked, context: dict[str, Any]) -> HttpResponse:
    refusal = context.get("refusal")
    context["shelves"] = queries.shelves()
    return page(request, "desk/records/story_form.html", context, status=refusal.status if refusal else 200)


@require_safe
@guard(staff())
def story(request: Asked, story_id: Any) -> HttpResponse:
    """One story: where it stands, and what looks as if it named somebody."""
    return _show(request, queries.story_for(request.actor, story_id))


def _show(request: Asked, row: Any, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "story": row,
        "may_write": queries.may_write(request.actor, row),
        "signs": queries.signs_in(row) if row.state == "draft" else [],
        "checks": queries.checks(),
        "checked": request.POST.getlist("checked")[:10] if refusal else [],
        "typed": request.POST if refusal else {},
        "refusal": refusal,
    }
    return page(request, "desk/records/story.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*WORKING))
def change(request: Asked, story_id: Any) -> HttpResponse:
    """Word it anew."""
    row = queries.own_story(request.actor, story_id)
    if request.method != "POST":
        typed = {
            "shelf": row.shelf,
            "title": row.title,
            "body": row.body,
            "for": "public" if row.is_public else "staff",
        }
        return _show_form(request, {"story": row, "typed": typed, "seen": row.version})
    try:
        seen = given.number(request.POST.get("seen", ""))
        services.change_story(story=row, given=_said(request), by=request.actor, seen=seen)
    except Refusal as refusal:
        return _show_form(
            request, {"story": row, "typed": request.POST, "seen": row.version, "refusal": refusal}
        )
    return go(request, "desk:records:story", story_id=row.pk)


@require_POST
@guard(staff(*WORKING))
def ask(request: Asked, story_id: Any) -> HttpResponse:
    """Put it before two others, with the list checked."""
    row = queries.own_story(request.actor, story_id)
    try:
        services.ask_review(
            story=row,
            checked=request.POST.getlist("checked")[:10],
            by=request.actor,
            seen=given.number(request.POST.get("seen", "")),
        )
    except Refusal as refusal:
        row.refresh_from_db()
        return _show(request, row, refusal)
    messages.success(request, _("確認を頼みました。2人が確かめると公開されます。"))
    return go(request, "desk:records:story", story_id=row.pk)


@require_POST
@guard(staff(*WORKING))
def withdraw(request: Asked, story_id: Any) -> HttpResponse:
    """Take it back, and say why."""
    row = queries.own_story(request.actor, story_id)
    try:
        services.withdraw_story(
            story=row,
            why=request.POST.get("why", "")[:300],
            by=request.actor,
            seen=given.number(request.POST.get("seen", "")),
        )
    except Refusal as refusal:
        row.refresh_from_db()
        return _show(request, row, refusal)
    messages.success(request, _("取り下げました。"))
    return go(request, "desk:records:story", story_id=row.pk)


def _said(request: Asked) -> services.StoryIn:
    return services.StoryIn(
        shelf=request.POST.get("shelf", "")[:60],
        title=request.POST.get("title", "")[:200],
        body=request.POST.get("body", "")[:20_000],
        is_public=request.POST.get("for", "public") == "public",
    )


def _divisions(request: Asked) -> list[tuple[str, str]]:
    names = {one.key: one.name for one in identity.divisions()}
    mine = request.actor.divisions_as(*WORKING) & names.keys()
    return [(key, names[key]) for key in sorted(mine)]
