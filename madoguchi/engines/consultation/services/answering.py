"""From parts to published rows: opinions, the answers they share, categories and what shows they are true."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db.models import F, Min, Q
from django.utils.translation import gettext as _

from madoguchi.engines.approvals import services as approvals
from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref

from .. import references, rules
from ..errors import AlreadyPublished, AnswerNotReady, PartSettled
from ..evidence import check_evidence
from ..models import (
    Answer,
    Call,
    Category,
    Evidence,
    FollowUp,
    NotAlike,
    Opinion,
    OpinionItem,
    Part,
    Unit,
    UnitText,
)
from .claims import change, take_turn

ROUTE = "iken"


@dataclass(frozen=True, slots=True)
class EvidenceIn:
    """What an answer points at: one of a passage's id, a service's key, or words with an address."""

    kind: str
    passage: str = ""
    service: str = ""
    words: str = ""
    url: str = ""


@writes
def part_from(*, part: Part, opinion: Opinion, by: Actor) -> Part:
    """Count `part` among those who said `opinion`. Raises PartSettled when it is somewhere already."""
    rules.check_runs(by, opinion.call)
    _not_published(opinion.call)
    if part.comment.call_id != opinion.call_id:
        raise NotFound
    if not Part.objects.filter(pk=part.pk, opinion=None, withheld="").update(opinion=opinion):
        raise PartSettled
    part.refresh_from_db()
    audit.record("consultation.part_counted", Ref.to(part.comment), by=by, facts={"opinion": str(opinion.pk)})
    return part


@writes
def write_opinion(
    *,
    call: Call,
    summary: str,
    by: Actor,
    parts: Iterable[Part] = (),
    unit: Unit | None = None,
    items: Collection[str] = (),
    opinion: Opinion | None = None,
) -> Opinion:
    """Make a published row out of `parts`, or word it anew. It is answered to by the division of its items.

    Raises AnswerNotReady without a summary, PartSettled, SomebodyWasFaster.
    """
    rules.check_runs(by, call)
    _not_published(call)
    if not summary.strip():
        raise AnswerNotReady(missing=_("意見の要旨"))
    if opinion is None:
        opinion = Opinion.objects.create(call=call, summary=summary.strip(), unit=unit)
    else:
        if opinion.answer is not None and opinion.summary != summary.strip():
            # What was approved stood under other words.
            _reopen(opinion.answer)
        change(opinion, summary=summary.strip(), unit=unit)
    wanted = set(items) | ({unit.item} if unit and unit.item else set())
    opinion.items.exclude(code__in=wanted).delete()
    for code in sorted(wanted):
        OpinionItem.objects.get_or_create(opinion=opinion, code=code)
    for part in parts:
        part_from(part=part, opinion=opinion, by=by)
    audit.record("consultation.opinion_written", opinion.ref, by=by)
    return opinion


@writes
def merge(*, into: Opinion, others: Sequence[Opinion], by: Actor) -> Opinion:
    """Several rows say the same: one row, with everybody counted in it. Cross references go to the row that stays."""
    rules.check_runs(by, into.call)
    _not_published(into.call)
    for other in others:
        if other.call_id != into.call_id or other.pk == into.pk:
            raise NotFound
        if other.outcomes.exists():
            # It was published, and people were told what became of it: its address stays.
            raise AlreadyPublished
        other.parts.update(opinion=into)
        references.move(into.call, other, into)
        NotAlike.objects.filter(Q(one=other) | Q(other=other)).delete()
        audit.record("consultation.opinion_merged", other.ref, by=by, facts={"into": str(into.pk)})
        other.delete()
    drop_empty_answers(into.call, by)
    return into


@writes
def give_answer(*, opinions: Sequence[Opinion], division: str, by: Actor) -> Answer:
    """Ask a division for one answer to these opinions. An answer nobody uses any more goes."""
    call = opinions[0].call
    rules.check_runs(by, call)
    _not_published(call)
    answers = {opinion.answer for opinion in opinions}
    asked = answers.pop() if len(answers) == 1 else None
    if asked is not None and asked.division_id == division:
        # The same form pressed twice: what they may have begun to write there stays.
        return asked
    answer = Answer.objects.create(call=call, division_id=division)
    gather(answer=answer, opinions=opinions, by=by)
    return answer


@writes
def gather(*, answer: Answer, opinions: Sequence[Opinion], by: Actor) -> Answer:
    """One answer serves these opinions too; each keeps its own category."""
    rules.check_runs(by, answer.call)
    _not_published(answer.call)
    if any(opinion.call_id != answer.call_id for opinion in opinions):
        raise NotFound
    _reopen(answer)
    mine = Opinion.objects.filter(pk__in=[opinion.pk for opinion in opinions])
    # Whoever words one of them anew has read it under another answer, and would open that one again.
    mine.exclude(answer=answer).update(answer=answer, version=F("version") + 1)
    drop_empty_answers(answer.call, by)
    audit.record("consultation.gathered", answer.ref, by=by, facts={"opinions": len(opinions)})
    return answer


def drop_empty_answers(call: Call, by: Actor) -> None:
    """An answer nobody uses any more goes, and nobody is asked to approve it any longer."""
    for answer in Answer.objects.filter(call=call, opinions=None):
        approvals.give_up(about=answer.ref, by=by)
        answer.delete()


@writes
def write_answer(*, answer: Answer, text: str, by: Actor) -> Answer:
    """Word the answer. `No.2` becomes a cross reference that survives renumbering. An approval of other words is void."""
    rules.check_answers(by, answer)
    _not_published(answer.call)
    kept = references.taken_in(answer.call, text.strip())
    change(answer, text=kept, state=Answer.State.WRITING, written_by=by.account, written_at=clock.now())
    audit.record("consultation.answer_written", answer.ref, by=by)
    return answer


@writes
def categorise(
    *,
    opinion: Opinion,
    category: Category,
    by: Actor,
    evidence: Sequence[EvidenceIn] | None = None,
    due_on: dt.date | None = None,
) -> Opinion:
    """Give an opinion its class, with what that class needs: evidence, or a day to look again.

    `evidence=None` leaves what there is. Raises EvidenceMissing, NotFound, SomebodyWasFaster.
    """
    if opinion.answer is None or category.call_id != opinion.call_id:
        raise NotFound
    rules.check_answers(by, opinion.answer)
    _not_published(opinion.call)
    _reopen(opinion.answer)
    change(opinion, category=category, category_printed=category.sign)
    if evidence is not None:
        opinion.evidence.all().delete()
        Evidence.objects.bulk_create(_evidence(opinion, one) for one in evidence)
    _look_again(opinion, category, due_on)
    check_evidence(opinion)
    audit.record("consultation.categorised", opinion.ref, by=by, facts={"category": category.sign})
    return opinion


def _evidence(opinion: Opinion, one: EvidenceIn) -> Evidence:
    passage = None
    if one.passage:
        passage = UnitText.objects.filter(pk=one.passage, unit__call=opinion.call_id).first()
        if passage is None:
            raise NotFound
    fields = asdict(one) | {"passage": passage}
    return Evidence(opinion=opinion, **fields)


def _look_again(opinion: Opinion, category: Category, due_on: dt.date | None) -> None:
    if category.meaning not in rules.FOLLOWED:
        FollowUp.objects.filter(opinion=opinion).delete()
    elif due_on is not None:
        division = opinion.answer.division_id if opinion.answer else None
        FollowUp.objects.update_or_create(
            opinion=opinion, defaults={"due_on": due_on, "division_id": division}
        )


@writes
def number_all(*, call: Call, by: Actor, order: Sequence[str] | None = None) -> int:
    """Number the opinions 1…n: by the passage they are about, then as they came; or in `order` (ids).

    Cross references follow by themselves: they hold the opinion, not its number. Returns n.
    """
    rules.check_runs(by, call)
    _not_published(call)
    rows = list(
        Opinion.objects.filter(call=call)
        .annotate(first=Min("parts__comment__received_at"))
        .order_by(F("unit__order").asc(nulls_last=True), "first", "id")
    )
    if order is not None:
        place = {str(key): number for number, key in enumerate(order)}
        rows.sort(key=lambda row: place.get(str(row.pk), len(place)))
    Opinion.objects.filter(call=call).update(number=None)
    for number, row in enumerate(rows, 1):
        row.number = number
    Opinion.objects.bulk_update(rows, ["number"], batch_size=500)
    # Whoever has such an answer open reads numbers of before: what they save would point elsewhere.
    Answer.objects.filter(call=call, text__contains="{{opinion:").update(version=F("version") + 1)
    audit.record("consultation.numbered", call.ref, by=by, facts={"opinions": len(rows)})
    return len(rows)


@writes
def send_for_approval(*, answer: Answer, by: Actor) -> Answer:
    """担当課 → 企画の確認 → 決裁: the answer, with the categories it was given, goes on its way as it is now.

    Raises AnswerNotReady, EvidenceMissing, approvals' AlreadyAsked, SomebodyWasFaster.
    """
    rules.check_answers(by, answer)
    _not_published(answer.call)
    opinions = _asked_for(answer)
    if missing := list(_missing(answer, opinions)):
        raise AnswerNotReady(missing="、".join(missing))
    for opinion in opinions:
        check_evidence(opinion)
    if answer.division_id is None:
        raise AnswerNotReady(missing=_("考え方を書く課"))
    change(answer, state=Answer.State.CHECKING)
    request = approvals.ask(
        about=answer.ref,
        title=_("区の考え方：%(call)s") % {"call": answer.call.title},
        summary=paper(answer, opinions),
        route=ROUTE,
        division=answer.division_id,
        digest=digest(answer, opinions),
        by=by,
        written_by=answer.written_by,
    )
    Answer.objects.filter(pk=answer.pk).update(approval=str(request.ref))
    answer.approval = str(request.ref)
    return answer


def _missing(answer: Answer, opinions: Sequence[Opinion]) -> Iterable[str]:
    if not answer.text.strip():
        yield _("考え方の文章")
    if not opinions:
        yield _("意見")
    if any(opinion.category is None for opinion in opinions):
        yield _("対応区分")


def _asked_for(answer: Answer) -> list[Opinion]:
    """Its opinions with all that is approved of them."""
    rows = answer.opinions.select_related("category", "follow_up").prefetch_related("evidence__passage")
    return list(rows.order_by("number", "id"))


def paper(answer: Answer, opinions: Sequence[Opinion]) -> str:
    """What the approvers read: no words of a resident but the public summary, and what shows that the class is true."""
    rows = [
        "\n".join([f"{one.category.sign if one.category else ''} {one.summary}", *_shows(one)])
        for one in opinions
    ]
    return "\n".join([*rows, "", references.shown(answer.call, answer.text)])


def _shows(opinion: Opinion) -> Iterable[str]:
    """Its evidence and its day, line by line."""
    for one in sorted(opinion.evidence.all(), key=lambda one: one.pk):
        passage = f"{one.passage.number} {one.passage.heading}".strip() if one.passage else ""
        pointed = " ".join(filter(None, (passage, one.service, one.words, one.url)))
        yield f"　{one.get_kind_display()}：{pointed}"
    if (follow_up := getattr(opinion, "follow_up", None)) is not None:
        yield _("　つぎに確かめる日：%(day)s") % {"day": follow_up.due_on.isoformat()}


def _pinned(opinion: Opinion) -> Iterable[str]:
    """The same as `_shows`, in no language: who approves may read the desk in another one than who asked."""
    for one in sorted(opinion.evidence.all(), key=lambda one: one.pk):
        yield repr((one.kind, str(one.passage_id), one.service, one.words, one.url))
    if (follow_up := getattr(opinion, "follow_up", None)) is not None:
        yield follow_up.due_on.isoformat()


def digest(answer: Answer, opinions: Sequence[Opinion]) -> str:
    """SHA-256 of what is approved: the words, and each opinion with its category and what shows that it is true."""
    rows = sorted((str(one.pk), one.summary, str(one.category_id), *_pinned(one)) for one in opinions)
    return hashlib.sha256(repr((answer.text, rows)).encode()).hexdigest()


def approved(*, about: Ref, digest_then: str, by: Actor) -> None:
    """The way is at its end. Words that changed meanwhile are not approved by it."""
    answer = Answer.objects.filter(pk=about.id, state=Answer.State.CHECKING).first()
    if answer is None:
        return
    opinions = _asked_for(answer)
    state = Answer.State.APPROVED if digest(answer, opinions) == digest_then else Answer.State.WRITING
    change(answer, state=state)
    audit.record("consultation.answer_approved", answer.ref, by=by, facts={"state": state})


def sent_back(*, about: Ref, by: Actor) -> None:
    """差し戻し, or taken back: it can be written again."""
    answer = Answer.objects.filter(pk=about.id, state=Answer.State.CHECKING).first()
    if answer is not None:
        change(answer, state=Answer.State.WRITING)


def _reopen(answer: Answer) -> None:
    """What is on its way or approved and changes now has to go its way again.

    Asked of the row, not of what was read of it: it may have been approved since.
    """
    settled = Answer.objects.filter(pk=answer.pk).exclude(state=Answer.State.WRITING)
    if settled.update(state=Answer.State.WRITING, version=F("version") + 1):
        answer.version += 1
    answer.state = Answer.State.WRITING


def _not_published(call: Call) -> None:
    """One deed on a call at a time: what is counted while its letter is cut anew, or while it is published, waits."""
    if take_turn(call).state == Call.State.PUBLISHED:
        raise AlreadyPublished
