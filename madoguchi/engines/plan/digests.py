"""One way to digest what is frozen: SHA-256 over canonical JSON."""

from __future__ import annotations

import hashlib
import json


def digest_of(content: object) -> str:
    """The same content gives the same digest, whatever the order of its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
