"""Preparing a call: its frame, its classes of answer, the versions of its draft."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.queries import desk
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import queries as identity

from ..words import COMMENT_NOTICES as NOTICES
from ..words import COMMENT_WAYS as WAYS
from .doors import ASKS, RUNNING, as_seen, run_call, show, typed_day

KINDS = {"draft": gettext_lazy("素案（訂正を含む）"), "final": gettext_lazy("決定した計画")}
# Empty rows to write in below what there is; a page without JavaScript cannot add any.
SPARE_NOTICES = 3
MOST = 2000
MOST_DRAFT = 400_000


@ASKS
@guard(RUNNING)
def new(request: Asked) -> HttpResponse:
    """A new call: the rules of the pack hold from its first day."""
    if request.method != "POST":
        return show_new(request)
    typed = request.POST
    like = next((one for one in desk.former_calls(request.actor) if one.key == typed.get("like", "")), None)
    try:
        made = services.prepare_call(
            division=typed.get("division", "")[:60],
            given=given(request),
            key=typed.get("key", "")[:80],
            like=like,
            by=request.actor,
        )
    except Refusal as refusal:
        return show_new(request, refusal)
    messages.success(request, _("準備を始めました。つぎは、素案の文章を入れます。"))
    return go(request, "desk:consultation:draft", key=made.key)


def show_new(request: Asked, refusal: Refusal | None = None) -> HttpResponse:
    """The form; after a refusal with what was typed."""
    divisions = request.actor.divisions_as("planner")
    context = _form(given(request) if refusal else None) | {
        "divisions": [one for one in identity.divisions() if one.pk in divisions],
        "typed_division": request.POST.get("division", ""),
        "typed_key": request.POST.get("key", "")[:80],
        "typed_like": request.POST.get("like", ""),
        "former": desk.former_calls(request.actor),
        "rules": desk.standing_rules(),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return page(request, "desk/consultation/new.html", context, status=status)


@ASKS
@guard(RUNNING)
def edit(request: Asked, key: str) -> HttpResponse:
    """Words, days, ways and notices, while it is in preparation."""
    found = run_call(request, key)
    if request.method != "POST":
        return show_edit(request, found)
    try:
        services.change_call(call=as_seen(request, found), given=given(request), by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_edit(request, run_call(request, key), refusal)
    messages.success(request, _("直しました。"))
    return go(request, "desk:consultation:call", key=key)


def show_edit(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The form; after a refusal with what was typed, on the version that is there now."""
    context = _form(given(request) if refusal else _as_given(found))
    return show(request, "edit.html", found, context, refusal)


