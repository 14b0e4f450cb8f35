"""One case as its desk shows it: without a name before a reason was recorded, whole after."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from madoguchi.engines.documents import queries as documents
from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.kinds import BankAccount, full_name
from madoguchi.engines.forms.models import AnswerRevision
from madoguchi.engines.forms.questions import Question, Sheet
from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.calendar import age_on
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.mandates import queries as mandates
from madoguchi.kernel.identity.models import Division
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.vault.models import FileState, StoredFile

from ... import decided, rules, sealing
from ... import procedure as procedures
from ...errors import LookReasonNeeded, ProtectedHere, StepNotPossible
from ...models import Attachment, Case, Correction, CorrectionItem, Decision
from ...procedure import Procedure
from ..resident import Paper, papers
from . import course
from .correcting import hidden_files, places_to_check, previous_papers, signers_at_desk
from .rows import DUE, ORDER_KEYS, STANDS, on_the_desk, row_of
from .seeing import counts, emptied, is_hidden, look_in_force
from .shapes import (
    DecisionPreview,
    DeskCase,
    DeskPaper,
    Said,
    SaidGroup,
    SaidPage,
    VeiledPage,
)
from .versions import version_note

PROMISED = (Attachment.Way.LATER, Attachment.Way.PAPER, Attachment.Way.WAIVED)


def case_for_staff(actor: Actor, case_id: str | uuid.UUID) -> DeskCase:
    """The case without any name or answer: what one may know before giving a reason. Raises NotFound."""
    case = _own(actor, case_id)
    procedure = procedures.of(case.definition)
    texts = packs.texts(case.definition, "ja")
    decision = getattr(case, "decision", None)
    events = list(audit.events_about(case.ref))
    reads = [event for event in reversed(events) if event.verb == Event.READ]
    open_places = _open_places(case)
    sealed = not rules.may_open_papers(actor, case)
    found = course.moves(case, procedure, decision, actor, texts, sealed=sealed)
    return DeskCase(
        row=row_of(case, actor, texts, places=open_places),
        case=case,
        stamps=course.stamps(case, procedure, decision, open_places),
        moves=found,
        waits_for=course.waits_for(case, procedure, decision, actor, sealed=sealed),
        next_title=course.next_title(case, procedure, found, open_places, texts),
        log=course.log(case, procedure, decision, texts, events),
        decision=decision,
        outcome=texts.get(f"flow.{decision.outcome}.label", "") if decision else "",
        look=counts(next((one for one in reads if _is_whole(one, actor)), None)),
        reads=reads,
        veiled=_veiled(case, procedure, actor),
        open_places=open_places,
        may_answer=procedure.state(case.state).tell == "returned",
        is_sealed=sealed,
        version=version_note(case),
        letter_opened=_has_opened_letter(decision, events, actor),
        returned_letters=frozenset(row.letter_id for row in case.returned_decisions.all() if row.letter_id),
    )


def _has_opened_letter(decision: Decision | None, events: list[Event], actor: Actor) -> bool:
    return decision is not None and any(
        event.verb == "case.letter_opened"
        and event.actor_account == actor.account
        and event.at >= decision.decided_at
        for event in events
    )


def _is_whole(look: Event, actor: Actor) -> bool:
    """Who looked at a part only, such as a name to copy, has not opened the case."""
    return look.actor_account == actor.account and look.what == rules.WHOLE


def _own(actor: Actor, case_id: str | uuid.UUID) -> Case:
    case = (
        Case.objects.select_related(
            "definition", "assigned", "decision__letter", "applicant", "draft__key", "draft__definition"
        )
        .prefetch_related(
            "steps",
            "notes",
            "returned_decisions",
            "transfers",
            "version_moves",
            Prefetch(
                "corrections",
                Correction.objects.prefetch_related(
                    Prefetch("items", CorrectionItem.objects.order_by("path"))
                ).order_by("asked_at"),
            ),
        )
        .filter(pk=case_id)
        .first()
    )
    if case is None or not rules.may_handle(actor, case):
        raise NotFound
    return case


def _latest_answered(case: Case) -> Correction | None:
    return next((one for one in reversed(case.corrections.all()) if one.answered_at is not None), None)


def _open_places(case: Case) -> int:
    """Places that were put right and wait for a look, while nothing else has happened since."""
    answered = _latest_answered(case)
    if answered is None or not course.is_answered(case):
        return 0
    return sum(item.confirmed_at is None for item in answered.items.all())


def _veiled(case: Case, procedure: Procedure, actor: Actor) -> list[VeiledPage]:
    """The form as everybody gets it, empty: nothing of it depends on what this person answered."""
    blank = form_queries.sheet_of(procedure.form, {}, case.draft, language="ja")
    return [
        VeiledPage(
            title=page.title,
            number=number,
            asks=[
                (question.short_label, is_hidden(question, case, actor))
                for question in page.questions
                if question.kind != "list_more" and not question.item
            ],
        )
        for number, page in enumerate(blank.pages, start=1)
    ]


def read_for_staff(actor: Actor, case_id: str | uuid.UUID, *, secrets: bool = False) -> DeskCase:
    """The case with names and answers. Raises LookReasonNeeded unless a look was recorded before.

    Account numbers come shortened unless `secrets` is asked for; whoever asks records that look first.
    """
    shown = case_for_staff(actor, case_id)
    if shown.look is None:
        raise LookReasonNeeded
    case = shown.case
    procedure = procedures.of(case.definition)
    texts = packs.texts(case.definition, "ja")
    revisions = list(case.draft.revisions.order_by("number"))
    answers = form_queries.answers_at(case.draft, revisions[-1])
    sheet = form_queries.sheet_of(procedure.form, answers, case.draft, language="ja")
    shown.applicant = applicant_name(sheet)
    shown.pages = said_pages(shown, sheet, revisions, actor, secrets=secrets)
    shown.places = places_to_check(shown)
    shown.signers = signers_at_desk(case, names=True)
    shown.papers = _papers(case, procedure, papers(case.draft, procedure, answers, texts).needed)
    shown.files = list(_files(case))
    shown.notes = list(case.notes.all())
    shown.reason = shown.decision.reason if shown.decision else ""
    if shown.decision is not None:
        outcome, values = shown.decision.outcome, shown.decision.values
        shown.decided = decided.shown(procedure, outcome, values, texts)
        shown.handover = case.handovers.filter(returned=None).first()
    whys = {row.pk: row.why for row in case.returned_decisions.all()}
    whys |= {row.pk: row.why for row in case.transfers.all()}
    for line in shown.log:
        line.why = whys.get(line.about, "") if line.about else ""
    return shown


def _papers(case: Case, procedure: Procedure, needed: list[Paper]) -> list[DeskPaper]:
    """What the answers call for, and what was promised before they were put right."""
    promised = Attachment.objects.current().filter(draft=case.draft_id, way__in=PROMISED)
    settled, previous = {one.document: one for one in promised}, previous_papers(case)
    found = [
        DeskPaper(one.document.id, one.document.title, one.way, one.document, one.files) for one in needed
    ]
    wanted = {one.id for one in found}
    titles = {document.id: document.title for document in procedure.shape.documents}
    found += [
        DeskPaper(name, titles.get(name, name), row.way)
        for name, row in settled.items()
        if name not in wanted
    ]
    for paper in found:
        paper.previous = previous.get(paper.id, [])
        row = settled.get(paper.id)
        if row is not None and row.way == paper.way:
            paper.at = row.at
            paper.why = sealing.opened(row, case.draft, row.sealed_why)
    return found


def said_pages(
    shown: DeskCase, sheet: Sheet, revisions: list[AnswerRevision], actor: Actor, *, secrets: bool
) -> list[SaidPage]:
    """What was stated, page by page, without what this reader may not see; of `shown` only the case is read."""
    """What was stated, page by page, without what this reader may not see; of `shown` only the case is read."""
    case = shown.case
    before = _before(case, revisions)
    rounds = list(case.corrections.all())
    items = {item.path: item for item in rounds[-1].items.all()} if rounds else {}
    asked = [question.path for question in sheet.questions if question.path in items]
    numbers = {path: number for number, path in enumerate(asked, start=1)}
    latest = revisions[-1]
    changed_by = _writer(latest, case) if before is not None else ""
    pages = []
    for number, page in enumerate(sheet.pages, start=1):
        leaf = SaidPage(page.title, number)
        for question in page.questions:
            if question.kind == "list_more" and (question.is_answered or not case.gaps):
                continue
            one = _said(question, case, actor, secrets=secrets)
            old = before.question(question.path) if before else None
            if before is not None and (old is None or old.value != question.value):
                one.changed_at = latest.at
                one.changed_by = changed_by
                one.was = _said(old, case, actor, secrets=secrets).shown if old else ""
            one.is_gap = question.is_required and not question.is_answered
            one.item = items.get(question.path)
            one.pin = numbers.get(question.path, 0)
            if not leaf.groups or leaf.groups[-1].title != question.position:
                leaf.groups.append(SaidGroup(question.position))
            leaf.groups[-1].said.append(one)
        pages.append(leaf)
    return pages


def _writer(revision: AnswerRevision, case: Case) -> str:
    """Who wrote it, in the words of the desk: a clerk, the person, or somebody who acts for them."""
    if revision.by is None or mandates.is_staff_account(revision.by):
        return _("職員")
    is_theirs = case.applicant_id is not None and revision.by in mandates.accounts_of(case.applicant_id)
    return _("ご本人") if is_theirs or case.draft.mandate is None else _("代理の方")


def _before(case: Case, revisions: list[AnswerRevision]) -> Sheet | None:
    """The answers as they stood before the latest correction."""
    if len(revisions) < 2:
        return None
    form = procedures.of(case.definition).form
    answers = form_queries.answers_at(case.draft, revisions[-2])
    return form_queries.sheet_of(form, answers, case.draft, language="ja")


def _said(question: Question, case: Case, actor: Actor, *, secrets: bool) -> Said:
    """One fact with what this reader may not see taken out of it, not only covered."""
    if is_hidden(question, case, actor):
        return Said(emptied(question), veil="protected")
    if question.kind == "bank_account" and question.value and not secrets:
        words = BankAccount.masked(question.value)
        return Said(replace(question, value=None, inputs={}, shown=words), shown=words, veil="part")
    return Said(question, shown=question.shown or _("（記入なし）"), beside=_age(question))


def _age(question: Question) -> str:
    if question.kind != "date" or not question.value or question.path.rpartition(".")[2] != "birth":
        return ""
    return _("%(age)s歳") % {"age": age_on(dt.date.fromisoformat(question.value), clock.today())}


def applicant_name(sheet: Sheet) -> str:
    """The name of who applies, as stated."""
    for question in sheet.questions:
        if question.kind == "name" and not question.item and question.value:
            return full_name(question.value)
    return ""


def _files(case: Case) -> Any:
    # A recalled letter is kept for the register of mis-issues alone.
    recalled = case.returned_decisions.exclude(sent_at=None).exclude(letter=None)
    return (
        StoredFile.objects.filter(about__in=[str(case.ref), str(Ref.to(case.draft))], state=FileState.SAFE)
        .exclude(pk__in=recalled.values("letter"))
        .exclude(pk__in=hidden_files(case).values("file"))
        .order_by("uploaded_at")
    )


def file_for_staff(actor: Actor, case_id: str | uuid.UUID, file_id: str | uuid.UUID) -> StoredFile:
    """A file of a case of the actor's division.

    Raises NotFound, LookReasonNeeded unless a look is in force, ProtectedHere where 秘匿 keeps it from this reader.
    """
    case = Case.objects.select_related("draft", "applicant").filter(pk=case_id).first()
    if case is None or not rules.may_handle(actor, case):
        raise NotFound
    if look_in_force(actor, case) is None:
        raise LookReasonNeeded
    stored = _files(case).filter(pk=file_id).first()
    if stored is None:
        raise NotFound
    if not rules.may_open_papers(actor, case):
        raise ProtectedHere
    return stored  # type: ignore[no-any-return]


def decision_preview(shown: DeskCase, outcome: str) -> DecisionPreview:
    """What deciding `outcome` would do. Raises StepNotPossible where this person may not decide it now."""
    move = next((one for one in shown.moves if one.kind == "decide" and one.to == outcome), None)
    if move is None:
        raise StepNotPossible
    case = shown.case
    state = procedures.of(case.definition).state(outcome)
    label = packs.texts(case.definition, "ja").get(f"flow.{outcome}.label", outcome)
    return DecisionPreview(
        outcome=outcome,
        label=label,
        applicant=shown.applicant,
        letter_title=documents.letter_definition(state.letter).title if state.letter else "",
        needs_reason=move.needs_reason,
        has_account=case.applicant is not None and identity.has_account(case.applicant),
        hands_over=bool(state.hands_over),
        cannot_yet=not move.needs_reason and (shown.is_lacking or case.unsigned > 0),
    )


def receiving_divisions(shown: DeskCase) -> list[Division]:
    """The other divisions of today in which somebody handles cases, in the order of the chart."""
    others = rules.receiving() - {shown.case.division_id}
    return list(identity.divisions().filter(pk__in=others))


def is_own_press(actor: Actor, case_id: str | uuid.UUID, *, seen: str, to: str = "") -> bool:
    """Whether the actor's own press moved the case on from the version `seen` (to `to`, where that is known)."""
    case = _own(actor, case_id)
    decision = getattr(case, "decision", None)
    if decision is not None and decision.sent_at is not None and seen == str(case.version):
        return bool(decision.checked_by == actor.account)
    last = list(case.steps.all())[-1]
    mine = last.by == actor.account and seen == str(case.version - 1)
    return mine and to in {"", last.to_state}


def neighbours(actor: Actor, case_id: str | uuid.UUID) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """The cases before and after this one in the list: each is the nearest row beyond its place in the order."""
    rows = on_the_desk(actor).annotate(stands=STANDS, due=DUE)
    here = rows.filter(pk=case_id).values_list(*ORDER_KEYS).first()
    if here is None:
        return None, None
    backwards = [f"-{key}" for key in ORDER_KEYS]
    return (
        rows.filter(_beyond(here, "lt")).order_by(*backwards).values_list("pk", flat=True).first(),
        rows.filter(_beyond(here, "gt")).order_by(*ORDER_KEYS).values_list("pk", flat=True).first(),
    )


def _beyond(here: tuple[Any, ...], side: str) -> Q:
    """The rows on one side of `here`: the first key that differs decides."""
    found, same = Q(), Q()
    for key, value in zip(ORDER_KEYS, here, strict=True):
        found |= same & Q(**{f"{key}__{side}": value})
        same &= Q(**{key: value})
    return found
