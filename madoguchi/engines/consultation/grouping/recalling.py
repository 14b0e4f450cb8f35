"""Which of many texts are nearest to one: for what was answered before, while a new answer is written."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from .normal import normal

N = 2
NEAR = 0.12


def nearest(
    text: str, others: Sequence[str], *, most: int = 5, near: float = NEAR
) -> list[tuple[int, float]]:
    """Places in `others` with how near they are (0…1), the nearest first; what has next to nothing in common is left out.

    Cosine over character n-grams weighed by how rare they are (idf): what every opinion says (してほしい) counts little.
    """
    grams = [_grams(one) for one in others]
    mine = _grams(text)
    seen = Counter(gram for one in grams for gram in one)
    weights = {gram: math.log((len(grams) + 1) / (seen[gram] + 1)) + 1 for gram in seen.keys() | mine}
    length = _length(mine, weights)
    found = []
    for place, one in enumerate(grams):
        common = _square(mine & one, weights)
        if common and (index := common / (length * _length(one, weights))) >= near:
            found.append((place, round(index, 3)))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:most]


def _grams(text: str) -> frozenset[str]:
    plain = normal(text)
    return frozenset(plain[place : place + N] for place in range(max(len(plain) - N + 1, 0)))


def _square(grams: frozenset[str], weights: dict[str, float]) -> float:
    return sum(weights[gram] ** 2 for gram in grams)


def _length(grams: frozenset[str], weights: dict[str, float]) -> float:
    return math.sqrt(_square(grams, weights)) or 1.0
