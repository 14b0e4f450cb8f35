"""Sending somebody to a provider, and judging what they come back with. Nobody is signed in here.

The protocol's pieces (addresses, PKCE, the assertion, the claims) are Authlib's; what is asked of whom is ours.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7523.assertion import private_key_jwt_sign
from authlib.oauth2.rfc7523.client import ASSERTION_TYPE
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from ... import audit, clock
from ...db import writes
from ...errors import Refusal
from ...refs import Ref, anonymous
from ..models import Kind
from ..ways_in import assurance as sure
from . import arrivals, own_keys, providers, tokens, wire
from .errors import NotTheSamePerson, ProviderAway, ReturnNotOurs, StoppedThere, WordNotBelieved
from .models import Arrival

_AWAY = {"server_error", "temporarily_unavailable"}
_STOPPED = {"access_denied", "login_required", "interaction_required", "consent_required"}
_FRESH = 600


@dataclass(frozen=True, slots=True)
class Sent:
    """What we asked, kept in the session of the browser that we sent; compared with what comes back."""

    state: str
    nonce: str
    verifier: str
    issuer: str
    fresh: bool  # the person was to prove themselves now, whether or not the provider knew them


@dataclass(frozen=True, slots=True)
class Came:
    """Who came back, by the word of the provider. `arrival` is the claim on this one return."""

    arrival: Arrival
    subject: str
    assurance: str
    two_factors: bool
    facts: dict[str, str]
    login: str


def send(provider: providers.Provider, *, redirect_uri: str, fresh: bool = False) -> tuple[str, Sent]:
    """The provider's address for this one sign-in, and what to remember. Raises ProviderAway."""
    doors = providers.doors(provider)
    sent = Sent(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        issuer=provider.issuer,
        fresh=fresh,
    )
    more = {"acr_values": " ".join(provider.acr)} if provider.acr else {}
    if fresh:
        more |= {"prompt": "login", "max_age": "0"}
    address = prepare_grant_uri(
        doors.authorization,
        client_id=provider.client_id,
        response_type="code",
        redirect_uri=redirect_uri,
        scope=provider.scope,
        state=sent.state,
        nonce=sent.nonce,
        code_challenge=create_s256_code_challenge(sent.verifier),
        code_challenge_method="S256",
        **more,
    )
    return address, sent


def come_back(
    provider: providers.Provider, sent: Sent, said: Mapping[str, str], *, redirect_uri: str
) -> Came:
    """Who it is. Raises StoppedThere, ReturnNotOurs, WordNotBelieved, ProviderAway; what was not believed is on record.

    Not one transaction: two or three questions go over the wire.
    """
    try:
        return _judged(provider, sent, said, redirect_uri)
    except tokens.NotBelieved as error:
        record_refused(provider.realm, error.why)
        raise WordNotBelieved(name=provider.name) from None
    except Refusal as refusal:
        record_refused(provider.realm, refusal.code)
        raise


def _judged(provider: providers.Provider, sent: Sent, said: Mapping[str, str], redirect_uri: str) -> Came:
    if sent.issuer != provider.issuer:
        raise ReturnNotOurs
    arrival = arrivals.claim(state=sent.state, realm=provider.realm, issuer=provider.issuer)
    code = _code(provider, said)
    granted = _redeem(provider, sent, code, redirect_uri)
    access = granted.get("access_token")
    if not isinstance(access, str) or str(granted.get("token_type", "")).lower() != "bearer":
        raise tokens.NotBelieved("token_type")
    claims = tokens.check(granted.get("id_token"), provider=provider, nonce=sent.nonce, access_token=access)
    if sent.fresh:
        at = tokens.shown_at(claims)
        if at is None or clock.machine().timestamp() - at > _FRESH:
            raise NotTheSamePerson
    told = {**_userinfo(provider, claims["sub"], access), **claims}
    words = tokens.words(claims)
    return Came(
        arrival=arrival,
        subject=claims["sub"],
        assurance=_assurance(provider, words),
        two_factors=bool(words & set(provider.acr)),
        facts=arrivals.told(told) if _is_surest(provider, words) else {},
        login=_login(provider, told),
    )


