"""Codes of an authenticator app (RFC 6238): six digits that change every 30 seconds."""

from __future__ import annotations

import base64
import secrets

import pyotp
from django.utils.crypto import salted_hmac

from ... import clock, vault
from ...db import writes
from ...refs import Actor, new_id
from ..models import Account
from . import codes, factors, keys
from .errors import CodeAlreadyUsed, WrongSecondFactor
from .models import Factor, FactorKind

# One step to either side: phones' clocks are seconds off, and people type slowly.
STEPS_AROUND = 1


def new_nonce() -> str:
    """What a browser's session keeps while an app is being registered: no secret by itself."""
    return secrets.token_urlsafe(24)


def secret_of(nonce: str) -> str:
    """The 160 bits that go with a nonce, as an authenticator app takes them. Kept nowhere until they are sealed."""
    made = salted_hmac("madoguchi.identity.totp", nonce, algorithm="sha256").digest()[:20]
    return base64.b32encode(made).decode()


def address(secret: str, *, whose: str, issuer: str) -> str:
    """What the picture for the app holds (`otpauth://…`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=whose, issuer_name=issuer)


def register(*, account: Account, secret: str, typed: str, label: str, by: Actor) -> Factor:
    """Register the app that shows the right code for `secret` now. Raises WrongSecondFactor, TooManyFactors."""
    step = _step(secret, typed)
    if step is None:
        raise WrongSecondFactor
    return _keep(account=account, secret=secret, step=step, label=label, by=by)


@writes
def _keep(*, account: Account, secret: str, step: int, label: str, by: Actor) -> Factor:
    pk, key = new_id(), keys.of(account)
    sealed = vault.seal(key, {"secret": secret}, context=f"identity.factor:{pk}")
    return factors.keep(
        account=account,
        kind=FactorKind.TOTP,
        label=label,
        by=by,
        pk=pk,
        key=key,
        sealed=sealed,
        last_step=step,
    )


def check(*, account: Account, typed: str) -> Factor:
    """The app of the account that shows this code now. Raises WrongSecondFactor, CodeAlreadyUsed.

    One conditional UPDATE moves the last used step: of two browsers with the same code one comes in.
    """
    for factor in factors.of(account).filter(kind=FactorKind.TOTP).select_related("key"):
        step = _step(_secret(factor), typed)
        if step is None:
            continue
        if not _use(factor, step):
            raise CodeAlreadyUsed
        return factor
    raise WrongSecondFactor


@writes
def _use(factor: Factor, step: int) -> bool:
    newer = Factor.objects.filter(pk=factor.pk, stopped_at=None, last_step__lt=step)
    return bool(newer.update(last_step=step, last_used_at=clock.machine()))


def _secret(factor: Factor) -> str:
    assert factor.key is not None  # noqa: S101  kept with one
    return str(vault.unseal(factor.key, bytes(factor.sealed), context=factor.context)["secret"])


def _step(secret: str, typed: str) -> int | None:
    """The step of 30 seconds whose code this is, if it is one of now."""
    code = codes.folded(typed)
    if len(code) != 6 or not code.isdigit():
        return None
    app, now = pyotp.TOTP(secret), clock.machine().timestamp()
    here = int(now) // app.interval
    # Each step is looked at, right or wrong, so that the answer takes as long.
    found = [step for step in range(here - STEPS_AROUND, here + STEPS_AROUND + 1) if _is(app, code, step)]
    return found[-1] if found else None


def _is(app: pyotp.TOTP, code: str, step: int) -> bool:
    return app.verify(code, for_time=step * app.interval)
