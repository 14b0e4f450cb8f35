"""Finding the case of somebody who calls and does not know the number: by keyed digests, nothing is opened for it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db.models import Exists

from madoguchi.kernel import packs, vault
from madoguchi.kernel.identity.models import SEES_PROTECTED
from madoguchi.kernel.refs import Actor

from ...models import Case
from ...services.finding import BIRTH, NAME, PHONE, digits
from .rows import CHUNK, DeskRow, recalled, row_of
from .seeing import handled_divisions

MOST = 50


@dataclass(slots=True)
class FoundCases:
    """Cases that fit everything asked for, the latest first: numbers and days, no names. At most MOST."""

    rows: list[DeskRow] = field(default_factory=list)
    total: int = 0

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.rows)


def find_cases(actor: Actor, *, name: str = "", birth: str = "", phone: str = "") -> FoundCases:
    """The actor's cases in which somebody is stated who has this name (or family name), birth date, telephone.

    What is under 秘匿 is not found without the named right in the division of the case: that somebody is here
    at all says where they live. Whoever asks records the search (`services.record_search`) before showing it.
    """
    asked = [(NAME, name), (BIRTH, birth), (PHONE, digits(phone) if phone else "")]
    sets = [
        {uuid.UUID(about.rpartition(":")[2]) for about in vault.lookup(index, value)}
        for index, value in asked
        if value
    ]
    drafts = sorted(set.intersection(*sets)) if sets else []
    keys = _visible(actor, drafts)
    cases = list(
        Case.objects.filter(pk__in=keys[:MOST])
        .select_related("definition", "assigned", "decision", "applicant")
        .prefetch_related("steps")
        .annotate(recalled=Exists(recalled()))
        .order_by("-received_at", "-pk")
    )
    words = packs.texts_of({case.definition for case in cases})
    return FoundCases([row_of(case, actor, words[case.definition_id]) for case in cases], len(keys))


def _visible(actor: Actor, drafts: list[uuid.UUID]) -> list[uuid.UUID]:
    """The keys of the actor's cases among these drafts', the latest first."""
    found: list[tuple[dt.datetime, uuid.UUID]] = []
    keepers = actor.divisions_as(SEES_PROTECTED) if actor.is_staff else frozenset()
    for start in range(0, len(drafts), CHUNK):
        mine = Case.objects.of_divisions(handled_divisions(actor)).filter(
            draft__in=drafts[start : start + CHUNK]
        )
        rows = mine.values_list("received_at", "pk", "division", "applicant__is_protected")
        found += [(at, pk) for at, pk, division, hidden in rows if not hidden or division in keepers]
    return [pk for _at, pk in sorted(found, reverse=True)]