def _code(provider: providers.Provider, said: Mapping[str, str]) -> str:
    """The code that came back, from the provider we asked (RFC 9207) and no other."""
    named = said.get("iss")
    if named is not None and named != provider.issuer:
        raise ReturnNotOurs
    if named is None and providers.doors(provider).names_itself:
        raise ReturnNotOurs
    if error := said.get("error"):
        if error in _AWAY:
            raise ProviderAway(name=provider.name)
        if error in _STOPPED:
            raise StoppedThere(name=provider.name)
        raise tokens.NotBelieved("said_error")
    code = said.get("code", "")
    if not 0 < len(code) <= 4000:
        raise ReturnNotOurs
    return code


def _redeem(provider: providers.Provider, sent: Sent, code: str, redirect_uri: str) -> dict[str, Any]:
    """The tokens for a code; they are used here and nowhere kept."""
    keys = own_keys.read(provider.key_file)
    if not keys:
        raise ProviderAway(name=provider.name)
    address = providers.doors(provider).token
    assertion = private_key_jwt_sign(
        keys[0], provider.client_id, address, alg="ES256", header={"kid": keys[0].kid}, expires_in=60
    )
    form = prepare_token_request(
        "authorization_code",
        redirect_uri=redirect_uri,
        code=code,
        code_verifier=sent.verifier,
        client_id=provider.client_id,
        client_assertion_type=ASSERTION_TYPE,
        client_assertion=assertion,
    )
    try:
        return wire.ask(address, form=form)
    except wire.NoAnswer:
        raise ProviderAway(name=provider.name) from None
    except wire.SaidNo as error:
        raise tokens.NotBelieved(f"token_{error.code}"[:40]) from None


def _userinfo(provider: providers.Provider, subject: str, access: str) -> dict[str, Any]:
    """What it tells of the person, if it is the same one. Somebody of whom it tells nothing comes in all the same."""
    address = providers.doors(provider).userinfo
    if not address:
        return {}
    try:
        told = wire.ask(address, bearer=access)
    except (wire.NoAnswer, wire.SaidNo):
        return {}
    if told.get("sub") != subject:
        raise tokens.NotBelieved("userinfo_sub")
    return told


def _assurance(provider: providers.Provider, words: set[str]) -> str:
    """What is written down: for residents what the provider says it looked at, never a condition."""
    named = next((one for one in provider.acr if one in words), "")
    if provider.realm == Kind.RESIDENT:
        return f"{sure.OIDC}:{named}"[:40] if named else sure.OIDC
    return sure.SSO if named else sure.SSO_FIRST


def _is_surest(provider: providers.Provider, words: set[str]) -> bool:
    """The four facts are the card's only when the card was read."""
    return provider.realm == Kind.RESIDENT and (not provider.acr or provider.acr[0] in words)


def _login(provider: providers.Provider, told: dict[str, Any]) -> str:
    """The agreed claim with the login of a member of staff; an address only when the provider vouches for it."""
    value = told.get(provider.claim) if provider.claim else None
    if provider.claim == "email" and told.get("email_verified") is not True:
        return ""
    return value if isinstance(value, str) and 0 < len(value) <= 150 else ""


@writes
def record_refused(realm: str, why: str) -> None:
    """A return that opened nothing, by a short word for why."""
    facts = {"realm": realm, "factor": "oidc", "code": why}
    audit.record("sign_in_refused", Ref("identity", "provider", realm), by=anonymous(), facts=facts)


def way_out(provider: providers.Provider, *, back: str) -> str:
    """Where one signs out at the provider as well; "" where it offers nothing. No token of ours is kept for it."""
    try:
        door = providers.doors(provider).end_session
    except ProviderAway:
        return ""
    if not door:
        return ""
    asked = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back})
    return f"{door}{'&' if '?' in door else '?'}{asked}"
