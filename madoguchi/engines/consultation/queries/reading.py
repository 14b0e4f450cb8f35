"""What published results documents say. Pure reading: no row is touched, and no database is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from madoguchi.kernel.errors import Refusal

from ..reading import Reading, read
from ..reading.as_json import VERSION, told, told_merged
from ..reading.merging import Document, merge_all

__all__ = ["Documents", "read_documents"]


@dataclass(frozen=True, slots=True)
class Documents:
    """`readings`: one for each file that could be read. `documents`: the same, files of one document put together."""

    readings: list[Reading]
    documents: list[Document]
    refused: list[tuple[str, Refusal]]

    @property
    def merged(self) -> list[Document]:
        return [document for document in self.documents if document.reports]

    def as_json(self) -> dict[str, Any]:
        return {
            "format": "madoguchi-opinions",
            "version": VERSION,
            "documents": [told(reading) for reading in self.readings],
            "merged": [told_merged(document) for document in self.merged],
            "refused": [
                {"file": name, "code": refusal.code, "message": str(refusal)}
                for name, refusal in self.refused
            ],
        }


def read_documents(
    files: Sequence[tuple[str, bytes]], titles: Mapping[str, tuple[int | None, int | None]] | None = None
) -> Documents:
    """Read every file; one that is refused does not stop the others. `titles` of plan items give lost numbers."""
    readings: list[Reading] = []
    refused: list[tuple[str, Refusal]] = []
    for name, data in files:
        try:
            readings.append(read(name, data, titles))
        except Refusal as refusal:
            refused.append((name, refusal))
    return Documents(readings, merge_all([reading for reading in readings if reading.is_read]), refused)
