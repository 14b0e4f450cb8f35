"""Codes people read out, type or send on: long enough that nobody guesses one, in letters nobody mixes up."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

# Without 0 O 1 I: 32 signs, so twelve of them are 60 bits.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 12


def new_code() -> str:
    """Such as 7KQM-2XPA-9HTR; kept only as its digest."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return "-".join(signs[at : at + 4] for at in range(0, LENGTH, 4))


def digest(typed: str) -> str:
    """The digest of what was typed; "" for what cannot be a code at all."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    signs = "".join(sign for sign in folded if sign in SIGNS)
    rest = [sign for sign in folded if sign not in SIGNS and sign not in " -‐‑‒–—―−ー\t\u3000"]
    if len(signs) != LENGTH or rest:
        return ""
    return hashlib.sha256(signs.encode()).hexdigest()
