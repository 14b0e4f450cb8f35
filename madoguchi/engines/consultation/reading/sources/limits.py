"""How much of a document is read. Beyond it the staff are asked to divide the file; nothing is cut off silently."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .outcome import Beyond


@dataclass(frozen=True, slots=True)
class Limits:
    size: int = 50 * 1024 * 1024  # bytes, as it comes and unfolded
    unfolded: int = 500 * 1024 * 1024  # bytes of everything inside an .xlsx or .docx
    pages: int = 500
    rows: int = 100_000  # lines and rows of tables together
    cells: int = 1_000_000
    seconds: int = 240  # of reading, by the clock
    memory: int = 1536 * 1024**2  # of the child that reads

    def told(self) -> dict[str, Any]:
        return asdict(self)


DEFAULT = Limits()


class Count:
    """Counts what is read, and stops where it is enough."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.rows, self.cells = limits, 0, 0

    def row(self, cells: int = 1) -> None:
        self.rows += 1
        self.cells += cells
        if self.rows > self.limits.rows:
            raise Beyond("rows")
        if self.cells > self.limits.cells:
            raise Beyond("cells")
