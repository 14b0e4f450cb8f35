"""A round of correction, opened: the places, what stands there, and what was put right so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.merging import MORE, merged
from madoguchi.engines.forms.models import AnswerRevision
from madoguchi.engines.forms.questions import Question, Sheet
from madoguchi.kernel import packs
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor

from . import procedure as procedures
from . import rules, sealing
from .errors import CorrectionClosed, CorrectionHandedIn
from .models import Attachment, Case, Correction, CorrectionItem
from .models.correcting import DOCUMENTS
from .procedure import NeededDocument, Procedure

SAME = _("前の答えと同じです。直すか、「このままで正しい」を選んで理由を書いてください。")
NOT_WRITTEN = _("まだ書いていません。書くか、「このままで正しい」を選んで理由を書いてください。")
ASKED_NOW = _("答えが変わったので、ここも書いてください。")
NO_PAPER = _("ファイルを付けるか、「あとから出す」か「このままで正しい」を選んでください。")


@dataclass(slots=True)
class Buffer:
    """What was put right and not handed in."""

    answers: dict[str, Any] = field(default_factory=dict)
    right: dict[str, str] = field(default_factory=dict)  # path -> why it is right as it stands

    def __bool__(self) -> bool:
        return bool(self.answers or self.right)

    def sealed_for(self, correction: Correction) -> bytes:
        return sealing.sealed_values(
            correction, correction.case.draft, {"answers": self.answers, "right": self.right} if self else {}
        )


def buffer_of(correction: Correction) -> Buffer:
    """Opened for whoever writes in it, never for staff."""
    kept = sealing.opened_values(correction, correction.case.draft, correction.sealed_buffer)
    return Buffer(kept.get("answers", {}), kept.get("right", {}))


def open_round(case: Case, by: Actor) -> Correction:
    """The round the resident may write in. Raises NotFound, CorrectionClosed, CorrectionHandedIn."""
    if not rules.is_own(by, case):
        raise NotFound
    return waiting_round(case)


def waiting_round(case: Case) -> Correction:
    """The round that waits for an answer. Raises CorrectionClosed, CorrectionHandedIn."""
    latest = (
        case.corrections.select_related("case__draft__key", "case__definition").order_by("-asked_at").first()
    )
    if latest is not None and latest.answered_at is not None:
        raise CorrectionHandedIn
    if latest is None or latest.closed_at is not None:
        raise CorrectionClosed
    return latest


@dataclass(slots=True)
class Place:
    """One place that is open: named by the office (`item`), or asked because a corrected answer calls for it."""

    path: str
    item: CorrectionItem | None
    before: Question | None = None  # as the office has it
    question: Question | None = None  # with what was put right so far
    document: NeededDocument | None = None
    papers: list[Attachment] = field(default_factory=list)  # put in so far, seen by nobody else
    papers_before: list[Attachment] = field(default_factory=list)
    right: str = ""
    is_changed: bool = False

    @property
    def is_paper(self) -> bool:
        return self.document is not None

    @property
    def is_gone(self) -> bool:
        """Another answer of the round made the question disappear."""
        return not self.is_paper and self.question is None

    @property
    def is_settled(self) -> bool:
        return self.is_changed or bool(self.right) or self.is_gone

    @property
    def label(self) -> str:
        if self.document is not None:
            return self.document.title
        asked = self.question or self.before
        return f"{asked.position} {asked.short_label}".strip() if asked else ""

    @property
    def first_input(self) -> str:
        """Where a sentence about the place as a whole stands."""
        inputs = list(self.question.inputs) if self.question else []
        return inputs[0] if inputs else "value"


@dataclass(slots=True)
class Round:
    correction: Correction
    procedure: Procedure
    before: Sheet
    after: Sheet
    places: list[Place]
    changes: dict[str, Any]  # what will be merged: only what is still asked

    def place(self, path: str) -> Place | None:
        return next((one for one in self.places if one.path == path), None)

    @property
    def missing(self) -> dict[str, Any]:
        """`path:input` -> a sentence, for each place where nothing was changed and nothing said."""
        return {f"{one.path}:{one.first_input}": _missing(one) for one in self.places if not one.is_settled}


def _missing(place: Place) -> Any:
    if place.is_paper:
        return NO_PAPER
    if place.item is None:
        return ASKED_NOW
    # What may be left blank counts as answered, though nothing stands there.
    stood = place.before is not None and place.before.is_answered and place.before.value is not None
    return SAME if stood else NOT_WRITTEN


def opened(
    correction: Correction,
    *,
    answers: Mapping[str, Any] | None = None,
    right: Mapping[str, str] | None = None,
    papers: Mapping[str, list[Attachment]] | None = None,
    base: AnswerRevision | None = None,
) -> Round:
    """The round with what its buffer holds; or with `answers`, `right` and `papers` given by somebody else."""
    case = correction.case
    procedure = procedures.of(case.definition)
    base = base or form_queries.latest_revision(case.draft)
    stands = form_queries.answers_at(case.draft, base)
    before = form_queries.sheet_of(procedure.form, stands, case.draft)
    if answers is None:
        kept = buffer_of(correction)
        answers, right = kept.answers, kept.right
    if papers is None:
        papers = _by_document(Attachment.objects.filter(draft=case.draft_id, correction=correction))
    after, changes = _laid_over(procedure, case.draft, stands, before, answers)
    return Round(
        correction=correction,
        procedure=procedure,
        before=before,
        after=after,
        changes=changes,
        places=[
            *_question_places(correction, before, after, changes, right or {}),
            *_paper_places(correction, procedure, before, after, papers, right or {}),
        ],
    )


def _by_document(rows: Any) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = {}
    for row in rows.select_related("file"):
        found.setdefault(row.document, []).append(row)
    return found


def _laid_over(
    procedure: Procedure, draft: Any, stands: dict[str, Any], before: Sheet, answers: Mapping[str, Any]
) -> tuple[Sheet, dict[str, Any]]:
    """The sheet as it would be, and of the answers those that are still asked: the others are let go."""
    changes = dict(answers)
    while True:
        after = form_queries.sheet_of(procedure.form, merged(procedure.form, stands, changes), draft)
        asked = {question.path for question in after.questions}
        gone = [path for path in changes if path not in asked and not path.endswith(MORE)]
        if not gone:
            return after, changes
        for path in gone:
            del changes[path]


def _question_places(
    correction: Correction,
    before: Sheet,
    after: Sheet,
    changes: Mapping[str, Any],
    right: Mapping[str, str],
) -> list[Place]:
    items = {item.path: item for item in correction.items.all() if not item.is_paper}
    before_by = {question.path: question for question in before.questions}
    found = []
    for question in after.questions:
        item, old = items.pop(question.path, None), before_by.get(question.path)
        was_open = old is not None and not old.is_answered
        if item is None and question.path not in changes and (question.is_answered or was_open):
            continue
        found.append(
            Place(
                question.path,
                item,
                before=old,
                question=question,
                right=right.get(question.path, ""),
                is_changed=question.path in changes and question.is_answered,
            )
        )
    # A place whose question disappeared meanwhile needs nothing any more.
    found += [
        Place(path, item, before=before_by.get(path)) for path, item in items.items() if path in before_by
    ]
    return found


def _paper_places(
    correction: Correction,
    procedure: Procedure,
    before: Sheet,
    after: Sheet,
    put_in: Mapping[str, list[Attachment]],
    right: Mapping[str, str],
) -> list[Place]:
    case = correction.case
    items = {item.path.removeprefix(DOCUMENTS): item for item in correction.items.all() if item.is_paper}
    standing = _by_document(Attachment.objects.filter(draft=case.draft_id).current())
    texts = packs.texts(case.definition, get_language() or "ja")
    needed_before = {one.id for one in procedure.documents(before.answers, texts, settled=True)}
    newly = {
        one.id
        for one in procedure.documents(after.answers, texts, settled=True)
        if one.id not in needed_before and one.id not in standing
    }
    found = []
    for document in procedure.every_document(texts):
        if document.id not in items and document.id not in newly:
            continue
        path, mine = DOCUMENTS + document.id, put_in.get(document.id, [])
        found.append(
            Place(
                path,
                items.get(document.id),
                document=document,
                papers=mine,
                papers_before=standing.get(document.id, []),
                right=right.get(path, ""),
                is_changed=bool(mine),
            )
        )
    return found


def gaps_in(sheet: Sheet) -> int:
    """How many required questions stand without an answer."""
    return len(open_required(sheet))


def open_required(sheet: Sheet) -> list[Question]:
    return [question for question in sheet.questions if not question.is_answered and question.is_required]
