"""Work outside transactions: drawing the receipt copy and the decision letter."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from django.utils.translation import override

from madoguchi.engines.documents import services as documents
from madoguchi.kernel import clock, jobs, packs
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault.models import StoredFile

from . import letters
from . import procedure as procedures
from .keeping_time import reckon_missing
from .models import Case, Decision, Disposal
from .services.disposing import carry_out
from .services.exporting import expire_exports
from .services.finding import remember_missing
from .services.forgetting import forget_brief, tend_drafts
from .services.reorganising import pass_on_cases
from .services.terminals import clear_abandoned


@jobs.handler("procedures.receipt_copy")
def draw_receipt_copy(job: Job) -> None:
    """The copy of what was sent, to keep or print. Drawn once."""
    case = _case(job)
    name = f"receipt-{case.receipt}.pdf"
    if StoredFile.objects.filter(about=str(case.ref), name=name).exists():
        return
    with override("ja"):
        documents.draw_letter(
            letter=letters.receipt_copy(case), about=case.ref, by=SYSTEM, name=name, key=case.draft.key
        )


@jobs.handler("procedures.letter")
def draw_letter(job: Job) -> None:
    """The decision letter. A second run finds it drawn."""
    case = _case(job)
    decision = Decision.objects.get(case=case)
    if decision.letter_id is not None:
        return

    def enter(stored: StoredFile) -> None:
        if not Decision.objects.filter(pk=decision.pk, letter=None).update(letter=stored):
            raise SomebodyWasFaster

    called = packs.texts(case.definition, "ja").get(f"flow.{decision.outcome}.news") or "決定通知書"
    # Another worker may have drawn it meanwhile: theirs stands, ours is undone.
    with override("ja"), suppress(SomebodyWasFaster):
        documents.draw_letter(
            letter=letters.decision_letter(case, decision),
            about=case.ref,
            by=SYSTEM,
            name=f"{called} {case.receipt}.pdf",
            key=case.draft.key,
            entered=enter,
        )


@jobs.periodic("procedures.exports", every=dt.timedelta(hours=1))
def erase_exports() -> None:
    """A file that was approved lies ready for a week, then it is gone."""
    expire_exports()


@jobs.periodic("procedures.reconcile", every=dt.timedelta(minutes=5))
def reconcile() -> None:
    """Find decisions without a letter and receipts without their copy, and see that they are drawn after all."""
    late = clock.now() - dt.timedelta(minutes=10)
    unlettered = Decision.objects.filter(letter=None, decided_at__lt=late, case__practice=False)
    for decision in unlettered.select_related("case__definition"):
        if not procedures.of(decision.case.definition).state(decision.outcome).letter:
            continue  # handed over at the counter
        _again("procedures.letter", decision.case, f"letter:{decision.pk}")
    week = clock.now() - dt.timedelta(days=7)
    # Two queries for the whole week, however many cases it brought.
    drawn = set(
        StoredFile.objects.filter(name__startswith="receipt-", uploaded_at__gt=week).values_list(
            "about", flat=True
        )
    )
    for case in Case.objects.filter(received_at__lt=late, received_at__gt=week):
        if str(case.ref) not in drawn:
            _again("procedures.receipt_copy", case, f"receipt_copy:{case.pk}")


@jobs.periodic("procedures.findable", every=dt.timedelta(minutes=2))
def make_findable() -> None:
    """Cases that cannot be found by name yet, a batch a turn: those laid before there was a search."""
    remember_missing(by=SYSTEM)


@jobs.periodic("procedures.reorganise", every=dt.timedelta(minutes=1))
def reorganise() -> None:
    """Open cases of divisions that have ended go on in the next one, a batch a turn."""
    pass_on_cases(by=SYSTEM)


@jobs.periodic("procedures.terminals", every=dt.timedelta(minutes=2))
def clear_terminals() -> None:
    """What visitors left at a screen, and what nobody fetched in time."""
    clear_abandoned(by=SYSTEM)


@jobs.handler("procedures.dispose")
def dispose(job: Job) -> None:
    """A part of an approved disposal."""
    disposal = Disposal.objects.get(pk=Ref.parse(job.about).id)
    carry_out(disposal=disposal, run=int(job.payload.get("run", 0)))


@jobs.periodic("procedures.terms", every=dt.timedelta(minutes=30))
def reckon_terms() -> None:
    """How long closed cases are kept, where it was not reckoned when they closed, or the plan changed since."""
    reckon_missing()


@jobs.periodic("procedures.forget", every=dt.timedelta(hours=1))
def forget() -> None:
    """Drafts left lying, and answers needed only until the end."""
    tend_drafts()
    forget_brief()


@writes
def _again(kind: str, case: Case, key: str) -> None:
    """Ask for it if nobody has, and let it be tried again if it was given up."""
    jobs.enqueue(kind, about=case.ref, key=key)
    given_up = Job.objects.filter(key=key).first()
    if given_up is not None:
        jobs.retry(given_up)


def _case(job: Job) -> Case:
    ref = Ref.parse(job.about)
    return Case.objects.select_related("definition", "draft__key", "draft__definition", "division").get(
        pk=ref.id
    )
