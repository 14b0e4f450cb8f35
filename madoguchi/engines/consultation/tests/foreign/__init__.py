"""Results documents of municipalities that do not exist, in layouts that municipalities use. Every word is invented."""

from __future__ import annotations

from . import damaged, fields, labels, lists, marks, parts, tables, turned, wrapped
from .shape import Foreign

__all__ = ["DOCUMENTS", "Foreign"]

DOCUMENTS = tuple(
    document
    for module in (tables, parts, marks, labels, lists, damaged, wrapped, fields, turned)
    for document in module.DOCUMENTS
)
