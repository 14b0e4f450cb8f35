"""From the first question to the receipt number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.checking import MISSING, check
from madoguchi.engines.forms.errors import DraftClosed
from madoguchi.engines.forms.models import Channel, Draft
from madoguchi.engines.forms.rebasing import misfits
from madoguchi.kernel import audit, clock, jobs, packs, vault
from madoguchi.kernel.calendar import Deadline
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.mandates.errors import OutsideMandate
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.packs.models import Definition
from madoguchi.kernel.practice import is_practice, run_here
from madoguchi.kernel.refs import Actor, Ref, is_id
from madoguchi.kernel.refs.receipts import next_practice_receipt, next_receipt

from .. import procedure as procedures
from .. import rules
from ..errors import (
    AnswersNoLongerFit,
    ArrivalUnlikely,
    DefinitionChanged,
    NoLongerOffered,
    NotEligible,
    NotFinished,
    NotOnline,
    OriginalNeeded,
    PapersMissing,
    TooManyFiles,
)
from ..events import case_received
from ..models import Attachment, Case
from ..procedure import Procedure
from ..queries.terminals import written_at
from . import receiving
from .cosigning import ask_first
from .finding import remember
from .steps import add_step
from .telling import tell_received

MOST_FILES = 5
MOST_DAYS_BACK = 60  # a paper is written in within two months of its arrival


def start_draft(
    *,
    key: str,
    by: Actor,
    channel: str = Channel.WEB,
    party: Party | None = None,
    language: str = "ja",
    arrived_on: dt.date | None = None,
) -> Draft:
    """Begin an application. Nothing is filled in before the person asks for it (`use_kept`).

    Staff begin one for somebody else with the channel it came by; then `party` says for whom.
    `arrived_on` is the day a paper reached the office: the days of the case count from it.
    Raises NotFound, NotOnline, ArrivalUnlikely.
    """
    if arrived_on is not None and not 0 <= (clock.today() - arrived_on).days <= MOST_DAYS_BACK:
        raise ArrivalUnlikely(most=MOST_DAYS_BACK)
    definition, procedure = procedures.current(key)
    if channel == Channel.WEB and procedure.shape.channels.web is None:
        raise NotOnline
    if not by.covers(key):
        raise OutsideMandate
    rules.check_may_act(by, key)
    party = party or identity.party(by.party)
    if by.is_resident and (untouched := form_queries.untouched(definition, by)) is not None:
        return untouched  # the button was pressed before, and nothing was written yet
    return _begun(
        definition=definition,
        form=procedure.form,
        by=by,
        party=party,
        channel=channel,
        language=language,
        arrived_on=arrived_on,
    )


@writes
def _begun(*, by: Actor, **fields: Any) -> Draft:
    draft = forms.start(by=by, **fields)
    if by.mandate is not None:
        audit.record("draft.begun", Ref.to(draft), by=by, subject=draft.party_id)
    return draft


def keep_up(*, draft: Draft, by: Actor) -> Draft:
    """Move an open draft onto the version in force; answers that still fit stay, `draft.changes` says what is new.

    Raises NoLongerOffered where the city has withdrawn the procedure.
    """
    in_force = Definition.objects.in_force().filter(pk=draft.definition_id).exists()
    if in_force or draft.closed_at is not None:
        return draft
    try:
        definition, procedure = procedures.current(draft.definition.key)
    except NotFound as refusal:
        raise NoLongerOffered from refusal
    return forms.rebase(
        draft=draft,
        definition=definition,
        old_form=procedures.of(draft.definition).form,
        form=procedure.form,
        by=by,
        law=_law_between(draft.definition, definition),
    )


def _law_between(old: Definition, new: Definition) -> dict[str, Any] | None:
    """The newest act that demands a change, of all versions the draft slept through."""
    between = Definition.objects.filter(
        kind=new.kind, key=new.key, version__gt=old.version, version__lte=new.version
    )
    for definition in between.order_by("-version"):
        change = procedures.of(definition).shape.change
        if change is not None and change.required_by_law:
            since = change.effective_on.isoformat() if change.effective_on else ""
            return {"act": change.act, "version": definition.version, "since": since}
    return None


def see_changes(*, draft: Draft, by: Actor) -> Draft:
    """Whoever writes the draft has looked at what a newer version changed. Raises DraftClosed."""
    return forms.see_changes(draft=draft, form=procedures.of(draft.definition).form, by=by)


def save_answer(*, draft: Draft, path: str, posted: Mapping[str, str], by: Actor) -> Draft:
    """Keep one answer of a draft. Raises AnswerRefused and the other refusals of forms, NoLongerOffered."""
    keep_up(draft=draft, by=by)
    return _saved(draft=draft, path=path, posted=posted, by=by)


@writes
def _saved(*, draft: Draft, path: str, posted: Mapping[str, str], by: Actor) -> Draft:
    # The row is ours before its version is read: another window may be moving the draft this very moment,
    # and an answer is only ever read by the rules of the version it is kept under.
    rules.check_may_act(by, draft.definition.key)
    draft = Draft.objects.select_related("definition").select_for_update(of=("self",)).get(pk=draft.pk)
    form = procedures.of(draft.definition).form
    return forms.save_answer(draft=draft, form=form, path=path, posted=posted, by=by)


def attach(*, draft: Draft, document: str, upload: Any, name: str, by: Actor) -> Attachment:
    """Add a file to one of the documents. Raises OriginalNeeded, the vault's refusals, TooManyFiles, DraftClosed."""
    refuse_photograph(draft.definition, document, by)
    # The file is taken in before our transaction: re-encoding a photograph is slow, and the gate is narrow.
    stored = vault.take_file(upload=upload, name=name, about=Ref.to(draft), by=by, key=draft.key)
    try:
        return _attached(draft=draft, document=document, way=Attachment.Way.UPLOAD, file=stored, by=by)
    except Refusal:
        # Sent meanwhile: what was not taken in is not kept either.
        vault.remove_file(stored=stored, by=by)
        raise