@require_POST
@guard(RUNNING)
def categories(request: Asked, key: str) -> HttpResponse:
    """対応区分 of a former call, or the pack's."""
    found = run_call(request, key)
    like = next(
        (one for one in desk.former_calls(request.actor) if one.key == request.POST.get("like", "")), None
    )
    try:
        services.copy_categories(call=as_seen(request, found), like=like, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_draft(request, run_call(request, key), refusal)
    messages.success(request, _("対応区分を入れました。"))
    return go(request, "desk:consultation:draft", key=key)


@ASKS
@guard(RUNNING)
def draft(request: Asked, key: str) -> HttpResponse:
    """The draft as text, and later its correction and the plan as decided: one passage per heading."""
    found = run_call(request, key)
    if request.method != "POST":
        return show_draft(request, found)
    try:
        services.lay_draft(
            call=as_seen(request, found),
            kind=request.POST.get("kind", ""),
            title=request.POST.get("title", "")[:300],
            on=typed_day(request.POST.get("on", "")) or clock.today(),
            text=request.POST.get("text", "")[:MOST_DRAFT],
            by=request.actor,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return show_draft(request, run_call(request, key), refusal)
    messages.success(request, _("入れました。下で、見出しごとに分かれているかを確かめてください。"))
    return go(request, "desk:consultation:draft", key=key)


def show_draft(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The text to go on from, and the passages as they were read."""
    typed = request.POST
    kind = typed.get("kind") or request.GET.get("kind") or "draft"
    kind = kind if kind in KINDS else "draft"
    context = {
        "kind": kind,
        "kinds": KINDS.items(),
        "text": typed.get("text")
        if refusal and "text" in typed
        else desk.draft_text(found, final=kind == "final"),
        "title": typed.get("title", "")[:300] or (_("決定") if kind == "final" else found.document),
        "on": typed_day(typed.get("on", "")) or clock.today(),
        "versions": list(found.versions.prefetch_related("texts__unit").order_by("number")),
        "rows": _renumbered(found),
        "former": desk.former_calls(request.actor),
        "categories": list(found.categories.all()),
    }
    return show(request, "draft.html", found, context, refusal)


def _renumbered(found: Any) -> list[dict[str, Any]]:
    """Each passage with its first and its newest text: ⑥（素案：⑤）."""
    names = desk.unit_names(found)
    rows = []
    for unit, _name in names.values():
        texts = list(unit.texts.all())
        first, last = texts[0], texts[-1]
        was = first.number if first.number != last.number else ""
        rows.append({"unit": unit, "text": last, "was": was, "is_gone": _is_gone(found, last)})
    return rows


def _is_gone(found: Any, text: Any) -> bool:
    newest = found.versions.last()
    return newest is not None and text.version_id != newest.pk


def given(request: Asked) -> services.CallIn:
    """The frame as it was typed."""
    typed = request.POST
    return services.CallIn(
        title=typed.get("title", ""),
        document=typed.get("document", ""),
        opens_on=typed_day(typed.get("opens_on", "")),
        closes_on=typed_day(typed.get("closes_on", "")),
        plan=typed.get("plan", ""),
        words={
            language: _words(typed, language)
            for language in _languages()
            if any(_words(typed, language).values())
        },
        ways=[
            {"channel": way, "to": typed.get(f"to-{way}", "").strip()[:200], "note": ""}
            for way in WAYS
            if typed.get(f"way-{way}")
        ],
        notices=_notices(typed),
    )


def _words(typed: Any, language: str) -> dict[str, str]:
    return {part: typed.get(f"{part}-{language}", "").strip()[:MOST] for part in ("title", "summary")}


def _languages() -> dict[str, str]:
    return dict(settings.LANGUAGES)


def _notices(typed: Any) -> list[dict[str, str]]:
    """Rows somebody wrote something in."""
    columns = {name: typed.getlist(f"notice-{name}") for name in ("kind", "text", "except", "on", "url")}
    rows = []
    for place, text in enumerate(columns["text"][:60]):
        if text.strip():
            row = {
                name: (values[place : place + 1] or [""])[0].strip()[:300] for name, values in columns.items()
            }
            rows.append(row)
    return rows


def _as_given(found: Any) -> services.CallIn:
    return services.CallIn(
        title=found.title,
        document=found.document,
        opens_on=found.opens_on,
        closes_on=found.closes_on,
        words=found.words,
        ways=found.ways,
        notices=found.notices,
        plan=found.plan,
    )


def _form(typed: services.CallIn | None) -> dict[str, Any]:
    """What the fields show."""
    ways = {way["channel"]: way.get("to", "") for way in typed.ways} if typed else {"web": "", "post": ""}
    notices = [dict(row) | {"but": row.get("except", "")} for row in typed.notices] if typed else []
    words = typed.words if typed else {}
    return {
        "given": typed,
        "ways": [
            {"key": key, "name": name, "on": key in ways, "to": ways.get(key, "")}
            for key, name in WAYS.items()
        ],
        "notice_kinds": NOTICES.items(),
        "notices": notices + [{}] * SPARE_NOTICES,
        "languages": [
            {"code": code, "name": name, "words": words.get(code, {})} for code, name in _languages().items()
        ],
        "today": clock.today(),
    }
