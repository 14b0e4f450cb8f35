"""Public ids and references."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import uuid_utils


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): sorts by time of birth, so that indexes grow at one end only."""
    return uuid.UUID(int=uuid_utils.uuid7().int)


def is_id(text: object) -> bool:
    """Whether something typed can be a public id at all."""
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Ref:
    """Points at a thing of any engine without importing it: `procedures:case:0198…`."""

    engine: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.engine}:{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """The Ref that `str(ref)` wrote. Raises ValueError for anything else."""
        parts = text.split(":", 2)
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"not a reference: {text!r}")
        return cls(*parts)

    @classmethod
    def to(cls, row: object) -> Ref:
        """The Ref of a model row: engine and kind are its app label and model name."""
        meta = row._meta  # type: ignore[attr-defined]
        return cls(meta.app_label, meta.model_name, str(row.pk))  # type: ignore[attr-defined]
