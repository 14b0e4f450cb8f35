"""From the first question to the receipt number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.errors import DraftClosed
from madoguchi.engines.forms.models import Channel, Draft
from madoguchi.kernel import audit, clock, jobs, packs, vault
from madoguchi.kernel.calendar import Deadline
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.refs import Actor, Ref, is_id
from madoguchi.kernel.refs.receipts import next_receipt

from .. import procedure as procedures
from ..errors import NoLongerOffered, NotEligible, NotFinished, NotOnline, PapersMissing, TooManyFiles
from ..events import case_received
from ..models import Attachment, Case
from ..procedure import Procedure
from .steps import add_step
from .telling import RECEIVED, tell

MOST_FILES = 5


def start_draft(
    *,
    key: str,
    by: Actor,
    channel: str = Channel.WEB,
    party: Party | None = None,
    language: str = "ja",
) -> Draft:
    """Begin an application. A resident's own profile is filled in where the form allows it.

    Staff begin one for somebody else with the channel it came by; then `party` says for whom.
    Raises NotFound, NotOnline.
    """
    definition, procedure = procedures.current(key)
    if channel == Channel.WEB and procedure.shape.channels.web is None:
        raise NotOnline
    party = party or identity.party(by.party)
    if by.is_resident and (untouched := form_queries.untouched(definition, by)) is not None:
        return untouched  # the button was pressed before, and nothing was written yet
    return forms.start(
        definition=definition,
        form=procedure.form,
        by=by,
        party=party,
        channel=channel,
        language=language,
        profile=identity.profile(party) if party else {},
    )


def keep_up(*, draft: Draft, by: Actor) -> Draft:
    """Move an open draft onto the version in force; answers that still fit stay, new questions are open.

    Raises NoLongerOffered where the city has withdrawn the procedure.
    """
    in_force = Definition.objects.in_force().filter(pk=draft.definition_id).exists()
    if in_force or draft.closed_at is not None:
        return draft
    try:
        definition, procedure = procedures.current(draft.definition.key)
    except NotFound as refusal:
        raise NoLongerOffered from refusal
    return forms.rebase(draft=draft, definition=definition, form=procedure.form, by=by)


def save_answer(*, draft: Draft, path: str, posted: Mapping[str, str], by: Actor) -> Draft:
    """Keep one answer of a draft. Raises AnswerRefused and the other refusals of forms, NoLongerOffered."""
    draft = keep_up(draft=draft, by=by)
    form = procedures.of(draft.definition).form
    return forms.save_answer(draft=draft, form=form, path=path, posted=posted, by=by)


def attach(*, draft: Draft, document: str, upload: Any, name: str, by: Actor) -> Attachment:
    """Add a file to one of the documents. Raises the vault's refusals, TooManyFiles, DraftClosed."""
    # The file is taken in before our transaction: re-encoding a photograph is slow, and the gate is narrow.
    stored = vault.take_file(upload=upload, name=name, about=Ref.to(draft), by=by, key=draft.key)
    try:
        return _attached(draft=draft, document=document, way=Attachment.Way.UPLOAD, file=stored)
    except Refusal:
        # Sent meanwhile: what was not taken in is not kept either.
        vault.remove_file(stored=stored, by=by)
        raise


def bring_later(*, draft: Draft, document: str, by: Actor) -> Attachment:
    """The person will send or bring this document: an application is never held back for want of a scanner."""
    return _replaced(draft=draft, document=document, way=Attachment.Way.LATER, by=by)


def use_link(*, draft: Draft, document: str, by: Actor) -> Attachment:
    """The person agrees that the office looks the facts up itself, so this document need not be handed in."""
    return _replaced(draft=draft, document=document, way=Attachment.Way.OMITTED, by=by)


@writes
def _attached(*, draft: Draft, document: str, way: str, file: Any) -> Attachment:
    forms.touch(draft=draft)
    mine = Attachment.objects.filter(draft=draft, document=document)
    mine.exclude(way=way).delete()
    # Counted after the draft was taken, so that two windows cannot both put in the last one.
    if mine.filter(way=way).count() >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    return Attachment.objects.create(draft=draft, document=document, way=way, file=file, at=clock.now())


