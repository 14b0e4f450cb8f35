"""Who may do what with a case."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_noop

from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.identity.services import SEES_PROTECTED
from madoguchi.kernel.refs import Actor

from .definition import StateDef
from .errors import GapsOpen, NeedsHead, SignaturesAwaited
from .models import Case, Decision, Misissue, Sharing
from .past import Past

HANDLING = ("clerk", "head")
REVIEWER = "reviewer"  # 緊急閲覧の点検
EXPORT_APPROVER = "export_approver"  # 大量の書き出しを承認する人
# Kinds of questions that lead to where somebody is.
WHEREABOUTS = frozenset({"address", "phone", "email"})
# What a look was at when somebody opened the case itself; narrower looks have words of their own.
WHOLE = gettext_noop("請求の全部")
STORY = gettext_noop("誤交付のいきさつ")
STORY_READ = gettext_noop("誤交付の記録の確認")
# Found by name, birth date or telephone: the list tells that somebody is here.
SEARCHED = gettext_noop("氏名などからの検索")
FOUND = gettext_noop("見つかった手続きの名前と受付番号")


def may_handle(actor: Actor, case: Case) -> bool:
    """Who handles the cases of a division: those who sit there as clerk or head."""
    return actor.is_staff and case.division_id in actor.divisions_as(*HANDLING)


def may_judge(actor: Actor, division: str) -> bool:
    """Who judges what was opened in an emergency: a head of the division of the case, or a reviewer of the city."""
    return actor.is_staff and (actor.has_role("head", in_=division) or actor.has_role(REVIEWER))


def may_read_shared(actor: Actor, sharing: Sharing) -> bool:
    """共有: who handles cases in the division it was opened to, while consent or law stand."""
    return (
        actor.is_staff and sharing.to_division_id in actor.divisions_as(*HANDLING) and sharing.state == "now"
    )


def may_ask_export(actor: Actor, division: str) -> bool:
    """書き出し: who handles cases there."""
    return actor.is_staff and division in actor.divisions_as(*HANDLING) - actor.former


def may_approve_export(actor: Actor, division: str) -> bool:
    """The head there, or who is named for large ones."""
    return actor.is_staff and (actor.has_role("head", in_=division) or actor.has_role(EXPORT_APPROVER))


def sees_whereabouts(actor: Actor, party: Party | None, division: str) -> bool:
    """秘匿: where a protected party is stays open only to who holds the named right in the matter's division."""
    return party is None or not party.is_protected or actor.has_role(SEES_PROTECTED, in_=division)


def is_protected(case: Case) -> bool:
    return case.applicant is not None and case.applicant.is_protected


def may_open_papers(actor: Actor, case: Case) -> bool:
    """The copy of the application, the letter, uploads and printed messages may all tell where somebody lives."""
    return sees_whereabouts(actor, case.applicant, case.division_id)


def is_own(actor: Actor, case: Case) -> bool:
    """Whether the resident acts for the party the case is about, whichever way it came in, and still may."""
    is_theirs = actor.is_resident and actor.party is not None and case.applicant_id == actor.party
    return is_theirs and may_act(actor, case.definition.key)


def may_act(actor: Actor, procedure: str) -> bool:
    """代理: whether the mandate somebody acts under names this procedure and is in force at this moment.

    The one place that asks. Inside a transaction the mandate cannot be taken back until that is over, so a deed
    and the end of its mandate never pass each other by. Who acts for themselves may.
    """
    return actor.mandate is None or (actor.covers(procedure) and mandates.stands(actor))


def check_may_act(actor: Actor, procedure: str) -> None:
    """Raises NotFound: what one may no longer do, one may not know of either."""
    if not may_act(actor, procedure):
        raise NotFound


def check_may_leave(actor: Actor, state: StateDef, case: Case) -> Actor:
    """Who moves the case on, as they are written down (see `steps.handled`).

    Raises NeedsHead where only who decides for this division may.
    """
    if state.by != "head":
        return actor
    if not actor.has_role("head", in_=case.division_id):
        raise NeedsHead
    return actor.named_for(case.division_id, "head")


def passed_on_by(case: Case) -> uuid.UUID | None:
    """Who brought the case forward to where it is, by the flow; they are not its second person.

    A step back, after a mistake was found, changes nothing about that, and neither does an answer that came. Each
    step is read by the version it was made by: what a newer one calls the state it came from makes nobody second.
    """
    past = Past(case)
    into = past.into_here()
    passed_on = [step for step in into if past.left(step).tell != "returned"]
    return (passed_on or into)[0].by if into else None


def may_reassign(actor: Actor, case: Case) -> bool:
    """What nobody holds anybody gives; what somebody holds, only they, who stands in for them, and the head."""
    if case.assigned_id is None or case.assigned_id in {actor.account, *actor.stands_in_for}:
        return True
    return actor.has_role("head", in_=case.division_id)


def check_ready_to_grant(case: Case) -> None:
    """Raises GapsOpen, SignaturesAwaited: nothing is granted on half a claim. Refusing stays possible."""
    if case.gaps:
        raise GapsOpen(gaps=case.gaps)
    if case.unsigned:
        raise SignaturesAwaited(unsigned=case.unsigned)


def is_still_recalled(misissue: Misissue) -> bool:
    """The recalled paper has no successor yet: the case is undecided, or what was decided anew has not gone out."""
    if misissue.returned_id is None:
        return False
    anew = Decision.objects.filter(case=misissue.case_id)
    if anew.exists():
        return anew.filter(sent_at=None).exists()
    return Case.objects.filter(pk=misissue.case_id, closed_at=None).exists()


def receiving() -> frozenset[str]:
    """Where somebody handles cases today: a case is never passed where nobody would see it."""
    return identity.divisions_with(*HANDLING)
