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

from madoguchi.kernel import clock
from madoguchi.kernel.identity.ways_in import sign_ins
from madoguchi.kernel.refs import is_id

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
        named, account = kept_text(request, _ROW[realm]), kept_text(request, realm)
        known[realm] = sign_ins.find(named, account_id=account, realm=realm) if named else None
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
    return kept_text(request, LANGUAGE) if session.get(RESIDENT) else ""


def signed_in_as(request: HttpRequest, realm: str | None = None) -> uuid.UUID | None:
    """The account id kept for the realm, if any: what the browser says, not whether it still holds."""
    kept = kept_text(request, realm or realm_of(request))
    return uuid.UUID(kept) if is_id(kept) else None


# ------------------------------------------------------------------ reading what was kept


def kept_text(request: HttpRequest, key: str) -> str:
    """The text the session holds under a key; what is no text was not written by us, and is not there."""
    kept = request.session.get(key)
    return kept if isinstance(kept, str) else ""


def kept_facts(request: HttpRequest, key: str, **like: type) -> dict[str, Any]:
    """The dict the session holds under a key, with members of these kinds; otherwise {}."""
    return facts_in(request.session.get(key), **like)


def facts_in(value: object, **like: type) -> dict[str, Any]:
    """`value`, where it is a dict with members of these kinds; otherwise {}."""
    if not isinstance(value, dict):
        return {}
    return value if all(isinstance(value.get(name), kind) for name, kind in like.items()) else {}


def is_recent(at: str, lasts: dt.timedelta) -> bool:
    """Whether a moment that was kept as text is no longer ago than that."""
    try:
        return clock.machine() - lasts < dt.datetime.fromisoformat(at)
    except (ValueError, TypeError):
        return False
