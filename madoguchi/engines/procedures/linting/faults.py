"""What a rule of the linter looks at, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..definition import ProcedureDef
from ..procedure import Procedure


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: the dotted key it stands under, what is wrong, and a proposal."""

    key: str
    message: str
    hint: str
    is_error: bool = True


@dataclass(frozen=True)
class Looked:
    """One procedure, as written and compiled."""

    shape: ProcedureDef
    procedure: Procedure

    @cached_property
    def places(self) -> dict[str, str]:
        """Where each field of the form stands: its path -> the dotted key in the file."""
        found = {}
        for number, page in enumerate(self.shape.pages):
            for key, field in page.fields.items():
                found[key] = f"pages.{number}.fields.{key}"
                for inner in field.fields:
                    found[f"{key}.{inner}"] = f"pages.{number}.fields.{key}.fields.{inner}"
        return found
