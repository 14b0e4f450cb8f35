"""What opens a door: made at random, shown once, kept as a digest.

256 random bits are never guessed, so a plain SHA-256 is enough; slow password hashes are for what people think up.
"""

from __future__ import annotations

import hashlib
import secrets

ACCESS, REFRESH, CODE, KEY, CLIENT = "mado_at_", "mado_rt_", "mado_ac_", "mado_key_", "mado_cs_"
TERMINAL = "mado_tm_"


def made(kind: str) -> str:
    """A new secret. Its beginning says what it is, so that a scanner finds one that leaked."""
    # People call a key by the beginning of its random part: with "-" first, a shell would take it for an option.
    while not (random := secrets.token_urlsafe(32))[0].isalnum():
        pass
    return kind + random


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_same(secret: str, kept: str) -> bool:
    """Whether `kept` is the digest of `secret`; takes as long either way."""
    return bool(kept) and secrets.compare_digest(digest(secret), kept)
