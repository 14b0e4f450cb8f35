"""Passkeys (WebAuthn): a key pair in a device, bound to our address, unlocked by a finger, a face or a PIN.

The protocol itself is Yubico's `fido2`; here stand our own rules: whose key it is, that a challenge is used once, that
staff unlock it, and that a key whose counter went back (a copy) opens nothing.
"""

from __future__ import annotations

import hashlib
import json
import struct
import uuid
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.conf import settings
from django.db.models import Q
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ...db import writes
from ...refs import Actor
from ..models import Account, Kind
from . import factors
from .errors import PasskeyNotAccepted
from .models import Factor, FactorKind

MOST_SENT = 20_000
NAME = "窓口 Madoguchi"
# What hostile bytes make the parsers of JSON, CBOR, COSE and keys raise.
_BROKEN = (
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    AssertionError,
    OverflowError,
    RecursionError,
    NotImplementedError,
    struct.error,
    InvalidSignature,
    UnsupportedAlgorithm,
)


def host() -> str:
    """The name a passkey is bound to: the host of MADO_PUBLIC_URL."""
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def are_possible() -> bool:
    """Browsers make passkeys for https, and for localhost; never for an address made of numbers."""
    there = urlsplit(settings.PUBLIC_URL)
    is_name = bool(host()) and not host().replace(".", "").isdigit() and ":" not in host()
    return is_name and (there.scheme == "https" or host() == "localhost")


def begin_registering(
    account_id: uuid.UUID, *, kind: str, name: str, have: Any = ()
) -> tuple[str, dict[str, Any]]:
    """What the browser is asked to make, as JSON, and what we must remember until it answers."""
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=account_id.bytes, name=name[:60], display_name=name[:60]),
        credentials=[_credential(one) for one in have],
        # Staff are known by their password already; a resident's key must find its account by itself.
        resident_key_requirement=ResidentKeyRequirement.PREFERRED
        if kind == Kind.STAFF
        else ResidentKeyRequirement.REQUIRED,
        user_verification=_verification(kind),
    )
    return json.dumps(dict(options.public_key)), dict(state)


def made(state: dict[str, Any] | None, answer: str) -> AttestedCredentialData:
    """The credential the browser made for this challenge. Raises PasskeyNotAccepted."""
    try:
        found = _server().register_complete(_remembered(state), _parsed(answer)).credential_data
    except _BROKEN as error:
        raise PasskeyNotAccepted from error
    if found is None:
        raise PasskeyNotAccepted
    return found


@writes
def register(*, account: Account, credential: AttestedCredentialData, label: str, by: Actor) -> Factor:
    """Register what the browser made. Raises FactorTaken, TooManyFactors."""
    return factors.keep(
        account=account,
        kind=FactorKind.PASSKEY,
        label=label,
        by=by,
        digest=_digest(credential.credential_id),
        public=bytes(credential),
    )


def begin_asking(*, kind: str, account: Account | None = None) -> tuple[str, dict[str, Any]]:
    """What the browser is asked to prove; without an account, any passkey of ours it has."""
    mine = factors.of(account).filter(kind=FactorKind.PASSKEY) if account else None
    options, state = _server().authenticate_begin(
        credentials=[_credential(one) for one in mine] if mine is not None else None,
        user_verification=_verification(kind),
    )
    return json.dumps(dict(options.public_key)), dict(state)


def check(
    state: dict[str, Any] | None, answer: str, *, kind: str, account: Account | None = None
) -> tuple[Factor, bool]:
    """The passkey that answered, and whether it was unlocked by its person. Raises PasskeyNotAccepted."""
    try:
        sent = AuthenticationResponse.from_dict(_parsed(answer))
        factor = _named(sent, kind, account)
        _server().authenticate_complete(_remembered(state), [_credential(factor)], sent)
        said = sent.response.authenticator_data
        handle = sent.response.user_handle
    except _BROKEN as error:
        raise PasskeyNotAccepted from error
    if handle and handle != factor.account_id.bytes:
        raise PasskeyNotAccepted
    if not _count(factor, said.counter):
        raise PasskeyNotAccepted
    return factor, said.is_user_verified()


def _named(sent: AuthenticationResponse, kind: str, account: Account | None) -> Factor:
    """The working passkey of that id, of this realm, and of this account where one is known already."""
    found = Factor.objects.working().filter(
        kind=FactorKind.PASSKEY,
        digest=_digest(sent.raw_id),
        account__in=Account.objects.usable().filter(kind=kind),
    )
    factor = (found.filter(account=account) if account else found).select_related("account").first()
    if factor is None:
        raise PasskeyNotAccepted
    return factor


@writes
def _count(factor: Factor, counter: int) -> bool:
    """Passkeys that count go up each time, many do not count at all (always 0): one that went back is a copy."""
    newer = Factor.objects.filter(Q(sign_count__lt=counter) | Q(sign_count=0), pk=factor.pk)
    return newer.exists() and factors.used(factor, sign_count=counter)


def _server() -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(id=host(), name=NAME), verify_origin=_is_ours)


def _is_ours(origin: str) -> bool:
    ours = urlsplit(settings.PUBLIC_URL)
    return origin == f"{ours.scheme}://{ours.netloc}"


def _verification(kind: str) -> UserVerificationRequirement:
    return (
        UserVerificationRequirement.REQUIRED if kind == Kind.STAFF else UserVerificationRequirement.PREFERRED
    )


def _credential(factor: Factor) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(factor.public))


def _remembered(state: dict[str, Any] | None) -> dict[str, Any]:
    if not state:
        raise PasskeyNotAccepted
    return state


def _parsed(answer: str) -> dict[str, Any]:
    parsed = json.loads(answer) if len(answer) <= MOST_SENT else None
    if not isinstance(parsed, dict):
        raise PasskeyNotAccepted
    return parsed


def _digest(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()
