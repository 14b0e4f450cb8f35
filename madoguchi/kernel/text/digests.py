"""One way to digest what can be written as JSON."""

from __future__ import annotations

import hashlib
import json


def digest_of(content: object) -> str:
    """SHA-256 over canonical JSON (keys sorted, no spaces, UTF-8): the same content, whatever the order of its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
