"""登録: mine and my children's. Asking for an interview, registering a group, changing what was told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.records import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.calendar import parse_date
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import queries as identity

STEPS = require_http_methods(["GET", "HEAD", "POST"])
NEW = "new"
NAME_PARTS = ("family", "given", "family_kana", "given_kana")


@require_safe
@guard(resident)
def mine(request: Asked) -> HttpResponse:
    """Everything I am registered for, and what I can be registered for; what I have borrowed."""
    context = {
        "registrations": queries.mine(request.actor),
        "kinds": queries.kinds_to_ask(),
        "loans": queries.loans_of(request.actor),
    }
    return page(request, "portal/records/mine.html", context)


@STEPS
@guard(resident)
def ask(request: Asked, kind: str) -> HttpResponse:
    """面接の申し込み for a child, or the registration of a group."""
    of, keeper = queries.kind(kind), _keeper(request)
    if request.method != "POST":
        return _show_ask(request, of)
    try:
        asked = services.ask(
            kind=kind,
            keeper=keeper,
            party=_whom(request, of, keeper),
            values=queries.posted(of, request.POST),
            by=request.actor,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _show_ask(request, of, refusal)
    messages.success(
        request, _("申し込みを受け付けました。番号は %(number)s です。") % {"number": asked.number}
    )
    return go(request, "portal:records:registration", registration_id=asked.pk)


def _show_ask(request: Asked, of: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The form; after a refusal with what was typed."""
    children = [] if of.said.of != "child" else queries.children_of(_keeper(request).pk)
    typed = request.POST if refusal else {}
    context = {
        "kind": of,
        "children": [(str(one.pk), queries.name_of(one)) for one in children],
        "chosen": typed.get("child", "" if children else NEW),
        "typed": typed,
        "fields": queries.form_of(of, queries.posted(of, typed)),
        "refusal": refusal,
    }
    return page(request, "portal/records/ask.html", context, status=refusal.status if refusal else 200)


@require_safe
@guard(resident)
def registration(request: Asked, registration_id: Any) -> HttpResponse:
    """One registration: where it stands, and what I told."""
    one = queries.one_of_mine(request.actor, registration_id)
    context = {"one": one, "told": queries.told_by(request.actor, one.row)}
    return page(request, "portal/records/registration.html", context)


@STEPS
@guard(resident)
def change(request: Asked, registration_id: Any) -> HttpResponse:
    """Something is different now: it counts at once, at every site."""
    one = queries.one_of_mine(request.actor, registration_id)
    if request.method != "POST":
        return _show_change(request, one)
    try:
        services.change(
            registration=one.row,
            values=queries.posted(one.kind, request.POST),
            by=request.actor,
            seen=_number(request.POST.get("seen", "")),
        )
    except Refusal as refusal:
        return _show_change(request, one, refusal)
    messages.success(request, _("直しました。どの施設にも、いまの内容が伝わります。"))
    return go(request, "portal:records:registration", registration_id=one.row.pk)


def _show_change(request: Asked, one: queries.Mine, refusal: Refusal | None = None) -> HttpResponse:
    values = (
        queries.posted(one.kind, request.POST) if refusal else queries.values_of_mine(request.actor, one.row)
    )
    context = {"one": one, "fields": queries.form_of(one.kind, values), "refusal": refusal}
    return page(request, "portal/records/change.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(resident)
def renew(request: Asked, registration_id: Any) -> HttpResponse:
    """Another term, please."""
    row = queries.registration_of(request.actor, registration_id)
    services.ask_renewal(registration=row, by=request.actor)
    messages.success(request, _("更新の申し込みを受け付けました。確認ができたら、お知らせします。"))
    return go(request, "portal:records:registration", registration_id=row.pk)


@require_POST
@guard(resident)
def end(request: Asked, registration_id: Any) -> HttpResponse:
    """No longer needed."""
    row = queries.registration_of(request.actor, registration_id)
    services.end(registration=row, by=request.actor)
    messages.success(request, _("登録をおわりにしました。"))
    return go(request, "portal:records:mine")


def _keeper(request: Asked) -> Any:
    party = identity.party(request.actor.party)
    if party is None:
        raise NotFound
    return party


def _whom(request: Asked, of: Any, keeper: Any) -> Any:
    """The child that was chosen, or a new one as it was written."""
    if of.said.of != "child":
        return None
    chosen = request.POST.get("child", NEW)
    if chosen != NEW:
        return queries.child_of(request.actor, chosen)
    said: dict[str, Any] = {part: request.POST.get(part, "")[:100] for part in NAME_PARTS}
    return services.child_party(keeper=keeper, child=said | {"birth": _birth(request)}, by=request.actor)


def _birth(request: Asked) -> dt.date | None:
    """None for what is no day: the service says what is missing."""
    try:
        return parse_date(*(request.POST.get(part, "")[:10] for part in ("y", "m", "d")))
    except ValueError:
        return None


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 9 else None