@writes
def _replaced(*, draft: Draft, document: str, way: str, by: Actor) -> Attachment:
    forms.touch(draft=draft)
    for attachment in Attachment.objects.filter(draft=draft, document=document).select_related("file"):
        _take_out(attachment, by)
    return Attachment.objects.create(draft=draft, document=document, way=way, at=clock.now())


@writes
def detach(*, draft: Draft, attachment_id: str, by: Actor) -> None:
    """Take a file back before sending: it is gone, nobody will see it."""
    forms.touch(draft=draft)
    if not is_id(attachment_id):
        raise NotFound
    for attachment in Attachment.objects.filter(draft=draft, pk=attachment_id).select_related("file"):
        _take_out(attachment, by)


def _take_out(attachment: Attachment, by: Actor) -> None:
    file = attachment.file
    attachment.delete()
    if file is not None:
        vault.remove_file(stored=file, by=by)


@writes
def discard_draft(*, draft: Draft, by: Actor) -> None:
    """Throw away a draft with its papers. Raises DraftClosed when it was sent."""
    forms.touch(draft=draft)
    for attachment in Attachment.objects.filter(draft=draft).select_related("file"):
        _take_out(attachment, by)
    forms.discard(draft=draft, by=by)


def submit(*, draft: Draft, by: Actor) -> Case:
    """Receive the application: one case, one receipt number, however often this is asked.

    A second request for the same draft gets the case the first one made. Raises NotFinished,
    NotEligible (with the reason in words).
    """
    made = Case.objects.filter(draft=draft).first()
    if made is not None:
        return made
    draft = keep_up(draft=draft, by=by)
    try:
        return _received(draft=draft, by=by)
    except (IntegrityError, DraftClosed):
        # Another request for the same draft committed first: its case is the answer to ours too.
        made = Case.objects.filter(draft=draft).first()
        if made is None:
            raise
        return made


@writes
def _received(*, draft: Draft, by: Actor) -> Case:
    procedure = procedures.of(draft.definition)
    # Closing comes first: it takes the row, so what is checked below is what is kept.
    forms.hand_in(draft=draft, by=by)
    _check(draft, procedure)
    now = clock.now()
    shape = procedure.shape
    case = Case.objects.create(
        receipt=next_receipt(clock.in_city(now).date()),
        definition=draft.definition,
        draft=draft,
        applicant=draft.party,
        account=draft.account if draft.channel == Channel.WEB else None,
        division_id=shape.division,
        channel=draft.channel,
        state=shape.first_state,
        received_at=now,
        due_on=Deadline(shape.within.days, shape.within.count, clock.in_city(now).date()).due_on(),
    )
    add_step(case, "", shape.first_state, by=by)
    audit.record("case.received", case.ref, by=by, facts={"channel": case.channel}, subject=case.applicant_id)
    case_received.send(Case, case=case)
    jobs.enqueue("procedures.receipt_copy", about=case.ref, key=f"receipt_copy:{case.pk}")
    tell(case, RECEIVED, key=str(case.pk), places={"on": case.due_on or ""}, by=by)
    return case


def _check(draft: Draft, procedure: Procedure) -> None:
    answers = form_queries.answers_of(draft)
    sheet = form_queries.sheet_of(procedure.form, answers, draft)
    if sheet.left:
        raise NotFinished(left=sheet.left)
    texts = packs.texts(draft.definition, draft.language)
    handed = set(Attachment.objects.filter(draft=draft).values_list("document", flat=True))
    # At the end a paper that may be needed is needed: the person says at least how it will come.
    if lacking := [one for one in procedure.documents(answers, texts, settled=True) if one.id not in handed]:
        raise PapersMissing(title=lacking[0].title)
    eligible = procedure.eligible(answers, texts)
    if eligible.answer is False:
        raise NotEligible(eligible.reason or None)
