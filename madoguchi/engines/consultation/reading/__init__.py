"""From a published results document to what it says: opinions, answers, categories, and every doubt."""

from .reading import read, read_source
from .result import Check, LegendEntry, Meta, Part, Period, Problem, Read, Reading, ReadOpinion

__all__ = [
    "Check",
    "LegendEntry",
    "Meta",
    "Part",
    "Period",
    "Problem",
    "Read",
    "ReadOpinion",
    "Reading",
    "read",
    "read_source",
]
