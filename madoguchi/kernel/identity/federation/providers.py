"""Which provider a realm has, by the settings; what it says of itself, and the keys it signs with."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from . import own_keys, wire
from .errors import ProviderAway

LASTS = 3600.0  # how long what we read is good
STALE = 24 * 3600.0  # … and how long it will do while the provider does not answer
NOT_AGAIN = 10.0  # after no answer, how long nobody else is made to wait for it
KEYS_AGAIN = 15.0  # an unknown key is looked for this often: anybody can name one


@dataclass(frozen=True, slots=True)
class Provider:
    """What the city agreed with a provider."""

    realm: str
    name: str
    issuer: str
    client_id: str
    key_file: Path
    scope: str
    acr: tuple[str, ...]  # residents: what we ask for; staff: any of these in acr or amr means two factors
    algorithms: tuple[str, ...]
    claim: str = ""  # staff: the claim that holds the login here; "" = only who was linked by name


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the provider takes what, as it says itself."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    names_itself: bool  # RFC 9207: it says `iss` with every answer


@dataclass(slots=True)
class _Known:
    value: Any
    at: float


_doors: dict[str, _Known] = {}
_keys: dict[str, _Known] = {}
_failed: dict[str, float] = {}


def of(realm: str) -> Provider | None:
    """The realm's provider; None where the city has none."""
    said: dict[str, Any] = settings.OIDC.get(realm) or {}
    if not (said.get("issuer") and said.get("client_id")):
        return None
    return Provider(
        realm=realm,
        name=said["name"],
        issuer=said["issuer"],
        client_id=said["client_id"],
        key_file=Path(said["key"]),
        scope=" ".join(said["scope"].split()),
        acr=tuple(said["acr"].split()),
        algorithms=tuple(
            alg for alg in said.get("algorithms", ["ES256"]) if alg in {"ES256", "RS256", "PS256"}
        ),
        claim=said.get("claim", ""),
    )


def is_offered(realm: str) -> bool:
    """Whether pages show its button: a provider, and a key to show it who we are."""
    provider = of(realm)
    return provider is not None and bool(own_keys.read(provider.key_file))


def doors(provider: Provider) -> Doors:
    """Its discovery document, an hour old at most while it answers. Raises ProviderAway."""
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    known = _doors.get(provider.issuer)
    if known and time.monotonic() - known.at < LASTS:
        return known.value  # type: ignore[no-any-return]
    try:
        if not wire.may_ask(address, issuer=provider.issuer):
            raise wire.NoAnswer
        found = _doors_in(_ask(provider, address), provider.issuer)
    except (wire.NoAnswer, wire.SaidNo):
        if known and time.monotonic() - known.at < STALE:
            return known.value  # type: ignore[no-any-return]
        raise ProviderAway(name=provider.name) from None
    _doors[provider.issuer] = _Known(found, time.monotonic())
    return found


def _doors_in(said: dict[str, Any], issuer: str) -> Doors:
    # Whoever speaks under another name is somebody else.
    if said.get("issuer") != issuer:
        raise wire.NoAnswer

    def door(name: str, *, needed: bool = False) -> str:
        address = said.get(name) or ""
        if isinstance(address, str) and wire.may_ask(address, issuer=issuer):
            return address
        if needed:
            raise wire.NoAnswer
        return ""

    return Doors(
        authorization=door("authorization_endpoint", needed=True),
        token=door("token_endpoint", needed=True),
        keys=door("jwks_uri", needed=True),
        userinfo=door("userinfo_endpoint"),
        end_session=door("end_session_endpoint"),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def signing_keys(provider: Provider, *, kid: str | None) -> list[ECKey | RSAKey]:
    """The public keys it may have signed with; one it took into use since is looked for. Raises ProviderAway."""
    known = _keys.get(provider.issuer)
    age = time.monotonic() - known.at if known else LASTS
    found = _fitting(known.value, kid) if known else []
    if known and age < (LASTS if found else KEYS_AGAIN):
        return found
    try:
        read = _keys_in(_ask(provider, doors(provider).keys))
    except (wire.NoAnswer, wire.SaidNo):
        if found and age < STALE:
            return found
        raise ProviderAway(name=provider.name) from None
    _keys[provider.issuer] = _Known(read, time.monotonic())
    return _fitting(read, kid)


def _keys_in(said: dict[str, Any]) -> list[ECKey | RSAKey]:
    found: list[ECKey | RSAKey] = []
    for one in said.get("keys") if isinstance(said.get("keys"), list) else ():  # type: ignore[union-attr]
        try:
            key = import_key({name: value for name, value in one.items() if name not in {"d", "key_ops"}})
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue  # a kind of key we do not know
        if isinstance(key, ECKey | RSAKey) and one.get("use", "sig") == "sig":
            found.append(key)
    return found


def _fitting(keys: list[ECKey | RSAKey], kid: str | None) -> list[ECKey | RSAKey]:
    return [key for key in keys if kid is None or key.kid == kid]


def _ask(provider: Provider, address: str) -> dict[str, Any]:
    """Whoever does not answer makes one person wait, not everybody."""
    if time.monotonic() - _failed.get(address, -NOT_AGAIN) < NOT_AGAIN:
        raise wire.NoAnswer
    try:
        return wire.ask(address)
    except wire.NoAnswer:
        _failed[address] = time.monotonic()
        raise


def forget_known() -> None:
    """Read everything again: for tests, and for whoever changed the settings of a running process."""
    _doors.clear()
    _keys.clear()
    _failed.clear()
