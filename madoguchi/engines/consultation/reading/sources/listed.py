"""Places of a file named in a note: not more than a person looks up."""

from __future__ import annotations

from collections.abc import Iterable

_NAMED = 20


def listed(places: Iterable[object]) -> str:
    named = [str(place) for place in places]
    return "・".join(named[:_NAMED]) + ("…" if len(named) > _NAMED else "")
