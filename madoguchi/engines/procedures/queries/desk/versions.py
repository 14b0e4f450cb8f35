"""Open cases that stand on an older version of their procedure, and what moving them would do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Count

from madoguchi.kernel import packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor

from ... import moving
from ... import procedure as procedures
from ...models import Case
from ...procedure import KIND


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """The open cases of one procedure on one older version; `act` is "" when nothing moves them."""

    key: str
    title: str
    version: int
    newest: int | None  # None: the city no longer offers it
    cases: int
    act: str


@dataclass(frozen=True, slots=True)
class OlderCase:
    id: uuid.UUID
    receipt: str
    state: str
    seen: int
    due_on: object
    outlook: moving.Outlook


@dataclass(frozen=True, slots=True)
class VersionNote:
    """On the case: it does not stand on the newest version, which it is, and whether an act may move it."""

    version: int
    newest: int | None
    act: str


def older_versions(actor: Actor) -> list[OlderVersion]:
    """Per procedure and version, how many open cases of the divisions the actor decides for stand on it."""
    divisions = actor.divisions_as("head")
    counted = (
        Case.objects.open()
        .of_divisions(divisions)
        .filter(definition__kind=KIND, definition__withdrawn_at__isnull=False)
        .values("definition")
        .annotate(n=Count("pk"))
    )
    counts = {row["definition"]: row["n"] for row in counted}
    old = list(Definition.objects.filter(pk__in=counts).order_by("key", "version"))
    newest = {one.key: one for one in packs.definitions(KIND).filter(key__in={each.key for each in old})}
    words = packs.texts_of(old)
    return [
        OlderVersion(
            key=one.key,
            title=words[one.pk].get("title", one.key),
            version=one.version,
            newest=newest[one.key].version if one.key in newest else None,
            cases=counts[one.pk],
            act=_act(newest.get(one.key)),
        )
        for one in old
    ]


def older_cases(
    actor: Actor, key: str, version: int, *, page: int = 1, size: int = 50
) -> tuple[OlderVersion, Definition | None, list[OlderCase]]:
    """One leaf of a group (the earliest due first), each case with what a move would do. Raises NotFound."""
    group = next((one for one in older_versions(actor) if (one.key, one.version) == (key, version)), None)
    if group is None:
        raise NotFound
    to = packs.definitions(KIND).filter(key=key).first()
    start = max(page - 1, 0) * size
    rows = list(
        moving.cases_to_move()
        .filter(
            closed_at=None,
            division__in=actor.divisions_as("head"),
            definition__kind=KIND,
            definition__key=key,
            definition__version=version,
        )
        .order_by("due_on", "received_at", "pk")[start : start + size]
    )
    here = packs.texts(rows[0].definition) if rows else {}
    texts = packs.texts(to) if to is not None else {}
    return (
        group,
        to,
        [
            OlderCase(
                row.pk,
                row.receipt,
                here.get(f"flow.{row.state}.label", row.state),
                row.version,
                row.due_on,
                moving.outlook(row, to, texts) if to is not None else moving.Outlook(),
            )
            for row in rows
        ],
    )


def version_note(case: Case) -> VersionNote | None:
    """What the case page says when the case does not stand on the version in force; None when it does."""
    if case.definition.withdrawn_at is None:
        return None
    newest = packs.definitions(KIND).filter(key=case.definition.key).first()
    return VersionNote(
        case.definition.version,
        newest.version if newest else None,
        _act(newest) if not case.closed_at else "",
    )


def _act(newest: Definition | None) -> str:
    change = procedures.of(newest).shape.change if newest is not None else None
    return change.act if change is not None and change.moves_open_cases else ""
