"""What would stay if somebody asked to be forgotten, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from madoguchi.kernel import packs
from madoguchi.kernel.refs import Actor

from ...models import Case


@dataclass(frozen=True, slots=True)
class Stays:
    """A case that is kept, and until when at the least; None where no day is set."""

    receipt: str
    title: str
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What is still under way, and what the law keeps."""

    open: list[Stays]
    kept: list[Stays]


def what_stays(actor: Actor) -> Forgetting:
    """Of whoever asks. In a fixed number of queries."""
    cases = list(
        Case.objects.filter(applicant=actor.party)
        .select_related("definition", "term")
        .order_by("-received_at")
    )
    titles = packs.texts_of([case.definition for case in cases])
    made = [
        (
            case.closed_at is None,
            Stays(case.receipt, titles[case.definition_id].get("title", ""), _until(case)),
        )
        for case in cases
    ]
    return Forgetting(
        [one for is_open, one in made if is_open], [one for is_open, one in made if not is_open]
    )


def _until(case: Case) -> dt.date | None:
    term = getattr(case, "term", None)
    return term.disposes_on if term is not None else None
