"""How anything in the city is changed and, where it is hot, asked: on either database."""

from .append_only import only_added, only_added_but_erased, only_added_but_practice
from .gate import alone, stands_alone, within, writes
from .often import Given, Prepared, added, done, gathered, rows, together

__all__ = [
    "Given",
    "Prepared",
    "added",
    "alone",
    "done",
    "gathered",
    "only_added",
    "only_added_but_erased",
    "only_added_but_practice",
    "rows",
    "stands_alone",
    "together",
    "within",
    "writes",
]
