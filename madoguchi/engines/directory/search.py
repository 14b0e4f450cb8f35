"""How divisions are found."""

from __future__ import annotations

from collections.abc import Iterator

from madoguchi.kernel.refs import Ref
from madoguchi.kernel.search import Found, register

from . import queries


def _divisions() -> Iterator[Found]:
    for division in queries.divisions():
        contact = getattr(division, "contact", None)
        words = (contact.does, contact.place) if contact else ()
        yield Found(
            Ref("directory", "division", division.key),
            title=division.name,
            text=" ".join(filter(None, (*words, division.department))),
            weight=0.8,
        )


register("division", _divisions)
