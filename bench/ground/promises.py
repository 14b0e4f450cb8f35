"""What was promised of a claim whose process was killed, and of the city as a whole; looked at in the rows and on the disk.

Everything that was accepted is there once, whole and readable; everything that was erased is gone; what was neither
is no orphan. `of_claim` and `of_city` say what does not hold, in words; [] is what we hope for.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from .errand import DECIDE, ERASE, SEND, SUBMIT, UPLOAD, Claim

Must = Callable[[bool, str], None]


def of_claim(claim: Claim) -> list[str]:
    """What is not as it was promised, of one claim."""
    from madoguchi.engines.forms.models import Draft
    from madoguchi.engines.procedures.models import Case

    wrong: list[str] = []

    def must(holds: bool, promise: str) -> None:
        if not holds:
            wrong.append(f"claim {claim.number}: {promise}")

    drafts = list(Draft.objects.filter(pk=claim.done["draft"])) if "draft" in claim.done else []
    must("draft" not in claim.done or len(drafts) == 1, "its draft is lost")
    if not drafts:
        return wrong
    draft, cases = drafts[0], list(Case.everything.filter(draft=drafts[0]))
    must(len(cases) <= 1, f"{len(cases)} cases from one draft")
    must((draft.closed_at is None) == (not cases), "a draft is closed without a case, or open with one")
    must(bool(cases) or SUBMIT not in claim.done, "an accepted claim is lost")
    erased = draft.key.destroyed_at is not None
    _erasure(must, claim, [draft, *cases], erased)
    _papers(must, claim, draft, erased)
    _files(must, draft, [draft, *cases])
    for case in cases:
        must(claim.done.get(SUBMIT, case.receipt) == case.receipt, "another receipt number than was said")
        _steps(must, case)
        _decision(must, claim, case, erased)
        _told(must, case, erased)
    return wrong


def _erasure(must: Must, claim: Claim, things: list[Any], erased: bool) -> None:
    from madoguchi.kernel.refs import Ref
    from madoguchi.kernel.vault.retention.models import Erasure

    must(ERASE not in claim.done or erased, "what was erased is there")
    found = list(Erasure.objects.filter(about__in=[str(Ref.to(one)) for one in things]))
    must(len(found) == int(erased), f"{len(found)} erasures, and the key is {'gone' if erased else 'there'}")
    must(
        all(one.done_at and one.certificate_id for one in found),
        "an erasure is not finished, or not certified",
    )


def _papers(must: Must, claim: Claim, draft: Any, erased: bool) -> None:
    from madoguchi.engines.procedures.models import Attachment
    from madoguchi.kernel import vault

    papers = list(Attachment.objects.filter(draft=draft, way="upload").select_related("file"))
    accepted = sum(1 for act in claim.done if act.startswith(UPLOAD + "."))
    begun = len({act for act in claim.begun if act.startswith(UPLOAD + ".")})
    must(accepted <= len(papers) <= begun, f"{accepted} papers accepted of {begun}, {len(papers)} there")
    for paper in papers:
        must(paper.file.state == ("erased" if erased else "safe"), f"a paper is {paper.file.state}")
        if paper.file.state == "safe":
            must(_opens(vault, paper.file) > 0, "a paper is empty, or does not open")


def _files(must: Must, draft: Any, things: list[Any]) -> None:
    """Also those nothing points at: what is called safe opens, what is called erased lies nowhere."""
    from django.db.models import Q

    from madoguchi.kernel import vault
    from madoguchi.kernel.refs import Ref
    from madoguchi.kernel.vault import storage
    from madoguchi.kernel.vault.models import FileState, StoredFile

    mine = StoredFile.objects.filter(Q(about__in=[str(Ref.to(one)) for one in things]) | Q(key=draft.key))
    for stored in mine:
        if stored.state == FileState.SAFE:
            must(_opens(vault, stored) > 0, f"a {stored.kind} that is called safe is empty, or does not open")
        if stored.state == FileState.ERASED:
            lies = storage.holds(stored.storage_path)
            must(not lies, f"the bytes of a {stored.kind} that is called erased lie on the disk")


def _opens(vault: Any, stored: Any) -> int:
    from madoguchi.kernel.errors import Refusal

    try:
        return len(vault.open_file(stored))
    except Refusal:
        return 0


def _events(case: Any, verb: str) -> int:
    from madoguchi.kernel.audit.models import Event

    return Event.objects.filter(about=str(case.ref), verb=verb).count()


def _steps(must: Must, case: Any) -> None:
    steps = list(case.steps.order_by("number"))
    must([step.number for step in steps] == list(range(1, len(steps) + 1)), "steps are missing or double")
    must(all(a.to_state == b.from_state for a, b in pairwise(steps)), "steps do not join")
    must(bool(steps) and steps[-1].to_state == case.state, "the last step is not where the case stands")
    arrived = _events(case, "case.received")
    must(arrived == 1, f"{arrived} records of its arrival")


def _decision(must: Must, claim: Claim, case: Any, erased: bool) -> None:
    from madoguchi.engines.procedures.models import Decision
    from madoguchi.kernel import vault

    decisions = list(Decision.objects.filter(case=case).select_related("letter"))
    must(len(decisions) <= 1, "decided twice")
    must(DECIDE not in claim.done or len(decisions) == 1, "a decision is lost")
    recorded = _events(case, "case.decided")
    must(recorded == len(decisions), "the record of the decision is missing or double")
    for decision in decisions:
        must(case.state == decision.outcome, "decided and still where it was")
        letters = vault.files_about(case.ref).filter(name__startswith="決定通知書").count()
        if erased:
            must(letters == 0, "a letter outlived its erasure")
        elif decision.letter is not None:
            must(letters == 1, f"{letters} letters of one decision")
            must(vault.open_file(decision.letter).startswith(b"%PDF"), "the letter is no PDF")
        must(SEND not in claim.done or decision.sent_at is not None, "what was sent is not")


def _told(must: Must, case: Any, erased: bool) -> None:
    from madoguchi.engines.messaging.models import Message
    from madoguchi.kernel.jobs.models import Job, State

    about = str(case.ref)
    must(not Job.objects.filter(about=about, state=State.FAILED).exists(), "a job was given up")
    told = Counter(Message.objects.filter(about=about).values_list("kind", flat=True))
    must(max(told.values(), default=1) == 1, f"told twice: {told}")
    words = Message.objects.filter(about=about).exclude(subject="", body="").exists()
    must(not (erased and words), "a message outlived its erasure")


def of_city() -> list[str]:
    """What holds over the whole city: no orphan row, no lost file, no forgotten byte."""
    from django.conf import settings

    from madoguchi.engines.forms.models import Draft
    from madoguchi.engines.procedures.models import Case
    from madoguchi.kernel import clock
    from madoguchi.kernel.vault import jobs as sweeping
    from madoguchi.kernel.vault.models import FileState, StoredFile

    wrong = []
    receipts = list(Case.everything.values_list("receipt", flat=True))
    if len(set(receipts)) != len(receipts):
        wrong.append("a receipt number was given twice")
    if orphans := Draft.objects.filter(closed_at__isnull=False, discarded=False, case=None).count():
        wrong.append(f"{orphans} drafts closed without a case")
    if waiting := StoredFile.objects.filter(state=FileState.QUARANTINED).count():
        wrong.append(f"{waiting} files still in quarantine")
    sweeping.UNCLAIMED = dt.timedelta(0)  # bytes without a row are given a day; here nobody is at work
    sweeping.sweep()
    root = Path(settings.VAULT_ROOT)
    lying = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    kept = set(StoredFile.objects.filter(state=FileState.SAFE).values_list("storage_path", flat=True))
    if lying != kept:
        wrong.append(f"{len(kept - lying)} files lost, {len(lying - kept)} left lying ({clock.today()})")
    return wrong
