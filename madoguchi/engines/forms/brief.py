"""Answers that are kept only until the case is closed (`keep: until_closed`): sealed once more, under a key of their own.

That key lies in the draft, itself sealed. When it is dropped these answers can be read in no revision any more, while
the revisions themselves, which are only ever added to, stay as they are.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from madoguchi.kernel import vault

from .models import Draft

# Beside the answers in the sealed document.
BRIEF = "_brief"


def folded(draft: Draft, answers: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """The answers as they go into the sealed document: those of `keys` sealed once more, the others as they are."""
    brief = {key: value for key, value in answers.items() if key in keys}
    if not brief:
        return dict(answers)
    if not draft.sealed_brief_key:
        draft.sealed_brief_key = vault.seal_bytes(draft.key, secrets.token_bytes(32), _key_context(draft))
    sealed = vault.seal_with(_key(draft), brief, _context(draft))
    rest = {key: value for key, value in answers.items() if key not in brief}
    return rest | {BRIEF: base64.b64encode(sealed).decode()}


def unfolded(draft: Draft, document: dict[str, Any]) -> dict[str, Any]:
    """The answers again; without the brief ones when their key is gone."""
    sealed = document.pop(BRIEF, "")
    if not sealed or not draft.sealed_brief_key:
        return document
    return document | vault.unseal_with(_key(draft), base64.b64decode(sealed), _context(draft))


def keys_in(draft: Draft, context: str) -> frozenset[str]:
    """The brief answers the draft holds now."""
    document = vault.unseal(draft.key, bytes(draft.sealed), context=context)
    return frozenset(unfolded(draft, {BRIEF: document[BRIEF]})) if BRIEF in document else frozenset()


def _key(draft: Draft) -> bytes:
    return vault.unseal_bytes(draft.key, bytes(draft.sealed_brief_key), _key_context(draft))


def _key_context(draft: Draft) -> str:
    return f"forms.brief_key:{draft.pk}"


def _context(draft: Draft) -> str:
    return f"forms.brief:{draft.pk}"
