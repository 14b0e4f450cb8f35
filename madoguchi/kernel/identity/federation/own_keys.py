"""The key with which we show a provider who we are (private_key_jwt, ES256), and its public half."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey


def make(path: Path, *, renew: bool = False) -> bool:
    """A new key in `path`, the first to be used from now on; False when there is one and it was not to be renewed.

    The one before stays published beside it, until the provider has read the new one.
    """
    before = read(path)
    if before and not renew:
        return False
    new = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    keys = [key.as_dict(private=True) for key in (new, *before[:1])]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({"keys": keys}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return True


def read(path: Path) -> list[ECKey]:
    """The keys of the file, the one in use first; none where there is no such file, or no key of ours in it."""
    try:
        kept = json.loads(path.read_text())
        return [ECKey.import_key(one) for one in kept["keys"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def public(path: Path) -> dict[str, Any]:
    """What a provider needs to know: the JWKS without the private halves."""
    return {"keys": [key.as_dict(private=False) for key in read(path)]}
