"""How a refusal looks to a browser and to a program."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import select_template
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal

from . import sessions

TITLES = {
    401: _("サインインしてください"),
    403: _("このページは開けません"),
    404: _("ページが見つかりません"),
}
OTHER_TITLE = _("できませんでした")


class CannotRead(Refusal):
    """What was sent is too large or broken to be read at all."""

    code = "cannot_read"
    status = 400
    message = _(
        "送られたものが大きすぎるか、途中で切れていて、読めませんでした。前の画面にもどって、もう一度お試しください。"
    )


class FormTooOld(Refusal):
    """The form's own key no longer fits: the page stood open too long, or cookies are off."""

    code = "form_too_old"
    status = 403
    message = _(
        "画面を開いてから時間がたったため、送れませんでした。前の画面にもどり、ページを読み込み直してから、もう一度送ってください。"
    )


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page with the sentence and a way on; problem+json (RFC 9457) under /api/."""
    if request.path.startswith("/api/"):
        return problem(refusal)
    context = {
        "refusal": refusal,
        "title": TITLES.get(refusal.status, OTHER_TITLE),
        "is_desk": sessions.realm_of(request) == sessions.STAFF,
    }
    # A face with a look of its own says no in its own frame.
    own = ["desk/refused.html"] if context["is_desk"] else []
    own = ["kiosk/refused.html"] if request.path_info.startswith("/kiosk/") else own
    template = select_template([*own, "shared/refused.html"])
    return HttpResponse(template.render(context, request), status=refusal.status)


def problem(refusal: Refusal) -> JsonResponse:
    """The refusal as RFC 9457 problem details; `errors` names each place at fault."""
    body = {
        "type": f"urn:madoguchi:refusal:{refusal.code}",
        "title": str(TITLES.get(refusal.status, OTHER_TITLE)),
        "status": refusal.status,
        "detail": str(refusal),
        "code": refusal.code,
    }
    if refusal.facts:
        body["facts"] = {name: str(value) for name, value in refusal.facts.items()}
    if errors := list(_errors(refusal)):
        body["errors"] = errors
    if alternatives := getattr(refusal, "alternatives", None):
        body["alternatives"] = alternatives
    response = JsonResponse(
        body,
        status=refusal.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["Cache-Control"] = "no-store"
    if refusal.status == 401:
        wrong = ' error="invalid_token"' if refusal.code == "invalid_token" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="madoguchi"{wrong}'
    if refusal.status == 429:
        response.headers["Retry-After"] = str(refusal.facts.get("seconds", 60))
    return response


def _errors(refusal: Refusal) -> Iterator[dict[str, str]]:
    """One entry for each place at fault, where a refusal names places: {path, input, detail}."""
    problems = getattr(refusal, "problems", None)
    if problems is None and (errors := getattr(refusal, "errors", None)):
        problems = {"": errors}
    for path, wrong in (problems or {}).items():
        for name, sentence in wrong.items():
            yield {"path": path, "input": name, "detail": str(sentence)}
    for path in getattr(refusal, "paths", ()):
        yield {"path": path, "input": "", "detail": str(refusal)}
