"""What becomes of an open case under a newer version: whether it can be moved, what is then due, and what is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms.models import AnswerRevision
from madoguchi.engines.forms.questions import Sheet
from madoguchi.engines.forms.rebasing import misfit, stored
from madoguchi.kernel import clock, packs
from madoguchi.kernel.calendar import Deadline
from madoguchi.kernel.packs.models import Definition

from . import procedure as procedures
from . import rules
from .definition import Within
from .models import Attachment, Case, Correction, CoSignature
from .past import Past
from .procedure import Procedure
from .rounds import open_required
from .signers import signers


@dataclass(frozen=True, slots=True)
class Outlook:
    """The case as it would stand; `refusal` says in a sentence why it stays where it is ("" when it may move)."""

    act: str = ""
    refusal: str = ""
    gaps: int = 0
    asks: tuple[str, ...] = ()  # what would have to be asked for, by name
    papers: tuple[str, ...] = ()  # which papers would be awaited, by id
    paper_titles: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()  # who would have to agree, for the first time or again
    due_on: dt.date | None = None
    paused_at: dt.datetime | None = None

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()


def cases_to_move() -> Any:
    """Cases with everything an outlook reads, in a fixed number of queries."""
    return Case.objects.select_related(
        "definition", "applicant", "draft__key", "draft__definition"
    ).prefetch_related(
        "steps",
        "version_moves",
        Prefetch("draft__revisions", AnswerRevision.objects.order_by("-number")),
        Prefetch("draft__attachments", Attachment.objects.current()),
        Prefetch("corrections", Correction.objects.filter(closed_at=None)),
        Prefetch("signatures", CoSignature.objects.filter(superseded_at=None)),
    )


def outlook(case: Case, to: Definition, texts: dict[str, str] | None = None) -> Outlook:
    """What moving this case onto `to` would do. `case` comes from `cases_to_move`."""
    new = procedures.of(to)
    change = new.shape.change
    if change is None or not change.moves_open_cases:
        return Outlook(refusal=_("新しい版は、受け付けた案件を移すものではありません。"))
    texts = packs.texts(to) if texts is None else texts
    answers = form_queries.answers_at(case.draft, case.draft.revisions.all()[0])
    if refusal := _refusal(case, to, new, answers):
        return Outlook(act=change.act, refusal=refusal)
    sheet = form_queries.sheet_of(new.form, answers, case.draft, texts=texts)
    asks = tuple(question.short_label for question in open_required(sheet))
    handed = {paper.document for paper in case.draft.attachments.all()}
    papers = [one for one in new.documents(answers, texts, settled=True) if one.id not in handed]
    pauses = case.state in new.shape.within.pause_on
    return Outlook(
        act=change.act,
        gaps=len(asks),
        asks=asks,
        papers=tuple(one.id for one in papers),
        paper_titles=tuple(one.title for one in papers),
        signers=_to_be_asked(case, new, sheet, texts),
        due_on=due_on(case, new.shape.within, resumed_on=clock.today()),
        paused_at=(case.paused_at or clock.now()) if pauses else None,
    )


def _refusal(case: Case, to: Definition, new: Procedure, answers: dict[str, Any]) -> str:
    if (
        to.kind != case.definition.kind
        or to.key != case.definition.key
        or to.version <= case.definition.version
    ):
        return _("同じ手続の、より新しい版ではありません。")
    if to.withdrawn_at is not None:
        return _("この版は、もう使われていません。")
    if case.state not in new.shape.flow or new.shape.flow[case.state].end:
        return _("いまの段階が、新しい版にはありません。段階を進めてから移してください。")
    if case.corrections.all():
        return _("補正の返事を待っています。返事が来てから移してください。")
    lost = _lost(case, new, answers)
    if lost:
        return _("新しい版では入らない答えがあります（%s）。いまの版のまま進めてください。") % "、".join(lost)
    known = {document.id for document in new.shape.documents}
    if any(paper.document not in known for paper in case.draft.attachments.all()):
        return _("新しい版にない書類が付いています。いまの版のまま進めてください。")
    signers = {signer.id for signer in new.shape.cosigners}
    if any(row.signer.partition(".")[0] not in signers for row in case.signatures.all()):
        return _("新しい版にない方の同意を求めています。いまの版のまま進めてください。")
    return ""


def _to_be_asked(case: Case, new: Procedure, sheet: Sheet, texts: dict[str, str]) -> tuple[str, ...]:
    """Who was not asked so far, and who signed under words that read differently in the newer version."""
    rows = {row.signer: row for row in case.signatures.all()}
    return tuple(
        one.title
        for one in signers(new, sheet, texts, protected=rules.is_protected(case))
        if (row := rows.get(one.id)) is None or (row.signed_at and row.signed_hash != one.hash)
    )


def _lost(case: Case, new: Procedure, answers: dict[str, Any]) -> list[str]:
    """The questions whose answers the newer version has no place for, by name. A blank is no loss: it is a gap."""
    old = procedures.of(case.definition).form
    keys = [
        one.path.partition(".")[0] for one in stored(new.form, answers) if misfit(one) not in {"", "required"}
    ]
    fields = {key: old.field(key) for key in keys}
    return [field.label or key if field else key for key, field in fields.items()]


def due_on(case: Case, within: Within, *, resumed_on: dt.date) -> dt.date | None:
    """The date the case is due by `within`, counted from receipt, days of waiting for the resident left out.

    Whether a day was one of waiting is for the version to say that was in force on it.
    """
    pauses: list[tuple[dt.date, dt.date]] = []
    began = None
    for at, stands_still in Past(case).pauses():
        on = clock.in_city(at).date()
        if began is None and stands_still:
            began = on
        elif began is not None and not stands_still:
            pauses.append((began, on))
            began = None
    if began is not None:
        pauses.append((began, resumed_on))
    received = case.counts_from
    return Deadline(within.days, within.count, received, pauses).due_on()
