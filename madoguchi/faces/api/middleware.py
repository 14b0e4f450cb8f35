"""Under /api/ every no is problem+json, whoever said it: the framework, a guard, or a fault of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from madoguchi.faces.shared import bearer, refusals
from madoguchi.faces.shared.languages import chosen_language, html_lang
from madoguchi.kernel.errors import NotFound, Refusal

SAID = "application/problem+json"


class MethodNotAllowed(Refusal):
    code = "method_not_allowed"
    status = 405
    message = _("この住所では、その方法（メソッド）は使えません。")


class NotUnderstood(Refusal):
    """What the framework refused before anything of ours read it."""

    code = "not_understood"
    status = 400
    message = _("送られた要求を読めませんでした。形を確かめて、もう一度お試しください。")


class OnlyProblems:
    """Stands outside of everything that may answer, so that nothing but problem+json leaves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # No operation sends anybody elsewhere: a 301 is the framework's, which adds a slash for browsers.
        is_no = response.status_code >= 400 or response.status_code == 301
        if not bearer.is_api(request) or not is_no or _is_problem(response):
            return response
        language = chosen_language(request)
        with translation.override(language):
            answer = refusals.problem(_instead_of(response))
        answer.headers["Content-Language"] = html_lang(language)
        for name in ("Allow", "Vary", "Retry-After"):
            if name in response.headers:
                answer.headers[name] = response.headers[name]
        return answer


def _is_problem(response: Any) -> bool:
    return str(response.headers.get("Content-Type", "")).startswith(SAID)


def _instead_of(response: HttpResponse) -> Refusal:
    if response.status_code == 405:
        return MethodNotAllowed()
    if response.status_code in {301, 404}:
        return NotFound()
    refusal = NotUnderstood()
    refusal.status = response.status_code  # type: ignore[misc]
    return refusal
