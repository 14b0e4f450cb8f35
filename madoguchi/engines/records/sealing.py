"""What a registration was told, sealed under a key of its own: when that key goes, so does what was told."""

from __future__ import annotations

from typing import Any

from madoguchi.kernel import vault

from .models import Registration


def sealed(registration: Registration, values: dict[str, Any]) -> bytes:
    return vault.seal(registration.key, values, context=registration.context)


def values_of(registration: Registration) -> dict[str, Any]:
    """{field: value}; nothing of what was erased. Staff faces come here by `queries.look` only."""
    if not registration.sealed:
        return {}
    return vault.unseal(registration.key, bytes(registration.sealed), context=registration.context)
