"""The packages this installation may have, as requirements/*.lock names them, beside those it really has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import Any

from .places import ROOT

LOCKS = ROOT / "requirements"
_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\]+))?"
)
_HASH = re.compile(r"--hash=sha256:(?P<digest>[0-9a-f]{64})")
_VIA = re.compile(r"^\s+#\s+(?:via\s*)?(?P<by>[^#]*)$")


@dataclass(slots=True)
class Locked:
    """One package of a lock. `hashes`: of each file that may be installed as it. `needed_by`: who asked for it."""

    name: str
    version: str
    marker: str = ""
    hashes: list[str] = field(default_factory=list)
    needed_by: list[str] = field(default_factory=list)

    @property
    def is_ours(self) -> bool:
        """Named in requirements/*.in, not only by another package."""
        return any(by.startswith("-r ") for by in self.needed_by)


def normal(name: str) -> str:
    """One spelling for `Foo_Bar` and `foo.bar`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read(lock: str = "app", folder: Path | None = None) -> list[Locked]:
    """The packages of `<lock>.lock`, in its order. Raises OSError when there is no such file."""
    found: list[Locked] = []
    for line in ((folder or LOCKS) / f"{lock}.lock").read_text(encoding="utf-8").splitlines():
        if pin := _PIN.match(line):
            found.append(Locked(normal(pin["name"]), pin["version"], (pin["marker"] or "").strip()))
        elif found:
            found[-1].hashes += _HASH.findall(line)
            if (via := _VIA.match(line)) and via["by"].strip():
                found[-1].needed_by.append(via["by"].strip())
    return found


def installed(name: str) -> str:
    """The version that is really here; "" when it is not."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def licence(name: str) -> str:
    """What the package says of its licence: an SPDX expression where it gives one, "" where it says nothing."""
    try:
        said: Any = metadata(name)
    except PackageNotFoundError:
        return ""
    if expression := said.get("License-Expression"):
        return str(expression)
    named = [
        line.rpartition("::")[2].strip()
        for line in said.get_all("Classifier") or []
        if line.startswith("License ::") and line.count("::") > 1
    ]
    short = (said.get("License") or "").strip()
    # Some put the whole text there: that is no name.
    return short if short and "\n" not in short and len(short) < 60 else " / ".join(named)
