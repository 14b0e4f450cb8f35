"""The secret key of the web process: given, or made once and kept."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def kept_key(path: Path, given: str | None) -> str:
    """The key given by the operator, or one made once and kept at `path`."""
    if given:
        return given
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _keep_whole(path, secrets.token_urlsafe(50))
        return path.read_text()
    except OSError:
        # A read-only disk: `mado` says so in one line before anything is served.
        return secrets.token_urlsafe(50)


def _keep_whole(path: Path, text: str) -> None:
    """Write it beside its place and link it there: of processes that start at once all read the same whole file."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="secret.") as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(new.name, path)
