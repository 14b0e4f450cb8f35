"""Cases told without names: for anybody, and for the staff's training."""

from __future__ import annotations

from django.db.models import QuerySet

from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, is_id

from .. import rules
from ..anonymity import signs
from ..models import Story

STATE = Story.State


def stories(shelf: str = "") -> list[Story]:
    """Those anybody may read, newest first."""
    rows = Story.objects.filter(state=STATE.PUBLISHED, is_public=True).select_related("division")
    return list(rows.filter(shelf=shelf) if shelf else rows)


def story(story_id: object) -> Story:
    """One of them. Raises NotFound."""
    return _one(Story.objects.filter(state=STATE.PUBLISHED, is_public=True), story_id)


def library(actor: Actor) -> list[Story]:
    """What staff learn from: everything two people have read, whatever division it came from."""
    rows = Story.objects.filter(state=STATE.PUBLISHED).select_related("division")
    return list(rows) if actor.is_staff else []


def stories_of(actor: Actor) -> list[Story]:
    """What the actor's divisions write, are asked about, or took back."""
    return list(_own(actor).exclude(state=STATE.PUBLISHED).order_by("-written_at", "-pk")[:200])


def story_for(actor: Actor, story_id: object) -> Story:
    """For staff: what is in the library, or of their own division. Raises NotFound."""
    found = _one(Story.objects.all(), story_id)
    if not actor.is_staff or not (found.state == STATE.PUBLISHED or may_write(actor, found)):
        raise NotFound
    return found


def own_story(actor: Actor, story_id: object) -> Story:
    """One of the actor's own division. Raises NotFound."""
    return _one(_own(actor), story_id)


def may_write(actor: Actor, story: Story) -> bool:
    return rules.works_in(actor, story.division_id)


def signs_in(story: Story) -> list[str]:
    """What looks as if it named somebody."""
    return signs(story.title, story.body)


def shelves() -> list[tuple[str, str]]:
    return [(key, str(label)) for key, label in rules.SHELVES.items()]


def checks() -> list[tuple[str, str]]:
    """What a writer makes sure of before two others read it."""
    return [(key, str(label)) for key, label in rules.CHECKS.items()]


def _own(actor: Actor) -> QuerySet[Story]:
    mine = actor.divisions_as(*rules.WORKING) if actor.is_staff else frozenset()
    return Story.objects.filter(division__in=mine).select_related("division")


def _one(rows: QuerySet[Story], story_id: object) -> Story:
    found = rows.select_related("division").filter(pk=str(story_id)).first() if is_id(story_id) else None
    if found is None:
        raise NotFound
    return found
