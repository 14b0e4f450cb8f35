"""What goes when a case, a draft or a person is erased: each part by itself, each as often as it is asked for.

What is not there counts as erased: a copy put back may be older than the thing it is told to erase.

A new table that holds anything about people gets its eraser here (or in its own engine), and a planted value in
tests/test_erasure.py.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F, Model, Q
from django.db.models.functions import Coalesce

from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.models import Draft
from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import clock, jobs, search, vault
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault import FileState, StoredFile
from madoguchi.kernel.vault.retention import eraser

from .models import (
    Attachment,
    Case,
    Correction,
    CorrectionItem,
    CoSignature,
    Decision,
    EmergencyLook,
    Export,
    HandOver,
    Misissue,
    Note,
    ReturnedDecision,
    Sharing,
    Term,
)

CASE, DRAFT, BRIEF, PARTY = "case", "draft", "brief", "party"
# What is sealed in the rows of a case, and what in them was never sealed but is said by somebody about somebody.
_WORDS: tuple[tuple[type[Model], str, dict[str, Any]], ...] = (
    (Note, "case", {"sealed_text": b""}),
    (Correction, "case", {"sealed_buffer": b""}),
    (CorrectionItem, "correction__case", {"sealed_remark": b"", "sealed_reply": b""}),
    (Decision, "case", {"sealed_reason": b"", "sealed_values": b""}),
    (ReturnedDecision, "case", {"sealed_why": b"", "sealed_values": b""}),
    (HandOver, "case", {"sealed_name": b""}),
    (Misissue, "case", {"sealed_what": b""}),
    (Term, "case", {"sealed_why": b""}),
    (EmergencyLook, "case", {"sealed_why": b"", "sealed_remark": b""}),
    (Sharing, "case", {"sealed_why": b""}),
)


def _draft(ref: Ref) -> Draft | None:
    which = {"case__pk": ref.id} if ref.kind == "case" else {"pk": ref.id}
    return Draft.everything.select_related("key").filter(**which).first()


def _abouts(ref: Ref) -> list[Ref]:
    draft = _draft(ref)
    return list(dict.fromkeys([ref, Ref.to(draft)])) if draft else [ref]


@eraser("shut", of=CASE, order=0)
def shut_case(ref: Ref) -> int:
    """Nobody opens it from here on, also where a copy was put back that knows nothing of its end.

    In such a copy it may still be open: erased, it is closed too, or it would count as work that waits for ever.
    """
    now = clock.now()
    unshut = Case.everything.filter(Q(erased_at=None) | Q(closed_at=None), pk=ref.id)
    return unshut.update(
        erased_at=Coalesce("erased_at", now), closed_at=Coalesce("closed_at", now), version=F("version") + 1
    )


@eraser("shut", of=DRAFT, order=0)
def shut_draft(ref: Ref) -> int:
    """Nobody goes on with it."""
    return Draft.everything.filter(pk=ref.id, closed_at=None).update(closed_at=clock.now(), discarded=True)


@eraser("messages", of=CASE, order=10)
@eraser("messages", of=DRAFT, order=10)
def erase_messages(ref: Ref) -> int:
    """What was said, and the addresses it went to."""
    return sum(messaging.erase_about(about, by=SYSTEM) for about in _abouts(ref))


@eraser("jobs", of=CASE, order=10)
@eraser("jobs", of=DRAFT, order=10)
def erase_jobs(ref: Ref) -> int:
    """Work about it that was done, and what went wrong with it in somebody's words."""
    jobs.forget(abouts=_abouts(ref))
    return 1


@eraser("answers", of=CASE, order=20)
@eraser("answers", of=DRAFT, order=20)
def erase_answers(ref: Ref) -> int:
    """The data key, and with it answers, sealed words, files, safe views and the blind index; then the rows."""
    draft = _draft(ref)
    return forms.erase_answers(draft=draft, by=SYSTEM) if draft else 0


@eraser("brief", of=BRIEF, order=20)
def erase_brief(ref: Ref) -> int:
    """Answers that were kept only until the case was closed, and what was being put right when it was."""
    Correction.objects.filter(case=uuid.UUID(ref.id)).update(sealed_buffer=b"")
    draft = _draft(ref)
    return forms.erase_brief(draft=draft, by=SYSTEM) if draft else 0


