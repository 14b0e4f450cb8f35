"""Cases told without names: written, read by two other people, published or kept for training, withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi.engines.approvals import services as approvals
from madoguchi.kernel import audit, clock, text
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.refs import Actor, Ref

from .. import rules
from ..anonymity import signs
from ..errors import SayWhyStory, StoryNamesSomebody, StorySettled, StoryUnchecked, StoryUnclear
from ..models import Story

ROUTE = "jirei"
DRAFT, ASKED, PUBLISHED, WITHDRAWN = Story.State.values
MOST_TITLE, MOST_BODY = 100, 10_000


@dataclass(frozen=True, slots=True)
class StoryIn:
    """What is told. `is_public` is no for what only staff learn from."""

    shelf: str
    title: str
    body: str
    is_public: bool = True


@writes
def write_story(*, division: str, given: StoryIn, by: Actor, about: Ref | None = None) -> Story:
    """Begin to tell a case. Names may still be in it: it is shown to nobody outside the division yet.

    Raises StoryUnclear, NotAllowed.
    """
    rules.check_works_in(by, division)
    story = Story.objects.create(
        division_id=division,
        about=str(about or ""),
        written_by=by.account,
        written_at=clock.now(),
        **_checked(given),
    )
    audit.record("records.story_written", story.ref, by=by)
    return story


@writes
def change_story(*, story: Story, given: StoryIn, by: Actor, seen: int | None = None) -> Story:
    """Word it anew, while it is a draft. Raises StoryUnclear, StorySettled, SomebodyWasFaster, NotAllowed."""
    rules.check_works_in(by, story.division_id)
    _still(story, DRAFT)
    story = _change(story, seen, written_by=by.account, written_at=clock.now(), **_checked(given))
    audit.record("records.story_changed", story.ref, by=by)
    return story


@writes
def ask_review(*, story: Story, checked: Collection[str], by: Actor, seen: int | None = None) -> Story:
    """Put it before two others. Not while it looks as if it named somebody, nor with a point of the list unchecked.

    Raises StoryNamesSomebody, StoryUnchecked, StorySettled, approvals' AlreadyAsked, SomebodyWasFaster, NotAllowed.
    """
    rules.check_works_in(by, story.division_id)
    _still(story, DRAFT)
    if found := signs(story.title, story.body):
        raise StoryNamesSomebody(found="、".join(found))
    if not set(rules.CHECKS) <= set(checked):
        raise StoryUnchecked
    story = _change(story, seen, state=ASKED)
    approvals.ask(
        about=story.ref,
        title=_("事例：%(title)s") % {"title": story.title},
        summary=_paper(story),
        route=ROUTE,
        division=story.division_id,
        digest=digest(story),
        by=by,
        written_by=story.written_by,
    )
    audit.record("records.story_asked", story.ref, by=by)
    return story


@writes
def withdraw_story(*, story: Story, why: str, by: Actor, seen: int | None = None) -> Story:
    """Take it back, from whoever reads it or from its way. Raises SayWhyStory, StorySettled, SomebodyWasFaster, NotAllowed."""
    rules.check_works_in(by, story.division_id)
    if story.state == WITHDRAWN:
        raise StorySettled
    if not why.strip():
        raise SayWhyStory
    text.refuse_my_number(why)
    if story.state == ASKED:
        approvals.give_up(about=story.ref, by=by)
        story.refresh_from_db()
        seen = None
    story = _change(story, seen, state=WITHDRAWN, withdrawn_at=clock.now(), withdrawn_why=why.strip()[:300])
    audit.record("records.story_withdrawn", story.ref, by=by)
    return story


def approved(*, about: Ref, digest_then: str, by: Actor) -> None:
    """Two people have read it. Words that changed meanwhile are not approved by it."""
    story = Story.objects.filter(pk=about.id, state=ASKED).first()
    if story is None:
        return
    if digest(story) != digest_then or signs(story.title, story.body):
        _change(story, None, state=DRAFT)
        return
    _change(story, None, state=PUBLISHED, published_at=clock.now())
    audit.record("records.story_published", story.ref, by=by, facts={"public": story.is_public})


def sent_back(*, about: Ref, by: Actor) -> None:
    """差し戻し, or taken back: it can be written again."""
    story = Story.objects.filter(pk=about.id, state=ASKED).first()
    if story is not None:
        _change(story, None, state=DRAFT)


def digest(story: Story) -> str:
    """Which words, for whom: what an approval is of."""
    return text.digest_of([story.shelf, story.title, story.body, story.is_public])


def _paper(story: Story) -> str:
    whose = _("だれでも読めます") if story.is_public else _("職員の研修だけに使います")
    return f"{story.title}\n\n{whose}\n\n{story.body}"


def _still(story: Story, state: str) -> None:
    if story.state != state:
        raise StorySettled


def _change(story: Story, seen: int | None, **columns: Any) -> Story:
    mine = Story.objects.filter(
        pk=story.pk, version=story.version if seen is None else seen, state=story.state
    )
    if not mine.update(version=F("version") + 1, **columns):
        raise SomebodyWasFaster
    story.refresh_from_db()
    return story


def _checked(given: StoryIn) -> dict[str, Any]:
    title, body = given.title.strip(), given.body.strip()
    if given.shelf not in rules.SHELVES:
        raise StoryUnclear(what=_("どこに置くか"))
    if not title or len(title) > MOST_TITLE:
        raise StoryUnclear(what=_("題名（%(most)d文字まで）") % {"most": MOST_TITLE})
    if not body or len(body) > MOST_BODY:
        raise StoryUnclear(what=_("内容（%(most)d文字まで）") % {"most": MOST_BODY})
    text.refuse_my_number(title, body)
    return {"shelf": given.shelf, "title": title, "body": body, "is_public": given.is_public}
