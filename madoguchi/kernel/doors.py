"""The front door of a course that has tables: its verbs are loaded when first asked for.

Django imports an app's package before the tables of any app may be imported, so the package cannot
import its own services at the top; callers should still be able to say `audit.record(…)`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def door(package: str, **rooms: str) -> Callable[[str], Any]:
    """A module `__getattr__` (PEP 562): `rooms` maps a module name to the names found in it."""
    where = {name: module for module, names in rooms.items() for name in names.split()}

    def __getattr__(name: str) -> Any:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{where[name]}"), name)

    return __getattr__
