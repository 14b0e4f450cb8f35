"""What is not kept at all: drafts left lying, answers needed only until the end, and a person who asks to be forgotten."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from madoguchi.engines.forms.models import Draft
from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import audit, clock, jobs, packs
from madoguchi.kernel.calendar import said_day
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import SYSTEM, Actor, Ref
from madoguchi.kernel.vault import retention
from madoguchi.kernel.vault.errors import UnderHold

from ..errors import StillOpenHere
from ..keeping_time import held_by, held_by_draft, held_now
from ..models import Case, Misissue
from .telling import ways_of

BATCH = 100
# After the end a mistake may still be found and the case go on: its answers are needed then.
AFTER_THE_END = dt.timedelta(days=30)
LEFT_SUBJECT = _("書きかけの「%(title)s」が、%(on)sに消えます")
LEFT_BODY = _(
    "書きかけの「%(title)s」は、まだ出されていません。%(on)sまでに続きを書かないと、消えます。\n"
    "続けるときは「わたしの手続き」から開いてください。いらないときは、何もしなくてかまいません。"
)


def tend_drafts() -> dict[str, int]:
    """Drafts nobody touched for a long time: their writer is told, and some days later they are thrown away."""
    plan = retention.plan_in_force()
    if plan is None:
        return {"warned": 0, "thrown": 0}
    now = clock.now()
    days = plan.drafts
    grace = dt.timedelta(days=days.throw_away_after_days - days.warn_after_days)
    left = Draft.objects.filter(closed_at=None).select_related("definition", "party__key", "key")
    warned = thrown = 0
    quiet = left.filter(warned_at=None, updated_at__lt=now - dt.timedelta(days=days.warn_after_days))
    for draft in quiet.order_by("updated_at")[:BATCH]:
        warned += _warn(draft, clock.in_city(now + grace).date())
    # Never without the days between the warning and the end, however late the warning came.
    over = left.filter(
        warned_at__lt=now - grace, updated_at__lt=now - dt.timedelta(days=days.throw_away_after_days)
    )
    for draft in over.exclude(held_now("party")).order_by("updated_at")[:BATCH]:
        thrown += _throw_away(draft)
    return {"warned": warned, "thrown": thrown}


@writes
def _warn(draft: Draft, on: dt.date) -> int:
    quiet = Draft.objects.filter(pk=draft.pk, closed_at=None, warned_at=None, updated_at=draft.updated_at)
    if not quiet.update(warned_at=clock.now()):
        return 0
    if draft.party is not None and (ways := ways_of(draft.party)):
        with override(draft.language):
            words = {
                "title": packs.texts(draft.definition, draft.language).get("title", ""),
                "on": said_day(on),
            }
            messaging.notify(
                kind="draft.left",
                about=Ref.to(draft),
                recipient=draft.party,
                subject=str(LEFT_SUBJECT) % words,
                body=str(LEFT_BODY) % words,
                channels=ways,
                by=SYSTEM,
                key=f"draft.left:{draft.pk}:{draft.revision}",
            )
    return 1


def _throw_away(draft: Draft) -> int:
    try:
        erasure = _close(draft, held_by_draft(draft))
    except UnderHold:
        return 0
    if erasure is None:
        return 0
    retention.finish(erasure)
    return 1


@writes
def _close(draft: Draft, held: list[Ref]) -> retention.Erasure | None:
    """Closed for good, unless its writer came back at this moment. Raises UnderHold."""
    now = clock.now()
    quiet = Draft.objects.filter(pk=draft.pk, closed_at=None, updated_at=draft.updated_at)
    if not quiet.update(closed_at=now, discarded=True):
        return None
    return retention.begin(kind="draft", about=Ref.to(draft), reason="abandoned", by=SYSTEM, unless_held=held)


def forget_brief(limit: int = BATCH) -> int:
    """Answers that are kept only until the case is closed. The copy of the application is drawn anew without them."""
    over = Case.objects.filter(closed_at__lt=clock.now() - AFTER_THE_END).exclude(draft__sealed_brief_key=b"")
    over = over.exclude(misissues__in=Misissue.objects.filter(closed_at=None)).exclude(held_now("applicant"))
    done = 0
    for case in over.select_related("draft__key", "definition")[:limit]:
        try:
            erasure = retention.erase(
                kind="brief", about=case.ref, reason=_end_of(case), by=SYSTEM, unless_held=held_by(case)
            )
        except UnderHold:
            continue
        with writes():
            jobs.enqueue("procedures.receipt_copy", about=case.ref, key=f"receipt_copy:anew:{erasure.pk}")
        done += 1
    return done


def _end_of(case: Case) -> str:
    """Which end it is: a case that went on and had such answers again is freed of them again, as another erasure."""
    before = retention.Erasure.objects.filter(
        kind="brief", about=str(case.ref), done_at__isnull=False
    ).count()
    return f"until_closed:{before + 1}" if before else "until_closed"


def forget_me(*, by: Actor) -> retention.Erasure:
    """消去の請求: whatever no retention duty holds of this person goes: account, profile, kept answers, drafts, messages.

    Cases that were closed stay for as long as their class says, then go as all others do. Raises StillOpenHere,
    UnderHold, NotFound.
    """
    if not by.is_resident or by.party is None or by.account is None or by.mandate is not None:
        raise NotFound  # nobody asks for another's end
    *drafts, person = _begin_forgetting(Ref("identity", "party", str(by.party)), by)
    for draft in drafts:
        retention.finish(draft)
    return retention.finish(person)


@writes
def _begin_forgetting(about: Ref, by: Actor) -> list[retention.Erasure]:
    """The drafts, closed, and last the person: begun together, so that nothing of it is left out by a crash.

    Theirs are the drafts about them, whoever writes them; not those they write for somebody else.
    """
    theirs = Q(party=by.party) | Q(party=None, account=by.account)
    drafts = list(Draft.objects.filter(theirs, closed_at=None).select_related("definition"))
    cases = Case.objects.filter(applicant=by.party).select_related("definition")
    held = [about, *(ref for case in cases for ref in held_by(case))]
    held += [ref for draft in drafts for ref in held_by_draft(draft)]
    now = clock.now()
    begun = [
        retention.begin(kind="draft", about=Ref.to(draft), reason="asked", by=by, unless_held=held)
        for draft in drafts
        if Draft.objects.filter(pk=draft.pk, closed_at=None).update(closed_at=now, discarded=True)
    ]
    begun.append(retention.begin(kind="party", about=about, reason="asked", by=by, unless_held=held))
    # After the drafts are closed: what was being sent at this moment is a case by now.
    if Case.objects.filter(applicant=by.party, closed_at=None).exists():
        raise StillOpenHere
    audit.record("party.asked_to_be_forgotten", about, by=by, subject=by.party)
    return begun
