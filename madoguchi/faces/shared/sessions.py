"""Who is signed in, and in which realm: residents and staff never share one.

The two realms live side by side in one browser session, so that a person may try the portal in one
window and the desk in another, and a sign-in on one side never opens the other.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest

RESIDENT = "resident"
STAFF = "staff"
LANGUAGE = "language"


def realm_of(request: HttpRequest) -> str:
    """The realm this address belongs to."""
    # Not `path`: in practice that begins with the door one came through.
    return STAFF if request.path_info.startswith("/desk/") else RESIDENT


def sign_in(request: HttpRequest, account: Any, realm: str = RESIDENT) -> None:
    """Remember `account` for this realm. The session key changes, so that a planted one is useless."""
    request.session.cycle_key()
    request.session[realm] = str(account.pk)


def sign_out(request: HttpRequest, realm: str = RESIDENT) -> None:
    """Forget who was signed in to this realm; with nobody left, forget the session."""
    request.session.pop(realm, None)
    if realm == RESIDENT:
        request.session.pop(LANGUAGE, None)
    if RESIDENT not in request.session and STAFF not in request.session:
        request.session.flush()
    else:
        request.session.cycle_key()


def keep_language(request: HttpRequest, code: str) -> None:
    """What the person who has just signed in reads in, for a browser in which nobody chose a language."""
    request.session[LANGUAGE] = code


def language_of(request: HttpRequest) -> str:
    """The language of the resident who is signed in; "" where none is known. Staff read Japanese."""
    session = getattr(request, "session", None)
    if session is None or realm_of(request) == STAFF or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    kept = session.get(LANGUAGE) if session.get(RESIDENT) else ""
    return kept if isinstance(kept, str) else ""


def signed_in_as(request: HttpRequest, realm: str | None = None) -> uuid.UUID | None:
    """The account id kept for the realm, if any."""
    kept = request.session.get(realm or realm_of(request))
    try:
        return uuid.UUID(kept) if kept else None
    except ValueError:
        return None
