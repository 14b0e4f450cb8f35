"""廃棄: one person proposes, another approves, the worker carries it out case by case; 延長 and the event it waits for."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q

from madoguchi.kernel import audit, clock, jobs, packs
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed, NotFound, Refusal, SomebodyWasFaster
from madoguchi.kernel.refs import SYSTEM, Actor, Ref
from madoguchi.kernel.vault import retention
from madoguchi.kernel.vault.errors import MasterKeyMissing, UnderHold

from .. import archiving, keeping_time, rules, sealing
from ..errors import (
    DisposalNeedsAnotherPerson,
    DisposalSettled,
    ExtensionUnclear,
    NothingToDispose,
)
from ..keeping_time import held_by
from ..models import Case, Disposal, DisposalItem, DisposalRecord, Misissue, Term

log = logging.getLogger(__name__)

MOST = 1000  # cases in one proposal
MOST_WORDS = 300
AT_ONCE = 20  # cases in one run of the worker
HEAD = "head"
Left = DisposalItem.Left
UNREADABLE = ""  # a reason without a word of its own in the row


@writes
def propose(*, division: str, class_: str, fiscal_year: int, wanted: Iterable[Any], by: Actor) -> Disposal:
    """起案: these cases of one class and year are to be thrown away.

    Raises NotFound (not a head there), NothingToDispose when none of them is due and free.
    """
    if not by.has_role(HEAD, in_=division) or by.account is None:
        raise NotFound
    plan = retention.plan_in_force()
    kept = plan.named(class_) if plan else None
    terms = list(
        keeping_time.due()
        .filter(pk__in=list(wanted)[:MOST], retention=class_, fiscal_year=fiscal_year, division=division)
        .exclude(case__disposal_items__state=DisposalItem.State.WAITING)
        .select_related("case__definition")
    )
    held = retention.holds_on(ref for term in terms for ref in held_by(term.case))
    free = [term for term in terms if held.isdisjoint(str(ref) for ref in held_by(term.case))]
    if kept is None or not free:
        raise NothingToDispose
    account = by.account
    by = by.named_for(division, HEAD)
    made = Disposal.objects.create(
        division_id=division,
        retention=class_,
        fiscal_year=fiscal_year,
        after=kept.after,
        made_at=clock.now(),
        made_by=account,
        made_by_name=by.name,
    )
    try:
        DisposalItem.objects.bulk_create([DisposalItem(disposal=made, case=term.case) for term in free])
    except IntegrityError as error:
        raise SomebodyWasFaster from error
    audit.record("disposal.proposed", Ref.to(made), by=by, facts={"cases": len(free), "class": class_})
    return made


@writes
def approve(*, disposal: Disposal, by: Actor) -> Disposal:
    """決裁: another person, who looks after the city's records, lets it be carried out.

    Raises NotAllowed, DisposalNeedsAnotherPerson, DisposalSettled.
    """
    _settle(disposal, Disposal.State.APPROVED, by=by)
    _go_on(disposal, 0)
    audit.record("disposal.approved", Ref.to(disposal), by=by)
    return disposal


@writes
def refuse(*, disposal: Disposal, remark: str, by: Actor) -> Disposal:
    """Nothing of it is thrown away. Raises as `approve`."""
    _settle(disposal, Disposal.State.REFUSED, by=by, remark=" ".join(remark.split())[:MOST_WORDS])
    disposal.items.filter(state=DisposalItem.State.WAITING).update(state=DisposalItem.State.DROPPED)
    audit.record("disposal.refused", Ref.to(disposal), by=by)
    return disposal


def _settle(disposal: Disposal, state: str, *, by: Actor, remark: str = "") -> None:
    if not (by.is_staff and by.has_role(retention.RECORDS)) or by.account is None:
        raise NotAllowed
    if disposal.made_by == by.account:
        raise DisposalNeedsAnotherPerson
    proposed = Disposal.objects.filter(pk=disposal.pk, state=Disposal.State.PROPOSED)
    settled = proposed.exclude(made_by=by.account).update(
        state=state, settled_at=clock.now(), settled_by=by.account, settled_by_name=by.name, remark=remark
    )
    if not settled:
        raise DisposalSettled
    disposal.refresh_from_db()


def _go_on(disposal: Disposal, run: int) -> None:
    jobs.enqueue(
        "procedures.dispose",
        about=Ref.to(disposal),
        payload={"run": run},
        key=f"dispose:{disposal.pk}:{run}",
    )


def carry_out(*, disposal: Disposal, run: int) -> None:
    """A part of an approved proposal, case by case; the rest in another run, so that no claim runs out over it."""
    if disposal.state != Disposal.State.APPROVED:
        return
    waiting = disposal.items.filter(state=DisposalItem.State.WAITING)
    for item in waiting.select_related("case__definition", "case__draft__key", "case__applicant")[:AT_ONCE]:
        dispose(item=item, disposal=disposal)
    with writes():
        if waiting.exists():
            _go_on(disposal, run + 1)
        else:
            Disposal.objects.filter(pk=disposal.pk, state=Disposal.State.APPROVED).update(
                state=Disposal.State.DONE, done_at=clock.now()
            )


def dispose(*, item: DisposalItem, disposal: Disposal) -> None:
    """One case: laid down in the archives where its class says so, erased, and entered in the register.

    Each step can be done again. The case counts as thrown away with the entry, and only then.
    """
    case = item.case
    why = "" if case.erased_at else obstacle(case, disposal)
    if why:
        _leave(item, why)
        return
    if disposal.after == "transfer" and case.erased_at is None:
        try:
            archiving.lay_down(case)
        except MasterKeyMissing:
            raise  # nothing is wrong with this case: the whole run waits for the operator
        except Refusal as refusal:
            # A paper that is damaged, an answer that does not open: it is not thrown away unseen, and the others go on.
            log.warning("case %s could not be laid down: %s", case.pk, refusal.code)
            _leave(item, UNREADABLE)
            return
    try:
        erasure = _begin(case, disposal)
    except UnderHold:
        _leave(item, Left.HELD)
        return
    except SomebodyWasFaster:
        _leave(item, Left.OPEN)
        return
    retention.finish(erasure)
    _enter(item, disposal, erasure)


@writes
def _begin(case: Case, disposal: Disposal) -> Any:
    """The point of no return: from here on nobody opens the case, and nobody holds it. Raises SomebodyWasFaster."""
    erasure = retention.begin(
        kind="case", about=case.ref, reason="disposal", by=_approver(disposal), unless_held=held_by(case)
    )
    if case.erased_at is None:
        still = Case.everything.filter(
            pk=case.pk, version=case.version, closed_at__isnull=False, erased_at=None
        )
        if not still.update(erased_at=clock.now(), version=F("version") + 1):
            raise SomebodyWasFaster
    return erasure


@writes
def _leave(item: DisposalItem, why: str) -> None:
    mine = DisposalItem.objects.filter(pk=item.pk, state=DisposalItem.State.WAITING)
    mine.update(state=DisposalItem.State.LEFT, left=why)


@writes
def _enter(item: DisposalItem, disposal: Disposal, erasure: Any) -> None:
    mine = DisposalItem.objects.filter(pk=item.pk, state=DisposalItem.State.WAITING)
    if not mine.update(state=DisposalItem.State.DONE):
        return
    case, term = item.case, Term.objects.get(case=item.case_id)
    DisposalRecord.objects.create(
        receipt=case.receipt,
        procedure=term.procedure,
        title=packs.texts(case.definition, "ja").get("title", "")[:200],
        division=case.division_id,
        retention=term.retention,
        received_on=clock.in_city(case.received_at).date(),
        closed_on=term.closed_on,
        disposes_on=term.disposes_on or term.closed_on,
        how=disposal.after,
        proposed_by=disposal.made_by_name,
        approved_by=disposal.settled_by_name,
        disposed_at=clock.now(),
        erasure=erasure.pk,
    )
    audit.record("case.disposed", case.ref, by=SYSTEM, facts={"disposal": str(disposal.pk)})


def obstacle(case: Case, disposal: Disposal) -> str:
    """Why the case is kept after all; "" when nothing stands in the way."""
    term = Term.objects.filter(case=case).first()
    if case.closed_at is None:
        return Left.OPEN
    if term is None or term.disposes_on is None or term.disposes_on > clock.today():
        return Left.NOT_DUE
    if retention.holds_on(held_by(case)):
        return Left.HELD
    if Misissue.objects.filter(case=case, closed_at=None).exists():
        return Left.MISISSUE
    if disposal.after == "transfer":
        if rules.is_protected(case):
            return Left.PROTECTED  # where somebody is goes into no archive: see the party's 秘匿 first
        if not archiving.is_ready():
            return Left.NO_ARCHIVES
    return ""


def _approver(disposal: Disposal) -> Actor:
    return Actor(SYSTEM.kind, account=disposal.settled_by, name=disposal.settled_by_name)


@writes
def extend(*, case: Case, until: dt.date | None, why: str, by: Actor) -> Term:
    """延長: keep it longer than its class says. Raises NotFound, ExtensionUnclear, SomebodyWasFaster."""
    if not by.has_role(HEAD, in_=case.division_id):
        raise NotFound
    term = Term.objects.filter(case=case, case__erased_at=None).select_related("case__draft__key").first()
    words = why.strip()[:MOST_WORDS]
    if term is None or not words or until is None or until <= max(term.disposes_on or until, clock.today()):
        raise ExtensionUnclear
    by = by.named_for(case.division_id, HEAD)
    free = Term.objects.filter(~Q(case__disposal_items__state=DisposalItem.State.WAITING), pk=term.pk)
    if not free.update(
        extended_until=until,
        disposes_on=until,
        extended_by_name=by.name,
        sealed_why=sealing.sealed(term, case.draft, words),
    ):
        raise SomebodyWasFaster
    audit.record("case.kept_longer", case.ref, by=by, facts={"until": until.isoformat()})
    term.refresh_from_db()
    return term


@writes
def write_event(*, case: Case, on: dt.date | None, by: Actor) -> Term:
    """常用など: what the class counts from has happened. Raises NotFound, ExtensionUnclear."""
    if not by.has_role(HEAD, in_=case.division_id):
        raise NotFound
    plan, term = retention.plan_in_force(), Term.objects.filter(case=case, case__erased_at=None).first()
    kept = plan.named(term.retention) if plan and term else None
    if term is None or kept is None or kept.counted_from != "event" or on is None or on > clock.today():
        raise ExtensionUnclear
    by = by.named_for(case.division_id, HEAD)
    Term.objects.filter(pk=term.pk).update(event_on=on)
    audit.record("case.event_written", case.ref, by=by, facts={"on": on.isoformat()})
    return keeping_time.begin(case) or term
