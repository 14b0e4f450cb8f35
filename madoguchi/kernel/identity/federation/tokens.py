"""Whether an ID token is to be believed. Everything that can be wrong with it ends in the same refusal."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError

from ... import clock
from . import providers

SKEW = 60  # seconds two clocks may differ
OLDEST = 600  # … and how long ago a token may have been made


class NotBelieved(Exception):
    """`why` is a short word for the record: never a part of the token."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def check(token: Any, *, provider: providers.Provider, nonce: str, access_token: str) -> dict[str, Any]:
    """The claims of an ID token made for us, just now, for this very sign-in. Raises NotBelieved, ProviderAway."""
    if not isinstance(token, str) or len(token) > 20_000:
        raise NotBelieved("no_token")
    header = _header(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    # Named by us beforehand: "none" and keyed hashes are never among them, whatever the token says of itself.
    if algorithm not in provider.algorithms:
        raise NotBelieved("algorithm")
    if kid is not None and not isinstance(kid, str):
        raise NotBelieved("key")
    claims = _verified(token, provider, str(algorithm), kid)
    try:
        return _judged(claims, header, provider, nonce, access_token)
    except JoseError as error:
        raise NotBelieved(f"claim_{getattr(error, 'claim', '') or error.error}"[:40]) from None
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise NotBelieved("claims") from None


def _header(token: str) -> dict[str, Any]:
    try:
        piece = token.split(".", maxsplit=1)[0]
        read = json.loads(base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise NotBelieved("no_token") from None
    if not isinstance(read, dict) or token.count(".") != 2:
        raise NotBelieved("no_token")
    return read


def _verified(token: str, provider: providers.Provider, algorithm: str, kid: str | None) -> dict[str, Any]:
    kind = "EC" if algorithm.startswith("ES") else "RSA"
    for key in providers.signing_keys(provider, kid=kid):
        if key.key_type != kind:
            continue
        try:
            return dict(jwt.decode(token, key, algorithms=[algorithm]).claims)
        except (JoseError, ValueError, TypeError):
            continue
    raise NotBelieved("signature")


def _judged(
    claims: dict[str, Any],
    header: dict[str, Any],
    provider: providers.Provider,
    nonce: str,
    access_token: str,
) -> dict[str, Any]:
    now = int(clock.machine().timestamp())
    token = CodeIDToken(
        claims,
        header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "sub": {"essential": True},
            "aud": {"essential": True, "value": provider.client_id},
            "exp": {"essential": True},
            "iat": {"essential": True},
        },
        params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
    )
    token.validate(now=now, leeway=SKEW)
    if not -SKEW <= now - int(token["iat"]) <= OLDEST:
        raise NotBelieved("claim_iat")
    subject = token["sub"]
    if not (isinstance(subject, str) and 0 < len(subject) <= 255 and subject.isascii()):
        raise NotBelieved("claim_sub")
    return dict(token)


def shown_at(claims: dict[str, Any]) -> int | None:
    """When the person last proved themselves to the provider (`auth_time`)."""
    at = claims.get("auth_time")
    return int(at) if isinstance(at, int | float) and not isinstance(at, bool) else None


def words(claims: dict[str, Any]) -> set[str]:
    """What the provider says of how they did: acr and amr."""
    acr, amr = claims.get("acr"), claims.get("amr")
    said = set(acr.split()) if isinstance(acr, str) else set()
    return said | ({one for one in amr if isinstance(one, str)} if isinstance(amr, list) else set())
