"""Asking for publication, and the page on which a second person reads the whole and answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.authoring import queries, services
from madoguchi.engines.authoring.errors import NothingAsked
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import page
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import is_id

from .showing import back, frame, fresh, seen, show
from .views import WRITERS, show_overview


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff("author"))
def ask(request: Asked, blueprint_id: Any) -> HttpResponse:
    """What it is for, what was tried; then the second person is asked."""
    opened = queries.opened(request.actor, blueprint_id)
    if request.method != "POST":
        return show(request, opened, "ask", "ask")
    try:
        services.ask(
            blueprint=opened.blueprint,
            seen=seen(request),
            why=request.POST.get("why", ""),
            untried_because=request.POST.get("untried_because", ""),
            by=request.actor,
        )
    except Refusal as refusal:
        return show(request, fresh(request, opened), "ask", "ask", refusal)
    messages.success(request, _("公開を申し出ました。ほかの人が確かめて公開します。"))
    return back(opened, request, "overview")


@require_POST
@guard(staff("author"))
def take_back(request: Asked, blueprint_id: Any) -> HttpResponse:
    """The author thought better of it."""
    opened = queries.opened(request.actor, blueprint_id)
    try:
        services.take_back(request=_asked(request, opened), by=request.actor)
    except Refusal as refusal:
        return show_overview(request, fresh(request, opened), refusal)
    messages.success(request, _("申し出を取り下げました"))
    return back(opened, request, "overview")


@require_safe
@guard(staff(*WRITERS))
def review(request: Asked, blueprint_id: Any) -> HttpResponse:
    """The whole in plain reading, with what differs from what residents see now."""
    return show_review(request, queries.opened(request.actor, blueprint_id))


def show_review(request: Asked, opened: Any, refusal: Refusal | None = None) -> HttpResponse:
    context = frame(opened) | {
        "reading": queries.reading(opened),
        "differences": queries.differences(opened),
        "is_first": opened.blueprint.published_revision is None,
        "refusal": refusal,
        "typed_why": request.POST.get("why", "") if refusal else "",
    }
    return page(request, "desk/authoring/review.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff("publisher", "head"))
def publish(request: Asked, blueprint_id: Any) -> HttpResponse:
    """Residents see it from now on."""
    opened = queries.opened(request.actor, blueprint_id)
    try:
        services.publish(request=_asked(request, opened), by=request.actor)
    except Refusal as refusal:
        return show_review(request, fresh(request, opened), refusal)
    messages.success(request, _("公開しました。住民の画面に、いま出ています。"))
    return back(opened, request, "overview")


@require_POST
@guard(staff("publisher", "head"))
def send_back(request: Asked, blueprint_id: Any) -> HttpResponse:
    """Not like this, and why."""
    opened = queries.opened(request.actor, blueprint_id)
    try:
        services.send_back(request=_asked(request, opened), why=request.POST.get("why", ""), by=request.actor)
    except Refusal as refusal:
        return show_review(request, fresh(request, opened), refusal)
    messages.success(request, _("書いた人にもどしました"))
    return back(opened, request, "overview")


def _asked(request: Asked, opened: Any) -> Any:
    """The request that was read: one that came later in its place is another."""
    wanted = request.POST.get("asked", "")
    if opened.request is None or not is_id(wanted) or str(opened.request.pk) != wanted:
        raise NothingAsked
    return opened.request


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff("publisher", "head"))
def withdraw(request: Asked, blueprint_id: Any) -> HttpResponse:
    """Take no new applications, after asking once and saying why."""
    opened = queries.opened(request.actor, blueprint_id)
    if request.method != "POST":
        return show(request, opened, "withdraw", "withdraw")
    try:
        services.withdraw(blueprint=opened.blueprint, why=request.POST.get("why", ""), by=request.actor)
    except Refusal as refusal:
        return show(request, fresh(request, opened), "withdraw", "withdraw", refusal)
    messages.success(request, _("公開をやめました。受け付けた案件は、そのまま進みます。"))
    return back(opened, request, "overview")
