"""Who may write, try and publish. The roles come with the chairs of the pack's posts."""

from __future__ import annotations

import uuid

from madoguchi.kernel.refs import Actor

from .models import Blueprint, PublicationRequest, Revision

AUTHOR, PUBLISHER, HEAD = "author", "publisher", "head"
SEES = (AUTHOR, PUBLISHER, HEAD)


def may_see(actor: Actor, blueprint: Blueprint) -> bool:
    """Those of the division who write or publish."""
    return actor.is_staff and blueprint.division_id in actor.divisions_as(*SEES)


def may_write(actor: Actor, division: str) -> bool:
    return actor.is_staff and actor.has_role(AUTHOR, in_=division)


def may_publish(actor: Actor, blueprint: Blueprint) -> bool:
    """Whether they hold the right at all; whether they wrote any of it is another question."""
    return actor.is_staff and blueprint.division_id in actor.divisions_as(PUBLISHER, HEAD)


def writers(blueprint: Blueprint, request: PublicationRequest) -> set[uuid.UUID]:
    """Everybody whose hand is in what is asked for: all who saved since the last publication, and who asked."""
    since = blueprint.published_revision or 0
    saved = Revision.objects.filter(blueprint=blueprint, number__gt=since, number__lte=request.revision)
    return {request.asked_by, *saved.values_list("by", flat=True)}
