"""What every answer carries, and what is refused before a view is asked: bodies too large, verbs nobody offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal

from . import bearer, refusals
from .languages import html_lang

Answer = Callable[[HttpRequest], HttpResponse]

# What a browser sends. PUT, PATCH and DELETE are the API's; TRACE and CONNECT are nobody's.
VERBS = ("GET", "HEAD", "POST")


class BodyTooLarge(Refusal):
    """More than any page of ours asks for; said before the body is read."""

    code = "body_too_large"
    status = 413
    message = _(
        "送られたものが大きすぎます（全部で%(most)sMBまで）。ファイルを小さくするか、分けて送ってください。"
    )


class NotThisWay(Refusal):
    """The address exists, but not for this: a form's address that was opened by hand, or a verb nobody offers."""

    code = "not_this_way"
    status = 405
    message = _("この住所は、そのやり方では開けません。前の画面にもどるか、最初のページからお試しください。")


class AnswerHeaders:
    """The outermost layer: whatever answers, a page, a static file or a fault, carries these headers.

    What a view set itself stays, so that a file may be stricter than a page.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.ANSWER_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Before anything has read a byte of the body; a connection that is refused is closed by the server."""
        most = settings.LARGEST_BODY
        if _length(request) > most * 1024 * 1024:
            return refusals.answer(request, BodyTooLarge(most=most))
        return None


def _length(request: HttpRequest) -> int:
    """What the sender says. Without a length nothing is read at all (WSGI), so that a lie sends less, not more."""
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(said[:19]) if said.isascii() and said.isdecimal() else 0


class OnlyOurVerbs:
    """Pages are read and sent to. Everything else is a 405 with a sentence instead of an empty page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in VERBS and not bearer.is_api(request):
            return _refused(request, ", ".join(VERBS))
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and not bearer.is_api(request):
            return _refused(request, response.headers.get("Allow", ""))
        return response


def _refused(request: HttpRequest, allowed: str) -> HttpResponse:
    response = refusals.answer(request, NotThisWay())
    response.headers["Allow"] = allowed
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What the framework could not take, a wrong Host above all. Nothing of the request is used to say so."""
    context = {"html_lang": html_lang(get_language() or "ja")}
    return HttpResponse(render_to_string("shared/bad_request.html", context), status=400)