@eraser("receipt_copy", of=BRIEF, order=30)
def erase_receipt_copy(ref: Ref) -> int:
    """The copy of what was stated shows them too: it is drawn anew without."""
    copies = StoredFile.objects.filter(about=str(ref), name__startswith="receipt-", state=FileState.SAFE)
    found = list(copies)
    for stored in found:
        vault.remove_file(stored=stored, by=SYSTEM)
    return len(found)


@eraser("files", of=CASE, order=30)
@eraser("files", of=DRAFT, order=30)
def erase_files(ref: Ref) -> int:
    """Files about it that are sealed with no key, or with another."""
    abouts = [str(about) for about in _abouts(ref)]
    mine = StoredFile.objects.filter(Q(about__in=abouts) | Q(derived_from__about__in=abouts))
    left = list(mine.exclude(state=FileState.ERASED))
    for stored in left:
        vault.remove_file(stored=stored, by=SYSTEM)
    return len(left)


@eraser("words", of=CASE, order=30)
def erase_words(ref: Ref) -> int:
    """Notes, questions, reasons, what was decided and to whom it was given."""
    return sum(model._base_manager.filter(**{path: ref.id}).update(**blank) for model, path, blank in _WORDS)


@eraser("papers", of=CASE, order=30)
@eraser("papers", of=DRAFT, order=30)
def erase_papers(ref: Ref) -> int:
    """Why a paper was not needed, in somebody's words."""
    draft = _draft(ref)
    return Attachment.objects.filter(draft=draft).update(sealed_why=b"") if draft else 0


@eraser("signers", of=CASE, order=30)
def erase_signers(ref: Ref) -> int:
    """Names of others who agreed, and the addresses they could sign at."""
    rows = CoSignature.objects.filter(case=uuid.UUID(ref.id))
    return rows.update(sealed_name=b"", signed_hash="", token_hash="")


@eraser("exports", of=CASE, order=30)
def erase_exports(ref: Ref) -> int:
    """A list taken out as a file holds this case beside others: the file goes, whoever needs the others asks anew."""
    rows = Export.objects.filter(subjects__case=uuid.UUID(ref.id), file__isnull=False).select_related(
        "file__key"
    )
    found = [row for row in rows if row.file is not None and row.file.state != FileState.ERASED]
    for row in found:
        if row.file is not None and row.file.key is not None:
            vault.destroy_key(row.file.key, by=SYSTEM)
    Export.objects.filter(pk__in=[row.pk for row in found], state=Export.State.APPROVED).update(
        state=Export.State.EXPIRED
    )
    return len(found)


@eraser("search", of=CASE, order=40)
@eraser("search", of=DRAFT, order=40)
def erase_found(ref: Ref) -> int:
    """Nothing finds it any more."""
    for about in _abouts(ref):
        search.remove(about)
        vault.forget(about)
    return 1


@eraser("whose", of=CASE, order=90)
@eraser("whose", of=DRAFT, order=90)
def erase_whose(ref: Ref) -> int:
    """Whose it was. Last: until here a crash can still be put right by what the row knows."""
    if ref.kind == "case":
        Case.everything.filter(pk=ref.id).update(applicant=None, account=None)
    draft = _draft(ref)
    if draft is None:
        return 0
    forms.unlink(draft=draft)
    return 1


@eraser("kept", of=PARTY, order=20)
def erase_kept(ref: Ref) -> int:
    """What they let us keep for their next application."""
    party = identity.party(ref.id)
    return forms.erase_kept(party=party, by=SYSTEM) if party else 0


@eraser("inbox", of=PARTY, order=20)
def erase_inbox(ref: Ref) -> int:
    """What was said to them, but for what belongs to a case that is kept: that goes with the case."""
    kept = [str(case.ref) for case in Case.objects.filter(applicant=ref.id).only("pk")]
    return messaging.erase_of(party=uuid.UUID(ref.id), but_about=kept, by=SYSTEM)


@eraser("drafts", of=PARTY, order=90)
def erase_drafts(ref: Ref) -> int:
    """Nothing thrown away points at them any more."""
    return Draft.everything.filter(party=uuid.UUID(ref.id), discarded=True).update(account=None, party=None)
