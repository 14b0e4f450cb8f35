"""Writing opinions: one page, no sign-in, several at once, kept half-written, looked over, sent, a receipt number."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.engines.consultation import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import page
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id, new_id

from .words import of_call, passages

STEPS = require_http_methods(["GET", "HEAD", "POST"])
# The box for what is about no passage in particular.
WHOLE = "whole"
MOST = 20_000


@STEPS
@guard(anyone)
def write(request: Asked, key: str) -> HttpResponse:
    """The page to write on; `step` says which button was pressed: go on later, look over, back, send."""
    return _step(request, key, "")


@STEPS
@guard(anyone)
def go_on(request: Asked, key: str, secret: str) -> HttpResponse:
    """The same page with what was kept under this address."""
    return _step(request, key, secret)


def _step(request: Asked, key: str, secret: str) -> HttpResponse:
    response = _page(request, key, secret)
    if request.method == "POST" or secret:
        # Somebody's words stand on it: not for whoever sits at this browser next. (The empty page may be kept, so
        # that going back does not empty the boxes.)
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(request: Asked, key: str, secret: str) -> HttpResponse:
    call = queries.call(key)
    if request.method != "POST":
        try:
            kept: dict[str, Any] = queries.unsent(call, secret) if secret else {}
        except NotFound as gone:
            return page(request, "portal/consultation/gone.html", {"call": call}, status=gone.status)
        return _show(request, call, kept, secret)
    typed = _typed(request, call)
    step = _STEPS.get(request.POST.get("step", ""), _look_over)
    try:
        return step(request, call, typed, secret)
    except Refusal as refusal:
        return _show(request, call, typed, secret, refusal)


def _typed(request: Asked, call: Any) -> dict[str, Any]:
    """What stands in the boxes: {texts: {unit: text}, writer, mail, once}."""
    keys = [unit.key for unit in queries.units(call)] + [WHOLE]
    once = request.POST.get("once", "")
    return {
        "texts": {key: request.POST.get(f"text-{key}", "")[:MOST].strip() for key in keys},
        "writer": request.POST.get("writer", "")[:20],
        "mail": normalize("NFKC", request.POST.get("mail", "")[:254]).strip(),  # a phone's full-width letters
        "once": once if is_id(once) else str(new_id()),
    }


def _parts(typed: dict[str, Any]) -> list[services.PartIn]:
    return [
        services.PartIn(text, "" if unit == WHOLE else unit) for unit, text in typed["texts"].items() if text
    ]


def _look_over(request: Asked, call: Any, typed: dict[str, Any], secret: str) -> HttpResponse:
    """Everything once more before it goes. Raises what sending would raise, so that nobody is refused at the end."""
    services.check_sendable(call=call, parts=_parts(typed), mail=typed["mail"])
    context = _context(request, call, typed, secret)
    return page(request, "portal/consultation/check.html", context)


def _send(request: Asked, call: Any, typed: dict[str, Any], secret: str) -> HttpResponse:
    comment = services.receive(
        call=call,
        parts=_parts(typed),
        channel="web",
        by=request.actor,
        once=f"web:{typed['once']}",
        writer=typed["writer"] if typed["writer"] in {"person", "organisation"} else "unknown",
        mail=typed["mail"],
        language=request.LANGUAGE_CODE,
    )
    if secret:
        try:
            services.discard_unsent(call=call, secret=secret, by=request.actor)
        except NotFound:
            pass  # pressed twice: the first press threw it away
    context = {
        "call": call,
        "words": of_call(call, request.LANGUAGE_CODE),
        "receipt": comment.receipt,
        "mail": typed["mail"],
        "count": len(_parts(typed)),
    }
    return page(request, "portal/consultation/sent.html", context)


def _keep(request: Asked, call: Any, typed: dict[str, Any], secret: str) -> HttpResponse:
    """Go on later: the address to come back to, shown once and kept by nobody but the writer."""
    secret = services.keep_unsent(call=call, content=typed, secret=secret, by=request.actor)
    path = reverse("portal:opinions:go_on", args=[call.key, secret])
    context = {
        "call": call,
        "words": of_call(call, request.LANGUAGE_CODE),
        "address": request.build_absolute_uri(path),
        "path": path,
    }
    return page(request, "portal/consultation/kept.html", context)


def _back(request: Asked, call: Any, typed: dict[str, Any], secret: str) -> HttpResponse:
    return _show(request, call, typed, secret)


_STEPS = {"keep": _keep, "check": _look_over, "send": _send, "back": _back}


def _show(
    request: Asked, call: Any, typed: dict[str, Any], secret: str, refusal: Refusal | None = None
) -> HttpResponse:
    context = _context(request, call, typed, secret) | {"refusal": refusal}
    return page(request, "portal/consultation/write.html", context, status=refusal.status if refusal else 200)


def _context(request: Asked, call: Any, typed: dict[str, Any], secret: str) -> dict[str, Any]:
    texts = typed.get("texts", {})
    return {
        "call": call,
        "words": of_call(call, request.LANGUAGE_CODE),
        "receives": call.receives_on(clock.today()),
        "days_left": queries.days_left(call),
        "passages": passages(call, request.LANGUAGE_CODE, texts),
        "whole": texts.get(WHOLE, ""),
        "writer": typed.get("writer", ""),
        "mail": typed.get("mail", ""),
        "once": typed.get("once") or str(new_id()),
        "secret": secret,
        "most": services.MOST_CHARACTERS,
    }
