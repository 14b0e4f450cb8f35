"""Who may write, try and publish. The roles come with the chairs of the pack's posts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from madoguchi.kernel.refs import Actor

from .models import Blueprint, PracticeRun, PublicationRequest, Revision

AUTHOR, PUBLISHER, HEAD = "author", "publisher", "head"
ASKED = "ask"  # the page on which a revision was saved by asking to publish it
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
    return {request.asked_by, *saved.values_list("by", flat=True), *_brought_back(blueprint, request, since)}


def _brought_back(blueprint: Blueprint, request: PublicationRequest, since: int) -> set[uuid.UUID]:
    """Who once wrote a file that was not published then and is asked for now.

    A colleague who takes in somebody's zip, or types an old text again, does not become the one who wrote it. What
    was written outside of this desk is known only by who brought it.
    """
    if not since:
        return set()  # everybody who ever saved is counted already
    texts: dict[int, dict[str, str]] = {}
    rows = Revision.objects.filter(blueprint=blueprint, number__lte=request.revision).order_by("number")
    hands: dict[int, uuid.UUID] = {}
    for number, files, by in rows.values_list("number", "files", "by"):
        texts[number], hands[number] = _unnumbered(files), by
    asked, published = texts.get(request.revision, {}), texts.get(since, {})
    news = {name: text for name, text in asked.items() if text != published.get(name)}
    return {
        hands[number]
        for number in texts
        if number <= since
        for name, text in news.items()
        if texts[number].get(name) == text != texts.get(number - 1, {}).get(name)
    }


_NUMBERED = re.compile(r"^(?:version|checked_on):.*\n", re.MULTILINE)


def _unnumbered(files: Mapping[str, str]) -> dict[str, str]:
    """The files without what asking for publication writes into them."""
    return {name: _NUMBERED.sub("", text) for name, text in files.items()}


def is_tried(blueprint: Blueprint, revision: int) -> bool:
    """Whether a practised case of this text was decided: asking makes a revision that differs in its numbers alone."""
    made = dict(
        Revision.objects.filter(blueprint=blueprint, number__lte=revision).values_list("number", "what")
    )
    same = [revision]
    while made.get(same[-1]) == ASKED:
        same.append(same[-1] - 1)
    return PracticeRun.objects.filter(
        blueprint=blueprint, revision__in=same, decided_at__isnull=False
    ).exists()
