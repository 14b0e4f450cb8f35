"""直してほしいところ: only those places are open; kept as often as one likes, handed in at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import CorrectionClosed, CorrectionHandedIn, OtherWindowSaved
from madoguchi.engines.procedures.services import PaperIn
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.summary import error_list
from madoguchi.faces.shared.templatetags.city import question_id
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster

from .cases import show_case

STEPS = require_http_methods(["GET", "HEAD", "POST"])


@STEPS
@guard(resident)
def correct(request: Asked, case_id: Any) -> HttpResponse:
    """The places, all on one page. What is right is kept at every press; what is not is said at its place."""
    try:
        opened = queries.round_for(request.actor, case_id)
    except (CorrectionClosed, CorrectionHandedIn) as refusal:
        return _over(request, case_id, refusal)
    if request.method != "POST":
        return show_places(request, opened)
    try:
        _keep(request, opened)
    except (CorrectionClosed, CorrectionHandedIn) as refusal:
        return _over(request, case_id, refusal)
    except AnswerRefused as refusal:
        fresh = queries.round_for(request.actor, case_id)
        return show_places(request, fresh, errors=refusal.errors, status=refusal.status)
    except Refusal as refusal:
        fresh = queries.round_for(request.actor, case_id)
        return show_places(request, fresh, refusal=refusal, status=refusal.status)
    match request.POST.get("then", ""):
        case "later":
            return go(request, "portal:procedures:case", case_id=case_id, query="kept=1")
        case "check":
            return _on_to_check(request, case_id)
        case _:
            return go(request, "portal:procedures:correct", case_id=case_id, query="kept=1")


def _over(request: Asked, case_id: Any, refusal: Refusal) -> HttpResponse:
    """The case went on: what was received says so, anything else is told on the page of the case."""
    if isinstance(refusal, CorrectionHandedIn):
        return go(request, "portal:procedures:case", case_id=case_id, query="sent=1")
    if request.method != "POST":
        return go(request, "portal:procedures:case", case_id=case_id)
    return show_case(request, queries.case_for(request.actor, case_id), refusal, typed=_typed(request))


def _typed(request: Asked) -> list[str]:
    """What was in the window when it was too late, to be copied."""
    return [
        str(value)
        for name, value in request.POST.items()
        if ":" in name and str(value).strip() and not name.endswith((":right", ":way"))
    ]


def _keep(request: Asked, opened: Any) -> None:
    """Everything that stands on the page, as one save."""
    shown = {place.path: place for place in opened.places}
    services.save_correction(
        case=opened.case,
        by=request.actor,
        seen=_seen(request),
        posted={
            path: {name: request.POST.get(f"{path}:{name}", "") for name in place.question.inputs}
            for path, place in shown.items()
            if place.question is not None and _was_on_page(request, place)
        },
        right={
            path: request.POST.get(f"{path}:why", "") for path in shown if request.POST.get(f"{path}:right")
        },
        papers={path: _paper(request, path) for path, place in shown.items() if place.is_paper},
        take_back=request.POST.get("take_back", ""),
    )


def _was_on_page(request: Asked, place: Any) -> bool:
    return any(f"{place.path}:{name}" in request.POST for name in place.question.inputs) or (
        # Radios send nothing where nothing is chosen: the page says by itself that it asked.
        f"{place.path}:asked" in request.POST
    )


def _paper(request: Asked, path: str) -> PaperIn:
    upload = request.FILES.get(f"{path}:value")
    if upload is not None:
        return PaperIn(upload=upload, name=upload.name or "")
    return PaperIn(way={"later": "later", "link": "omitted"}.get(request.POST.get(f"{path}:way", ""), ""))


def _seen(request: Asked) -> int:
    """Which save the window was drawn from."""
    typed = request.POST.get("seen", "")
    if not typed.isascii() or not typed.isdigit():
        raise OtherWindowSaved
    return int(typed[:9])


def _on_to_check(request: Asked, case_id: Any) -> HttpResponse:
    """To the last look, unless a place was left without a word."""
    opened = queries.round_for(request.actor, case_id)
    if opened.missing:
        return show_places(request, opened, errors=opened.missing, status=422, typed=None)
    return go(request, "portal:procedures:check_correction", case_id=case_id)


def show_places(
    request: Asked,
    opened: Any,
    *,
    errors: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
    typed: Any = "posted",
) -> HttpResponse:
    """The places as they stand; after a refusal with what was typed and each sentence at its place."""
    errors = errors or {}
    posted = request.POST if request.method == "POST" and typed == "posted" and (errors or refusal) else None
    places = [_place(opened, place, errors, posted) for place in opened.places if not place.is_gone]
    context = {
        "opened": opened,
        "case": opened.case,
        "title": opened.title,
        "places": places,
        "kept": "kept" in request.GET,
        "refusal": refusal,
        "error_list": [line for one in places for line in one["error_list"]],
    }
    return page(request, "portal/procedures/correct.html", context, status=status)


def _place(opened: Any, place: Any, errors: Mapping[str, Any], posted: Any) -> dict[str, Any]:
    """A place as the page shows it. Errors come keyed `path:input`."""
    wrong = {
        name.removeprefix(f"{place.path}:"): sentence
        for name, sentence in errors.items()
        if name.startswith(f"{place.path}:")
    }
    said = posted is not None and f"{place.path}:right" in posted
    return {
        "place": place,
        "prefix": f"{place.path}:",
        "ident": question_id(place.path),
        "errors": wrong,
        "typed": posted if posted is not None and f"{place.path}:asked" in posted else None,
        "remark": {
            "who": opened.case.division_id,
            "at": opened.asked_at,
            "text": place.item.remark,
            "why": place.item.get_why_display(),
            "was": place.before.shown if place.before else "",
        }
        if place.item
        else None,
        "is_right": said or (posted is None and bool(place.right)),
        "why": posted.get(f"{place.path}:why", "") if posted is not None else place.right,
        "error_list": error_list(place.path, wrong),
    }


@STEPS
@guard(resident)
def check(request: Asked, case_id: Any) -> HttpResponse:
    """前とあと: every place once more, then off it goes, all at once."""
    try:
        opened = queries.round_for(request.actor, case_id)
        if request.method != "POST":
            if opened.missing:
                return go(request, "portal:procedures:correct", case_id=case_id)
            return show_check(request, opened)
        services.hand_in_correction(case=opened.case, by=request.actor, seen=_seen(request))
    except (CorrectionClosed, CorrectionHandedIn) as refusal:
        return _over(request, case_id, refusal)
    except AnswerRefused as refusal:
        return show_places(request, opened, errors=refusal.errors, status=refusal.status, typed=None)
    except (OtherWindowSaved, SomebodyWasFaster) as refusal:
        return show_check(request, queries.round_for(request.actor, case_id), refusal)
    return go(request, "portal:procedures:case", case_id=case_id, query="sent=1")


def show_check(request: Asked, opened: Any, refusal: Refusal | None = None) -> HttpResponse:
    """What the office has, and what it will have."""
    context = {"opened": opened, "case": opened.case, "title": opened.title, "refusal": refusal}
    status = refusal.status if refusal else 200
    return page(request, "portal/procedures/check_correction.html", context, status=status)
