"""What is known of the last copy: one small file under var/, read by `mado doctor`."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass

from ..places import var

KEPT = "backup.json"


@dataclass(frozen=True, slots=True)
class Last:
    """The last copy, and when it was read through last with what outcome."""

    made_at: str
    place: str
    manifest: str  # the digest of its manifest: another copy at the same place is not this one
    files: int
    size: int
    checked_at: str = ""
    is_whole: bool = False

    @property
    def made(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.made_at)


def read() -> Last | None:
    """The last copy on record; None when there is none, or when its line cannot be read."""
    try:
        said = json.loads((var() / KEPT).read_text(encoding="utf-8"))
        last = Last(**said)
        return last if last.made.tzinfo is not None else None
    except (FileNotFoundError, ValueError, TypeError):
        return None


def keep(last: Last) -> None:
    """Whole under its name, or as it was."""
    path = var() / KEPT
    new = path.with_suffix(".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(last), file, ensure_ascii=False, indent=1)
    new.replace(path)
