"""Calls of the past come in as facts: from a pack, or from a document somebody reviewed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.packs import ChangeKind
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.text import digest_of

from ..errors import CallKeyTaken
from ..models import Answer, Call, Category, Event, Opinion, OpinionItem, Outcome, Rules
from ..shape import CallFile, OpinionRow, RulesFile


@writes
def keep_rules(*, rules: RulesFile, by: Actor) -> ChangeKind | None:
    """What holds for new calls from now on; None when it held already. A call keeps the rules it was prepared under."""
    said = {
        "minimum_days": rules.minimum_days,
        "counting": rules.counting,
        "follow_up_months": rules.follow_up_months,
        "categories": [one.model_dump() for one in rules.categories],
    }
    known = Rules.objects.filter(pk=1).first()
    if known is not None and all(getattr(known, name) == value for name, value in said.items()):
        return None
    Rules.objects.update_or_create(pk=1, defaults=said)
    audit.record("consultation.rules_kept", Ref("consultation", "rules", "1"), by=by)
    return ChangeKind.ADDED if known is None else ChangeKind.CHANGED


@writes
def bring_call(
    *, call: CallFile, rows: Sequence[OpinionRow], rules: RulesFile, by: Actor
) -> ChangeKind | None:
    """Make a past call and its opinions say what the files say; None when they said it already.

    Originals (`Opinion.text`) that an operator supplied are laid over the summaries and are not touched. Outcomes are
    only added to: one that changed is the next row. Raises CallKeyTaken where the desk has a call of that name.
    """
    digest = _digest(call, rows)
    row = Call.objects.filter(key=call.call).first()
    if row is not None and row.printed.get("digest") == digest:
        return None
    if row is not None and row.origin == Call.Origin.DESK:
        # Letters of residents may lie in it; a past call of that name would be laid over them.
        raise CallKeyTaken(key=call.call)
    kind = ChangeKind.ADDED if row is None else ChangeKind.CHANGED
    row = _keep_call(call, rules, digest)
    _keep_categories(row, call)
    row.events.all().delete()
    Event.objects.bulk_create(
        Event(call=row, order=order, **event.model_dump()) for order, event in enumerate(call.events)
    )
    _keep_opinions(row, rows)
    audit.record("consultation.brought", row.ref, by=by, facts={"opinions": len(rows)})
    return kind


def _digest(call: CallFile, rows: Sequence[OpinionRow]) -> str:
    plain: list[Any] = [call.model_dump(mode="json"), *(row.model_dump(mode="json") for row in rows)]
    return digest_of(plain)


def _keep_call(call: CallFile, rules: RulesFile, digest: str) -> Call:
    division = identity.division(call.division) if call.division else None
    printed = {
        "digest": digest,
        "opinions": call.opinions,
        "categories": {one.sign: one.printed for one in call.categories if one.printed is not None},
        "sections": [{"title": one.title, "n": one.printed} for one in call.sections],
        "notes": call.notes,
    }
    row, _made = Call.objects.update_or_create(
        key=call.call,
        defaults={
            "title": call.title,
            "document": call.document,
            "division": division,
            "opens_on": call.opens_on,
            "closes_on": call.closes_on,
            "counting": call.counting or rules.counting,
            "minimum_days": call.minimum_days or rules.minimum_days,
            "state": Call.State.PUBLISHED,
            "origin": Call.Origin.PACK,
            "plan": call.plan,
            "words": call.words,
            "notices": [one.model_dump(by_alias=True) for one in call.notices],
            "ways": [one.model_dump() for one in call.ways],
            "persons": call.persons,
            "organisations": call.organisations,
            "printed": printed,
            "source": call.source,
        },
    )
    return row


def _keep_categories(row: Call, call: CallFile) -> None:
    for order, one in enumerate(call.categories, 1):
        Category.objects.update_or_create(
            call=row, sign=one.sign, defaults={"label": one.label, "meaning": one.meaning, "order": order}
        )
    row.categories.exclude(sign__in=[one.sign for one in call.categories]).filter(opinions=None).delete()


def _keep_opinions(call: Call, rows: Sequence[OpinionRow]) -> None:
    categories = {one.sign: one for one in call.categories.all()}
    answers = _keep_answers(call, rows)
    for row in rows:
        opinion, _made = Opinion.objects.update_or_create(
            call=call,
            number=row.no,
            defaults={
                "summary": row.opinion,
                "section": [part for part in row.section.split("|") if part],
                "item_title": row.item_title,
                "item_number": row.item_number,
                "item_draft_number": row.item_draft_number,
                "category": categories.get(row.category),
                "category_printed": row.category,
                "answer": answers[row.answer_with or row.no],
                "same_printed": row.same,
            },
        )
        _keep_items(opinion, row)
        _keep_outcome(opinion, row)
    # One that somebody wrote down an outcome of stays: what became of it is only ever added to.
    call.opinions.exclude(number__in=[row.no for row in rows]).filter(outcomes=None).delete()
    call.answers.filter(opinions=None).delete()
    _keep_references(call, rows, answers)


def _keep_answers(call: Call, rows: Sequence[OpinionRow]) -> dict[int, Answer]:
    """{No.: the answer printed there}. One that an earlier pack brought is worded anew, not made twice."""
    known = {one.number: one.answer for one in call.opinions.select_related("answer") if one.answer}
    answers: dict[int, Answer] = {}
    for row in rows:
        if row.answer_with is not None:
            continue
        answer = known.get(row.no)
        if answer is None or answer in answers.values():
            answer = Answer.objects.create(call=call, state=Answer.State.APPROVED)
        if answer.summary != row.answer:
            answer.summary = row.answer
            answer.save(update_fields=["summary"])
        answers[row.no] = answer
    return answers


def _keep_items(opinion: Opinion, row: OpinionRow) -> None:
    codes = set(row.items.split())
    opinion.items.exclude(code__in=codes).delete()
    there = set(opinion.items.values_list("code", flat=True))
    OpinionItem.objects.bulk_create(OpinionItem(opinion=opinion, code=code) for code in sorted(codes - there))


def _keep_outcome(opinion: Opinion, row: OpinionRow) -> None:
    if not row.outcome:
        return
    said = {
        "state": row.outcome,
        "on": row.outcome_on,
        "item": row.outcome_item,
        "words": row.outcome_words,
        "source": row.outcome_source,
        "service": row.outcome_service,
    }
    last = opinion.outcomes.order_by("at", "id").last()
    if last is None or any(getattr(last, name) != value for name, value in said.items()):
        Outcome.objects.create(opinion=opinion, at=clock.now(), **said)


def _keep_references(call: Call, rows: Sequence[OpinionRow], answers: dict[int, Answer]) -> None:
    """Where an answer points at other opinions, its summary says so by reference, not by number."""
    ids = dict(call.opinions.values_list("number", "pk"))
    for row in rows:
        if not row.refers_to or row.answer_with is not None:
            continue
        answer = answers[row.no]
        text = row.answer
        for number in row.refers_to.split():
            # No.3 is not the beginning of No.35.
            text = re.sub(rf"No\.{number}(?!\d)", f"{{{{opinion:{ids[int(number)]}}}}}", text)
        if answer.summary != text:
            answer.summary = text
            answer.save(update_fields=["summary"])
