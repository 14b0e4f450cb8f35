"""The list of a division's own procedures, and what one may begin from."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from madoguchi.kernel import packs
from madoguchi.kernel.refs import Actor

from .. import rules
from ..models import Blueprint, PublicationRequest
from ..pack import KIND

MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    id: uuid.UUID
    title: str
    key: str
    division: str
    state: str  # draft | asked | published | changed | withdrawn
    saved_at: dt.datetime
    saved_by: str
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class Startable:
    """Something to begin from; `value` is what the form sends."""

    value: str
    title: str
    summary: str
    key: str


def listing(actor: Actor) -> list[Row]:
    """What the actor's divisions write, the latest first. Two queries, however many."""
    mine = Blueprint.objects.filter(division__in=actor.divisions_as(*rules.SEES)).select_related("division")
    blueprints = list(mine[:MOST])
    asked = {
        one.blueprint_id: one
        for one in PublicationRequest.objects.filter(
            blueprint__in=[one.pk for one in blueprints], state=PublicationRequest.State.OPEN
        )
    }
    return [
        Row(
            id=one.pk,
            title=one.title,
            key=one.key,
            division=one.division.name,
            state=state_of(one, asked.get(one.pk)),
            saved_at=one.saved_at,
            saved_by=one.saved_by_name,
            asked_by=asked[one.pk].asked_by_name if one.pk in asked else "",
        )
        for one in blueprints
    ]


def state_of(blueprint: Blueprint, request: PublicationRequest | None) -> str:
    if request is not None:
        return "asked"
    if blueprint.published_revision == blueprint.revision:
        return "published"
    if blueprint.published_revision is not None:
        return "changed"
    return "withdrawn" if blueprint.withdrawn_at else "draft"


def waiting(actor: Actor) -> int:
    """How many requests wait for the actor's divisions: for who may answer them."""
    divisions = actor.divisions_as(rules.PUBLISHER, rules.HEAD)
    open_ones = PublicationRequest.objects.filter(
        state=PublicationRequest.State.OPEN, blueprint__division__in=divisions
    )
    return open_ones.exclude(asked_by=actor.account).count() if divisions and actor.account else 0


def startable(actor: Actor, division: str) -> tuple[list[Startable], list[Startable]]:
    """(templates, the division's procedures in force) one may begin from."""
    templates = [
        Startable(f"template:{one.key}", one.body["title"], one.body["summary"], one.body["key"])
        for one in packs.definitions(KIND)
    ]
    found = [one for one in packs.definitions("procedure") if one.body.get("division") == division]
    words = packs.texts_of(found)
    own = [
        Startable(
            f"procedure:{one.key}",
            words[one.pk].get("title", one.key),
            words[one.pk].get("summary", ""),
            f"{one.key.replace('.', '_')}2.copy",
        )
        for one in found
    ]
    return templates, own
