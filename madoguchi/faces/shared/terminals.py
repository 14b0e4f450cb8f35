"""The cookie that makes a browser a screen at a counter. Only pages of /kiosk/ are sent it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from madoguchi.kernel.access import queries, services

COOKIE = "terminal"
PATH = "/kiosk/"
# As long as browsers keep one; each visit to the first screen begins it anew.
LASTS = 60 * 60 * 24 * 400


def terminal_of(request: HttpRequest) -> Any:
    """The terminal this browser is, or None."""
    secret = request.COOKIES.get(COOKIE, "")
    terminal = queries.terminal_behind(secret) if secret else None
    if terminal is not None:
        services.note_terminal_seen(terminal=terminal)
    return terminal


def keep(response: HttpResponse, secret: str) -> None:
    """Make the browser that gets this answer the terminal."""
    response.set_cookie(
        COOKIE, secret, max_age=LASTS, path=PATH, secure=settings.SECURE_TLS, httponly=True, samesite="Strict"
    )
