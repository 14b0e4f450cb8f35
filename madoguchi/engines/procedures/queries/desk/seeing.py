"""What a member of staff may see: for which looks a reason was recorded, and what 秘匿 keeps from them."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.forms.questions import Question
from madoguchi.kernel import audit, clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, Ref

from ... import rules
from ...models import Case

LOOK_LASTS = dt.timedelta(hours=1)
# What a look was at. Only the first opens the case: who copied a name has not read the claim.
WHOLE = gettext_noop("請求の全部")
POSTED = gettext_noop("郵送するもの（宛名と中身）")
BEGUN = gettext_noop("書きかけの受付")

# The role that opens addresses under 秘匿. It is never part of another role.
SEES_PROTECTED = "sees_protected"
# Kinds of questions that lead to where somebody is.
WHEREABOUTS = frozenset({"address", "phone", "email"})


def look_in_force(actor: Actor, case: Case, what: str = WHOLE) -> Event | None:
    """The actor's latest recorded look at `what`, while it counts: for an hour from the reason given."""
    return _in_force(case.ref, actor, what)


def draft_look_in_force(actor: Actor, draft: Draft) -> Event | None:
    """The same for a draft that a colleague began."""
    return _in_force(Ref.to(draft), actor, BEGUN)


def _in_force(ref: Ref, actor: Actor, what: str) -> Event | None:
    mine = audit.reads_about(ref).filter(actor_account=actor.account, what=what)
    return counts(mine.first())


def counts(look: Event | None) -> Event | None:
    """The look, if it is not older than an hour."""
    return look if look is not None and look.at > clock.now() - LOOK_LASTS else None


def is_protected(case: Case) -> bool:
    return case.applicant is not None and case.applicant.is_protected


def sees_whereabouts(actor: Actor, party: Party | None, division: str) -> bool:
    """Whether addresses of the party are open to this reader; the right counts in the division of the matter."""
    return party is None or not party.is_protected or actor.has_role(SEES_PROTECTED, in_=division)


def may_open_papers(actor: Actor, case: Case) -> bool:
    """The copy of the application, the letter, uploads and printed messages may all tell where somebody lives."""
    return sees_whereabouts(actor, case.applicant, case.division_id)


def is_hidden(question: Question, case: Case, actor: Actor) -> bool:
    """秘匿: where somebody is stays hidden from everyone without the named right."""
    return question.kind in WHEREABOUTS and not may_open_papers(actor, case)


def who_sees_protected(division: str) -> list[str]:
    """The names of those in the division who hold the right today, to be asked."""
    return [
        account.name
        for account in identity.people_of(division)
        if identity.actor_for(account).has_role(SEES_PROTECTED, in_=division)
    ]


def handled_divisions(actor: Actor) -> frozenset[str]:
    """The divisions whose cases this person handles; nobody but staff handles any."""
    return actor.divisions_as(*rules.HANDLING) if actor.is_staff else frozenset()
