"""The cookie that makes a browser a screen at a counter.

Every page is sent it, so that the doors know the screen too: who signed in there at another address would be left
open for the next visitor. `Lax`, because somebody may come to a door from another site, as from a provider.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from madoguchi.kernel.access import queries, services

COOKIE = "terminal"
PATH = "/"
# As long as browsers keep one; each visit to the first screen begins it anew.
LASTS = 60 * 60 * 24 * 400


def terminal_of(request: HttpRequest) -> Any:
    """The terminal this browser is, or None; that it was used is written down."""
    terminal = _found(request)
    if terminal is not None:
        services.note_terminal_seen(terminal=terminal)
    return terminal


def is_terminal(request: HttpRequest) -> bool:
    """Whether this browser is a screen at a counter that nobody stopped."""
    return _found(request) is not None


def _found(request: HttpRequest) -> Any:
    secret = request.COOKIES.get(COOKIE, "")
    return queries.terminal_behind(secret) if secret else None


def keep(response: HttpResponse, secret: str) -> None:
    """Make the browser that gets this answer the terminal."""
    response.set_cookie(
        COOKIE, secret, max_age=LASTS, path=PATH, secure=settings.SECURE_TLS, httponly=True, samesite="Lax"
    )
