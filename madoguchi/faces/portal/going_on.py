"""続きから: what a person left open, and what the office asks of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.engines.procedures import queries
from madoguchi.kernel.refs import Actor

MOST = 5


@dataclass(frozen=True, slots=True)
class GoingOn:
    href: str
    title: str
    note: str


def of(actor: Actor) -> list[GoingOn]:
    """What the office asks first, then the drafts; nothing for somebody who is not signed in."""
    if not actor.is_resident:
        return []
    asked = [
        GoingOn(
            reverse("portal:procedures:case", args=[case.id]),
            _("直してほしいところが%(n)sつあります") % {"n": case.wants_answer},
            _("受付番号 %(receipt)s") % {"receipt": case.receipt},
        )
        for case in queries.cases_of(actor)
        if case.wants_answer
    ]
    begun = [
        GoingOn(
            reverse("portal:procedures:draft", args=[draft.id]),
            draft.title,
            _("書きかけ・あと%(left)s問") % {"left": draft.left} if draft.left else _("あとは出すだけです"),
        )
        for draft in queries.drafts_of(actor)
    ]
    return [*asked, *begun][:MOST]
