"""One's own number: how many before me, how long, leaving, being told, and the two questions afterwards.

The address holds the secret that is printed on the slip, and nothing else opens the page: no sign-in, no name.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.queue import queries, services
from madoguchi.engines.queue.errors import NumberTaken
from madoguchi.faces.shared import pace, sessions
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.polling import asks_for_fragment, tag_of
from madoguchi.faces.shared.waits import shown
from madoguchi.kernel.access import limits
from madoguchi.kernel.access.errors import TooManyRequests
from madoguchi.kernel.errors import Refusal

# A family behind one address takes its numbers; nobody empties a counter's day.
TAKEN_PER_MINUTE = 5
TAKEN = "queue number"
FACES = (
    (4, _("とてもよかった")),
    (3, _("よかった")),
    (2, _("あまりよくなかった")),
    (1, _("よくなかった")),
)
VALUES = {str(value): value for value, _words in FACES}
QUESTIONS = {
    "manner": _("職員の対応は、いかがでしたか"),
    "convenience": _("窓口の使いやすさは、いかがでしたか"),
}


@require_safe
@guard(anyone)
def ticket(request: Asked, secret: str) -> HttpResponse:
    """The number, large, and what is to be known of it now."""
    found = queries.held(secret)
    version = f"{queries.line_version(found.line.counter_id)}.{found.version}"
    if asks_for_fragment(request) and request.headers.get("If-None-Match") == f'"{tag_of(request, version)}"':
        return _private(HttpResponse(status=304), request, version)
    return _show(request, found, secret, version)


@require_POST
@guard(anyone)
def take(request: Asked, counter: str) -> HttpResponse:
    """A number before one comes, where the counter gives them: one open number for a browser, a handful for an address."""
    line = queries.line_at(counter)
    secret = sessions.kept_text(request, TAKEN)
    open_still = queries.held_open(secret)
    if open_still is not None:
        return _show(request, open_still, secret, "", NumberTaken(label=open_still.label))
    try:
        address = request.META.get("REMOTE_ADDR", "")
        limits.spend_of_address(address, what="number", per_minute=TAKEN_PER_MINUTE)
    except TooManyRequests as refusal:
        return pace.slow_down(request, int(refusal.facts["seconds"]))
    issued = services.issue(
        line=line,
        source="web",
        by=request.actor,
        language=request.LANGUAGE_CODE,
        secret=request.POST.get("once", ""),
    )
    # The session stays on our side, and is over with the day.
    request.session[TAKEN] = issued.secret
    return go(request, "portal:queue:ticket", secret=issued.secret)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(anyone)
def leave(request: Asked, secret: str) -> HttpResponse:
    """とりやめる, after asking once: whoever steps out does not get the place back."""
    found = queries.held(secret)
    if request.method != "POST":
        response = page(request, "portal/queue/leave.html", {"ticket": found, "secret": secret})
        return _private(response, request, "")
    try:
        services.leave(ticket=found, by=request.actor)
    except Refusal as refusal:
        return _show(request, queries.held(secret), secret, "", refusal)
    return go(request, "portal:queue:ticket", secret=secret)


@require_POST
@guard(anyone)
def tell(request: Asked, secret: str) -> HttpResponse:
    """もうすぐのお知らせ: by mail, or for who is signed in in their inbox."""
    found = queries.held(secret)
    inbox = request.POST.get("way") == "inbox" and request.actor.is_resident
    try:
        services.ask_to_be_told(
            ticket=found,
            by=request.actor,
            mail="" if inbox else request.POST.get("mail", "")[:300],
            party=request.actor.party if inbox else None,
            language=request.LANGUAGE_CODE,
        )
    except Refusal as refusal:
        return _show(request, found, secret, "", refusal, typed=request.POST.get("mail", "")[:300])
    return go(request, "portal:queue:ticket", secret=secret)


@require_POST
@guard(anyone)
def opinion(request: Asked, secret: str) -> HttpResponse:
    """One tap: the button says which face of which question."""
    found = queries.held(secret)
    question, _sep, value = request.POST.get("tap", "").partition(":")
    try:
        services.give_opinion(ticket=found, question=question, value=VALUES.get(value, 0), by=request.actor)
    except Refusal as refusal:
        return _show(request, found, secret, "", refusal)
    return go(request, "portal:queue:ticket", secret=secret)


def _show(
    request: Asked, found: Any, secret: str, version: str, refusal: Refusal | None = None, typed: str = ""
) -> HttpResponse:
    holding = queries.holding(found)
    context = {
        "holding": holding,
        "ticket": found,
        "one": shown(holding.here),
        "secret": secret,
        "to_bring": queries.at_counter(found.line.counter_id, request.LANGUAGE_CODE)
        if holding.is_waiting
        else [],
        "tag": tag_of(request, version) if version else "",
        "is_still": request.GET.get("auto") == "off",
        "faces": FACES,
        "questions": [(name, QUESTIONS[name]) for name in holding.questions],
        "refusal": refusal,
        "typed": typed,
    }
    response = page(request, "portal/queue/ticket.html", context, status=refusal.status if refusal else 200)
    return _private(response, request, version)


def _private(response: HttpResponse, request: Asked, version: str) -> HttpResponse:
    """The address is a secret: no cache keeps the page, and no other site learns where one came from."""
    if version:
        response.headers["ETag"] = f'"{tag_of(request, version)}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
