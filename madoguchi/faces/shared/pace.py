"""How often somebody may change things, search, or have papers drawn and files judged.

Who is signed in is counted by their account, whatever address they sit behind: a whole city hall, a school or a
mobile network may share one. Strangers are counted by address, ten times as generously, for the same reason.
The API and its tokens count for themselves (kernel.access); tries of a login and codes sent by mail are counted once more
by whom they are for (kernel.identity).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.access import limits
from madoguchi.kernel.access.errors import TooManyRequests
from madoguchi.kernel.errors import Refusal

from . import bearer, refusals, sessions

# Each of these draws a PDF, judges a file, sends mail or takes something in for good.
COSTLY = {
    "portal:procedures:printable",
    "portal:procedures:paper",
    "portal:procedures:attach",
    "portal:procedures:submit",
    "portal:procedures:check_correction",
    "portal:procedures:invite",
    "portal:procedures:sign",
    "portal:procedures:receipt",
    "portal:opinions:pdf",
    "portal:opinions:write",
    "portal:opinions:go_on",
    "portal:opinions:ask",
    "desk:procedures:exports",
    "desk:procedures:new_export",
    "desk:procedures:export_file",
    "kiosk:papers",
}
SEARCHES = {"portal:search", "desk:find", "desk:find_person", "api-1:find"}
# They count for themselves, by key, token and address. (Sign-in does too, by login; as forms it is counted here as well.)
COUNTED_ELSEWHERE = ("/api/", "/oauth/")


class TooFast(Refusal):
    """Nothing was taken in; what was typed is still in the browser's page before this one."""

    code = "too_fast"
    status = 429
    message = _(
        "短い間に何度も続いたため、少しお待ちいただいています。今回の操作はまだ行われていません。"
        "%(seconds)s秒ほどたってから、前の画面にもどって、もう一度お試しください。"
    )


class Pace:
    """Counts before the view is asked; the answer to too much is a 429 with a sentence and Retry-After."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        for what in kinds_of(request):
            try:
                _count(request, what)
            except TooManyRequests as refusal:
                return slow_down(request, int(refusal.facts["seconds"]))
        return None


def slow_down(request: HttpRequest, seconds: int) -> HttpResponse:
    response = refusals.answer(request, TooFast(seconds=seconds))
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def kinds_of(request: HttpRequest) -> list[str]:
    """As what this request counts: nothing for plain reading."""
    match = request.resolver_match
    name = match.view_name if match else ""
    if name in SEARCHES:
        return ["search"] if request.GET or request.POST else []
    if request.path_info.startswith(COUNTED_ELSEWHERE):
        return []
    sends = request.method not in {"GET", "HEAD", "OPTIONS"}
    kinds = ["change"] if sends else []
    # A look at the form of an upload costs nothing; a paper is drawn for whoever asks.
    drawn = name.rpartition(":")[2] in {"printable", "paper", "receipt", "export_file", "pdf"}
    return [*kinds, "costly"] if name in COSTLY and (sends or drawn) else kinds


def _count(request: HttpRequest, what: str) -> None:
    person, address = settings.PACE.get(what, (0, 0))
    account = None if bearer.is_api(request) else sessions.signed_in_as(request)
    if lesson := getattr(request, "lesson", None):
        account = lesson.account  # who learns is nobody, and has no more room than a person
    if account is not None:
        if person:
            limits.spend(f"{what}:{account}", per_minute=person)
    elif address:
        limits.spend_of_address(request.META.get("REMOTE_ADDR", ""), what=what, per_minute=address)
