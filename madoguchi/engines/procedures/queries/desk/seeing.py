"""What a member of staff may see: for which looks a reason was recorded, and what 秘匿 keeps from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext_noop

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.forms.questions import Question
from madoguchi.kernel import audit, clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor, Ref

from ... import rules
from ...models import Case

LOOK_LASTS = dt.timedelta(hours=1)
# What a look was at. Only rules.WHOLE opens the case: who copied a name has not read the claim.
POSTED = gettext_noop("郵送するもの（宛名と中身）")
BEGUN = gettext_noop("書きかけの受付")


def look_in_force(actor: Actor, case: Case, what: str = rules.WHOLE) -> Event | None:
    """The actor's latest recorded look at `what`, while it counts: for an hour from the reason given."""
    return _in_force(case.ref, actor, what)


def draft_look_in_force(actor: Actor, draft: Draft) -> Event | None:
    """The same for a draft that a colleague began."""
    return _in_force(Ref.to(draft), actor, BEGUN)


def _in_force(ref: Ref, actor: Actor, what: str) -> Event | None:
    mine = audit.reads_about(ref).filter(actor_account=actor.account, what=what)
    return counts(mine.first())


def counts(look: Event | None) -> Event | None:
    """The look, if it is not older than an hour and whoever gave the reason has not signed out since."""
    if look is None or look.at <= clock.now() - LOOK_LASTS:
        return None
    own = audit.events_about(Ref("identity", "account", str(look.actor_account)))
    return None if own.filter(verb="signed_out", at__gte=look.at).exists() else look


def is_protected(case: Case) -> bool:
    return rules.is_protected(case)


def is_hidden(question: Question, case: Case, actor: Actor) -> bool:
    """秘匿: where somebody is stays hidden from everyone without the named right."""
    return question.kind in rules.WHEREABOUTS and not rules.may_open_papers(actor, case)


def emptied(question: Question) -> Question:
    """The same question without the answer that this reader may not see."""
    return replace(question, value=None, inputs=dict.fromkeys(question.inputs, ""), shown="")


def who_sees_protected(division: str) -> list[str]:
    """The names of those in the division who hold the right today, to be asked."""
    return [
        account.name
        for account in identity.people_of(division)
        if identity.actor_for(account).has_role(rules.SEES_PROTECTED, in_=division)
    ]


def handled_divisions(actor: Actor) -> frozenset[str]:
    """The divisions whose cases this person handles; nobody but staff handles any."""
    return actor.divisions_as(*rules.HANDLING) if actor.is_staff else frozenset()
