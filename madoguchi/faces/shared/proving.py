"""What every page that asks for a factor has in common: challenges, what was typed, the picture for an app."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

import segno
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from madoguchi.kernel import clock, packs
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.ways_in import passkeys, totp
from madoguchi.kernel.identity.ways_in.errors import StartAgain

from . import sessions

_ASKER = "asks_for_codes"
_CHALLENGE = "passkey_challenge"
_NONCE = "totp_nonce"
_HALF = "halfway"
LASTS = dt.timedelta(minutes=10)
_TYPED = ("code", "number", "pin", "credential")


def address_of(request: HttpRequest) -> str:
    """The sender's address, by which guessing is slowed."""
    return str(request.META.get("REMOTE_ADDR", ""))


def asker(request: HttpRequest) -> str:
    """A secret of this browser's session: a code by mail is right only where it was asked for."""
    kept = sessions.kept_text(request, _ASKER)
    if not kept:
        kept = request.session[_ASKER] = secrets.token_urlsafe(24)
    return kept


def typed(request: HttpRequest) -> dict[str, str]:
    """What of a factor was sent, by name."""
    return {name: request.POST[name][: passkeys.MOST_SENT + 1] for name in _TYPED if name in request.POST}


# ------------------------------------------------------------------ passkeys


def keep_challenge(request: HttpRequest, begun: tuple[str, dict[str, Any]]) -> str:
    """Remember what we asked the browser to sign; returns the question as JSON for the page."""
    options, state = begun
    request.session[_CHALLENGE] = {"state": state, "at": clock.machine().isoformat()}
    return options


def take_challenge(request: HttpRequest) -> dict[str, Any] | None:
    """What we asked, for one answer; None when that was long ago, or never."""
    kept = sessions.kept_facts(request, _CHALLENGE, state=dict, at=str)
    request.session.pop(_CHALLENGE, None)
    return kept["state"] if kept and sessions.is_recent(kept["at"], LASTS) else None


def ask_for_passkey(request: HttpRequest, *, kind: str, account: Any | None = None) -> str:
    """The question for a passkey: one of this account, or whichever the browser has for us."""
    if not passkeys.are_possible():
        return ""
    return keep_challenge(request, passkeys.begin_asking(kind=kind, account=account))


# ------------------------------------------------------------------ authenticator apps


@dataclass(frozen=True, slots=True)
class NewApp:
    """What a person needs to register an authenticator app: the picture, and its secret to type by hand."""

    picture: SafeString
    secret: str  # in groups of four
    address: str  # opens the app on the same device


def new_app(request: HttpRequest, *, whose: str, account_id: uuid.UUID) -> NewApp:
    """The same one while the page is shown again after a mistyped code; never the one another account was shown."""
    kept = _nonce(request, account_id)
    if kept is None:
        kept = {"nonce": totp.new_nonce(), "of": str(account_id), "at": clock.machine().isoformat()}
        request.session[_NONCE] = kept
    secret = totp.secret_of(kept["nonce"])
    address = totp.address(secret, whose=whose or "-", issuer=issuer())
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=4,
        border=4,
        svgclass="qr",
        lineclass=None,
        omitsize=True,  # as wide as its box: a viewBox, no size
    )
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return NewApp(mark_safe(drawn), grouped, address)  # noqa: S308  drawn by us: squares of a picture


def new_secret(request: HttpRequest, *, account_id: uuid.UUID) -> str:
    """The secret of the app that was shown to this account. Raises StartAgain."""
    kept = _nonce(request, account_id)
    if kept is None:
        raise StartAgain
    return totp.secret_of(kept["nonce"])


def _nonce(request: HttpRequest, account_id: uuid.UUID) -> dict[str, str] | None:
    kept = sessions.kept_facts(request, _NONCE, nonce=str, of=str, at=str)
    mine = kept and kept["of"] == str(account_id) and sessions.is_recent(kept["at"], LASTS)
    return kept if mine else None


def app_is_kept(request: HttpRequest) -> None:
    """It was registered, or somebody else is here now: the next one gets a secret of its own."""
    request.session.pop(_NONCE, None)


def issuer() -> str:
    """Under which name the entry stands in somebody's app."""
    info = packs.pack_info()
    return str(info.get("title") or "Madoguchi")[:40]


# ------------------------------------------------------------------ halfway in


@dataclass(frozen=True, slots=True)
class Half:
    """Who has shown one thing. `invited`: staff with a code to register a factor. `whose`: digest of a mail that was
    read, by somebody who may have no account yet. `way`: how somebody who lost everything is coming back."""

    account: Any | None
    invited: bool
    whose: str
    way: str

    @property
    def known(self) -> Any:
        """The account. Raises StartAgain where there is none yet."""
        if self.account is None:
            raise StartAgain
        return self.account


def begin_half(
    request: HttpRequest,
    account: Any | None,
    *,
    kind: str,
    invited: bool = False,
    whose: str = "",
    way: str = "",
) -> None:
    """One thing was shown: what comes next is asked within ten minutes, in this browser. Opens nothing."""
    request.session.cycle_key()
    app_is_kept(request)
    request.session[_HALF] = {
        "account": str(account.pk) if account else "",
        "kind": kind,
        "invited": invited,
        "whose": whose,
        "way": way,
        "at": clock.machine().isoformat(),
    }


def half(request: HttpRequest, kind: str) -> Half:
    """Who is halfway in to the realm. Raises StartAgain."""
    like = {"account": str, "kind": str, "invited": bool, "whose": str, "way": str, "at": str}
    kept = sessions.kept_facts(request, _HALF, **like)
    if not kept or kept["kind"] != kind or not sessions.is_recent(kept["at"], LASTS):
        raise StartAgain
    account = identity.account(kept["account"], kind=kind)
    if account is None and kept["account"]:
        raise StartAgain
    return Half(account, kept["invited"], kept["whose"], kept["way"])


def end_half(request: HttpRequest) -> None:
    """They are in, or begin again."""
    request.session.pop(_HALF, None)
    app_is_kept(request)
