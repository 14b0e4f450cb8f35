"""直してほしいところ: only those places are open; kept as often as one likes, handed in at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import CorrectionClosed, CorrectionHandedIn, OtherWindowSaved
from madoguchi.engines.procedures.services import PaperIn
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident_or_agent
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.summary import error_list
from madoguchi.faces.shared.templatetags.city import question_id
from madoguchi.kernel.errors import Refusal, SomebodyWasFaster

from .cases import show_case

STEPS = require_http_methods(["GET", "HEAD", "POST"])


@STEPS
@guard(resident_or_agent)
def correct(request: Asked, case_id: Any) -> HttpResponse:
    """The places, all on one page. What is right is kept at every press; what is not is said at its place."""
    try:
        opened = queries.round_for(request.actor, case_id)
    except (CorrectionClosed, CorrectionHandedIn) as refusal:
        return _over(request, case_id, refusal)
    if request.method != "POST":
        return show_places(request, opened)
    town = request.POST.get("town", "")
    try:
        _keep(request, opened)
    except (CorrectionClosed, CorrectionHandedIn) as refusal:
        return _over(request, case_id, refusal)
    except AnswerRefused as refusal:
        fresh, errors = queries.round_for(request.actor, case_id), dict(refusal.errors)
        if town:
            # Half an address is no mistake while its town is looked up.
            errors = {name: said for name, said in errors.items() if not name.startswith(f"{town}:")}
            return show_places(request, fresh, errors=errors, town=town)
        if request.POST.get("then") == "later":
            return _let_go(request, fresh, errors)
        return show_places(request, fresh, errors=errors, status=refusal.status)
    except Refusal as refusal:
        fresh = queries.round_for(request.actor, case_id)
        return show_places(request, fresh, refusal=refusal, status=refusal.status)
    if town:
        return show_places(request, queries.round_for(request.actor, case_id), town=town)
    match request.POST.get("then", ""):
        case "later":
            return go(request, "portal:procedures:case", case_id=case_id, query="kept=1")
        case "check":
            return _on_to_check(request, case_id)
        case _:
            return go(request, "portal:procedures:correct", case_id=case_id, query="kept=1")


def _let_go(request: Asked, opened: Any, errors: Mapping[str, Any]) -> HttpResponse:
    """Whoever wants to stop may stop: what was right is kept, and the next page names what was not."""
    wrong = {name.rpartition(":")[0] for name in errors}
    labels = [place_label(place) for place in opened.places if place.path in wrong]
    messages.warning(
        request,
        _("書きかけだったので、次のところは保存していません：%(places)s") % {"places": _("、").join(labels)},
    )
    kept = "kept=1" if opened.saved else ""
    return go(request, "portal:procedures:case", case_id=opened.case.pk, query=kept)


def place_label(place: Any) -> str:
    """A place as it is called where several stand in a list: with the person it is of."""
    asked = place.question or place.before
    return place.label if place.is_paper or asked is None else asked.place_label


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
    seen = number(request.POST.get("seen", ""))
    if seen is None:
        raise OtherWindowSaved
    return seen


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
    town: str = "",
) -> HttpResponse:
    """The places as they stand; after a refusal with what was typed and each sentence at its place.

    `town` is the path of an address whose postcode is to be looked up.
    """
    errors = errors or {}
    again = bool(errors or refusal or town)
    posted = request.POST if request.method == "POST" and typed == "posted" and again else None
    places = [_place(opened, place, errors, posted) for place in opened.places if not place.is_gone]
    for one in places:
        if one["place"].path == town and one["towns"]:
            one["typed"], one["town_remark"] = _with_town(request, one["prefix"])
    context = {
        "opened": opened,
        "case": opened.case,
        "contact": directory.contact(opened.case.division_id)
        if any(_is_brought(one) for one in places)
        else None,
        "title": opened.title,
        "places": places,
        "kept": "kept" in request.GET,
        "refusal": refusal,
        "error_list": [line for one in places for line in one["error_list"]],
    }
    return page(request, "portal/procedures/correct.html", context, status=status)


def _is_brought(one: dict[str, Any]) -> bool:
    document = one["place"].document
    return document is not None and bool(document.brought)


def _with_town(request: Asked, prefix: str) -> tuple[dict[str, str], str]:
    """What was typed, with the town of its postcode in it, and a remark on what was done."""
    typed = {
        name.removeprefix(prefix): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
    }
    inputs, remark = form_queries.address_with_town(typed)
    return {prefix + name: value for name, value in inputs.items()}, remark


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
        "label": place_label(place),
        "prefix": f"{place.path}:",
        "towns": place.question is not None and place.question.kind == "address",
        "ident": question_id(place.path),
        "errors": wrong,
        "typed": posted if posted is not None and f"{place.path}:asked" in posted else None,
        "remark": {
            "who": opened.case.division_id,
            "at": opened.asked_at,
            "text": place.item.remark,
            "why": queries.why_told(place.item),
            "was": place.before.shown if place.before else "",
        }
        if place.item
        else None,
        "is_right": said or (posted is None and bool(place.right)),
        "why": posted.get(f"{place.path}:why", "") if posted is not None else place.right,
        "error_list": error_list(place.path, wrong),
    }


@STEPS
@guard(resident_or_agent)
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
