"""Words of residents, sealed under the data key of their comment: when that key goes, so do the words."""

from __future__ import annotations

import hashlib
from typing import Any

from madoguchi.kernel import vault
from madoguchi.kernel.errors import NotFound

from .models import Arrival, Comment, Original, Part, Unsent


def sealed_original(comment: Comment, original_id: Any, content: dict[str, Any]) -> bytes:
    return vault.seal(comment.key, content, context=f"consultation.original:{original_id}")


def original(comment: Comment) -> dict[str, Any]:
    """What came in, exactly: {parts: [{unit, text}], …}."""
    kept: Original = comment.original
    if not kept.sealed:
        return {"parts": []}  # erased
    return vault.unseal(comment.key, bytes(kept.sealed), context=f"consultation.original:{kept.pk}")


def seal_part(part: Part, comment: Comment, text: str) -> bytes:
    return vault.seal(comment.key, {"text": text}, context=f"consultation.part:{part.pk}")


def text_of(part: Part) -> str:
    """The words of one part; none of what was erased."""
    content = bytes(part.sealed_text)
    if not content:
        return ""
    return str(vault.unseal(part.comment.key, content, context=f"consultation.part:{part.pk}")["text"])


def seal_unsent(unsent: Unsent, content: dict[str, Any]) -> bytes:
    return vault.seal(unsent.key, content, context=f"consultation.unsent:{unsent.pk}")


def unsent_content(unsent: Unsent) -> dict[str, Any]:
    return vault.unseal(unsent.key, bytes(unsent.sealed_content), context=f"consultation.unsent:{unsent.pk}")


def seal_arrival(arrival: Arrival, content: dict[str, Any]) -> bytes:
    return vault.seal(_key_of(arrival), content, context=f"consultation.arrival:{arrival.pk}")


def arrival_content(arrival: Arrival) -> dict[str, Any]:
    """{subject, sender, notes}; nothing of what was erased."""
    if not arrival.sealed:
        return {}
    return vault.unseal(_key_of(arrival), bytes(arrival.sealed), context=f"consultation.arrival:{arrival.pk}")


def _key_of(arrival: Arrival) -> vault.DataKey:
    key = arrival.comment.key if arrival.comment is not None else arrival.key
    if key is None:
        raise NotFound
    return key


def digest_of_secret(secret: str) -> str:
    """What is kept of the secret in an address: SHA-256. It has 192 random bits, so that a slow hash adds nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
