"""What a pack on disk says, before anybody applied it: for whoever writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from madoguchi.kernel import packs
from madoguchi.kernel.errors import NotFound

from ..fields import FieldRow, fields_of
from ..templates import written


def fields_of_pack(path: Path | str) -> list[FieldRow]:
    """項目台帳: every field the pack at `path` asks for, with ground, sensitivity and keeping time."""
    return fields_of(packs.PackFolder(packs.read(path)))


def procedure_of_pack(path: Path | str, key: str) -> tuple[Any, list[packs.Problem]]:
    """One procedure as it is after its overlay was laid over the template, and what is wrong. Raises NotFound."""
    folder = packs.PackFolder(packs.read(path))
    if not folder.has(f"procedures/{key}.yaml"):
        raise NotFound
    whole = [one for one in written(folder) if not one.is_template]
    found = [one.located for one in whole if one.located.value.procedure == key]
    here = [one for one in folder.problems if one.file.endswith(f"/{key}.yaml")]
    return (found[0].data if found else None), here
