"""Who is signed in, and in which realm: residents and staff never share one.

The two realms live side by side in one browser session, so that a person may try the portal in one
window and the desk in another, and a sign-in on one side never opens the other. The session names the account and
the sign-in's row: the row says how sure we are, and ending it (from another browser, at the desk) ends this one too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from madoguchi.kernel.identity.ways_in import sign_ins

RESIDENT = "resident"
STAFF = "staff"
LANGUAGE = "language"
_ROW = {RESIDENT: "resident_sign_in", STAFF: "staff_sign_in"}


def realm_of(request: HttpRequest) -> str:
    """The realm this address belongs to."""
    # Not `path`: in practice that begins with the door one came through.
    return STAFF if request.path_info.startswith("/desk/") else RESIDENT


def sign_in(request: HttpRequest, sign_in: Any) -> None:
    """Remember who came in to this realm. The session key changes, so that a planted one is useless."""
    request.session.cycle_key()
    request.session[sign_in.realm] = str(sign_in.account_id)
    request.session[_ROW[sign_in.realm]] = str(sign_in.pk)
    request.__dict__.pop("_signed_in", None)


def sign_out(request: HttpRequest, realm: str = RESIDENT) -> None:
    """Forget who was signed in to this realm; with nobody left, forget the session."""
    request.session.pop(realm, None)
    request.session.pop(_ROW[realm], None)
    request.__dict__.pop("_signed_in", None)
    if realm == RESIDENT:
        request.session.pop(LANGUAGE, None)
    if RESIDENT not in request.session and STAFF not in request.session:
        request.session.flush()
    else:
        request.session.cycle_key()


def signed_in(request: HttpRequest, realm: str | None = None) -> Any | None:
    """The open sign-in of this browser in the realm, with its account; looked up once a request."""
    realm = realm or realm_of(request)
    known: dict[str, Any | None] = request.__dict__.setdefault("_signed_in", {})
    if realm not in known:
        named = request.session.get(_ROW[realm])
        known[realm] = (
            sign_ins.find(named, account_id=request.session.get(realm), realm=realm) if named else None
        )
    return known[realm]


def assurance_of(request: HttpRequest, realm: str | None = None) -> str:
    """How sure we are of who is signed in ("password+totp", "mail+passkey", …); "" of nobody."""
    found = signed_in(request, realm)
    return found.assurance if found else ""


def signed_in_at(request: HttpRequest, realm: str | None = None) -> dt.datetime | None:
    """When they last showed a factor in this browser: at the sign-in, or since, when asked again."""
    found = signed_in(request, realm)
    return found.confirmed_at if found else None


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
    """The account id kept for the realm, if any: what the browser says, not whether it still holds."""
    kept = request.session.get(realm or realm_of(request))
    try:
        return uuid.UUID(kept) if kept else None
    except ValueError:
        return None