def refuse_photograph(definition: Definition, document: str, by: Actor) -> None:
    """Raises OriginalNeeded where only the thing itself will do. Staff may scan what lies before them."""
    if not by.is_staff and procedures.of(definition).is_brought(document):
        raise OriginalNeeded


def bring_later(*, draft: Draft, document: str, by: Actor) -> Attachment:
    """The person will send or bring this document: an application is never held back for want of a scanner."""
    return _replaced(draft=draft, document=document, way=Attachment.Way.LATER, by=by)


def use_link(*, draft: Draft, document: str, by: Actor) -> Attachment:
    """The person agrees that the office looks the facts up itself, so this document need not be handed in."""
    return _replaced(draft=draft, document=document, way=Attachment.Way.OMITTED, by=by)


@writes
def _attached(*, draft: Draft, document: str, way: str, file: Any, by: Actor) -> Attachment:
    rules.check_may_act(by, draft.definition.key)
    forms.touch(draft=draft)
    mine = Attachment.objects.filter(draft=draft, document=document)
    mine.exclude(way=way).delete()
    # Counted after the draft was taken, so that two windows cannot both put in the last one.
    if mine.filter(way=way).count() >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    return Attachment.objects.create(draft=draft, document=document, way=way, file=file, at=clock.now())


@writes
def _replaced(*, draft: Draft, document: str, way: str, by: Actor) -> Attachment:
    rules.check_may_act(by, draft.definition.key)
    forms.touch(draft=draft)
    for attachment in Attachment.objects.filter(draft=draft, document=document).select_related("file"):
        take_out(attachment, by)
    return Attachment.objects.create(draft=draft, document=document, way=way, at=clock.now())


@writes
def detach(*, draft: Draft, attachment_id: str, by: Actor) -> None:
    """Take a file back before sending: it is gone, nobody will see it."""
    rules.check_may_act(by, draft.definition.key)
    forms.touch(draft=draft)
    if not is_id(attachment_id):
        raise NotFound
    for attachment in Attachment.objects.filter(draft=draft, pk=attachment_id).select_related("file"):
        take_out(attachment, by)


def take_out(attachment: Attachment, by: Actor) -> None:
    file = attachment.file
    attachment.delete()
    if file is not None:
        vault.remove_file(stored=file, by=by)


@writes
def discard_draft(*, draft: Draft, by: Actor) -> None:
    """Throw away a draft with its papers. Raises DraftClosed when it was sent."""
    rules.check_may_act(by, draft.definition.key)
    forms.touch(draft=draft)
    for attachment in Attachment.objects.filter(draft=draft).select_related("file"):
        take_out(attachment, by)
    forms.discard(draft=draft, by=by)


