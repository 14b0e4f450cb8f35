"""The four published documents and what must come out of them, where they are beside this repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[5] / "shared"
ORACLE = SHARED / "design" / "oracle.json"
NAMES = ("000", "001", "002", "003")

needs_seeds = pytest.mark.skipif(
    not ORACLE.exists() or not (SHARED / "seeds").exists(),
    reason="the published documents (../shared/seeds) and their oracle (../shared/design/oracle.json) are not here",
)


def seed(name: str) -> Path:
    return next((SHARED / "seeds").glob(f"{name}_*.txt"))


def oracle(name: str) -> dict[str, Any]:
    return json.loads(ORACLE.read_text(encoding="utf-8"))["files"][name]