def submit(*, draft: Draft, by: Actor, incomplete: bool = False) -> Case:
    """Receive the application: one case, one receipt number, however often this is asked.

    What came on paper, by telephone or at the counter is received even when something is missing (行政手続法
    第7条): with `incomplete`, staff receive it as it is, and `Case.gaps` says how many answers have to be asked for.

    A second request for the same draft gets the case the first one made. Raises DefinitionChanged (something of
    what was answered is different now, and the person has not seen it), NotFinished, NotEligible (with the reason).
    """
    made = Case.objects.filter(draft=draft).first()
    if made is not None:
        return made
    try:
        try:
            return _received(draft=keep_up(draft=draft, by=by), by=by, incomplete=incomplete)
        except DefinitionChanged as refusal:
            # A version came into force while we were at it. Once more: it may change nothing for this person.
            moved = keep_up(draft=Draft.objects.select_related("definition").get(pk=draft.pk), by=by)
            if moved.changes or isinstance(refusal, AnswersNoLongerFit):
                raise
            return _received(draft=moved, by=by, incomplete=incomplete)
    except (IntegrityError, DraftClosed):
        # Another request for the same draft committed first: its case is the answer to ours too.
        made = Case.objects.filter(draft=draft).first()
        if made is None:
            raise
        return made
    except AnswersNoLongerFit as refusal:
        draft = Draft.objects.select_related("definition").get(pk=draft.pk)
        forms.ask_again(draft=draft, form=procedures.of(draft.definition).form, paths=refusal.paths, by=by)
        raise


@writes
def _received(*, draft: Draft, by: Actor, incomplete: bool) -> Case:
    # Before the draft: whoever takes a mandate back waits for nobody who waits for them.
    rules.check_may_act(by, draft.definition.key)
    # Closing comes first: it takes the row, so what is checked below is what is kept, and the version it is
    # checked against is the one the case will stand on, whichever window moved the draft meanwhile.
    forms.hand_in(draft=draft, by=by)
    draft = Draft.objects.select_related("definition", "key", "party").get(pk=draft.pk)
    procedure = procedures.of(draft.definition)
    if draft.changes or draft.definition.withdrawn_at is not None:
        raise DefinitionChanged
    as_it_is = incomplete and by.is_staff and draft.channel != Channel.WEB
    gaps = receiving.gaps(draft, procedure) if as_it_is else 0
    if not as_it_is:
        _check(draft, procedure)
    now = clock.now()
    shape = procedure.shape
    arrived = draft.arrived_on if draft.channel != Channel.WEB else None
    case = Case.objects.create(
        receipt=next_practice_receipt() if is_practice() else next_receipt(clock.in_city(now).date()),
        definition=draft.definition,
        draft=draft,
        applicant=draft.party,
        account=draft.account if draft.channel == Channel.WEB else None,
        division_id=identity.successor(shape.division),  # reorganised since the file was written
        channel=draft.channel,
        state=shape.first_state,
        received_at=now,
        arrived_on=arrived,
        due_on=Deadline(shape.within.days, shape.within.count, arrived or clock.in_city(now).date()).due_on(),
        gaps=gaps,
    )
    add_step(case, "", shape.first_state, by=by)
    ask_first(case)
    remember(case=case, by=by)
    facts = {"channel": case.channel, **written_at(draft)}
    audit.record("case.received", case.ref, by=by, facts=facts, subject=case.applicant_id)
    case_received.send(Case, case=case)
    if (
        run_here() != procedures.LESSONS
    ):  # nobody keeps the paper of a lesson; real ones need not wait behind it
        jobs.enqueue("procedures.receipt_copy", about=case.ref, key=f"receipt_copy:{case.pk}")
    tell_received(case, by=by)
    return case


def _check(draft: Draft, procedure: Procedure) -> None:
    answers = form_queries.answers_of(draft)
    sheet = form_queries.sheet_of(procedure.form, answers, draft)
    asked = {question.path for question in sheet.questions}
    # A clerk writes what stands on the paper, also where it does not agree with itself, and asks.
    problems = check(procedure.form, answers, by_resident=draft.channel == Channel.WEB)
    wrong = [one.path for one in problems if one.code != MISSING and one.path in asked]
    if unfit := misfits(procedure.form, sheet) or wrong:
        raise AnswersNoLongerFit(unfit)
    if sheet.left:
        raise NotFinished(left=sheet.left)
    texts = packs.texts(draft.definition, draft.language)
    # A file the scanner found harmful afterwards is gone: the paper is still to come.
    here = Attachment.objects.filter(draft=draft).exclude(file__state=vault.FileState.REFUSED)
    handed = set(here.values_list("document", flat=True))
    # At the end a paper that may be needed is needed: the person says at least how it will come.
    if lacking := [one for one in procedure.documents(answers, texts, settled=True) if one.id not in handed]:
        raise PapersMissing(title=lacking[0].title)
    eligible = procedure.eligible(answers, texts)
    if eligible.answer is False:
        raise NotEligible(eligible.reason or None)
