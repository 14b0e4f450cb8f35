"""Opening and ending a call."""

from __future__ import annotations

import datetime as dt
from copy import copy

from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, jobs, text
from madoguchi.kernel.calendar import said_date
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor

from .. import days, rules
from ..errors import AlreadyPublished, CallClosed, NotReadyToOpen, QuestionUnclear, TooFewDays
from ..models import Call, Question, UnitText
from ..models.receiving import Channel
from .claims import change

OFFLINE = {Channel.FAX, Channel.POST, Channel.COUNTER, Channel.PHONE}


@writes
def open_call(*, call: Call, by: Actor) -> Call:
    """Announce the call; from its first day on it receives.

    Raises TooFewDays when it breaks the rule of days, NotReadyToOpen with what is missing, NotAllowed.
    """
    rules.check_runs(by, call)
    if call.state == Call.State.PUBLISHED:
        raise AlreadyPublished
    # Days before it is announced are no days to write on.
    announced = copy(call)
    announced.opens_on = max(call.opens_on, clock.today())
    lasts = days.length(announced)
    if not lasts.is_enough:
        raise TooFewDays(
            unit=call.get_counting_display(),
            minimum=lasts.minimum,
            days=max(lasts.counted, 0),
            earliest=said_date(days.earliest_close(announced)),
        )
    missing = list(_missing(call))
    if missing:
        raise NotReadyToOpen(missing="、".join(missing))
    change(call, state=Call.State.OPENED)
    first = dt.datetime.combine(announced.opens_on, dt.time(), clock.JST)
    jobs.enqueue("consultation.index", not_before=max(first, clock.now()))
    audit.record(
        "consultation.opened",
        call.ref,
        by=by,
        facts={"days": lasts.counted, "counted_by": call.counting},
    )
    return call


def _missing(call: Call):  # type: ignore[no-untyped-def]
    """What people need before they can be asked."""
    words = call.words.get("ja", {})
    if not words.get("summary"):
        yield _("概要")
    if not call.categories.exists():
        yield _("対応区分")
    if not UnitText.objects.filter(unit__call=call).exists():
        yield _("素案の本文")
    ways = {way["channel"] for way in call.ways}
    if Channel.WEB not in ways:
        yield _("インターネットで出す方法")
    if not ways & OFFLINE:
        # N-01: whoever does not use the internet is asked too.
        yield _("インターネットを使わずに出す方法")
    elif any(way["channel"] in OFFLINE and not way.get("to", "").strip() for way in call.ways):
        yield _("出す方法のあて先")


@writes
def close_early(*, call: Call, on: dt.date, by: Actor, reason: str) -> Call:
    """End a call before its day (an error in the draft, a new call). Never earlier than today."""
    rules.check_runs(by, call)
    if not call.receives_on(clock.today()) or not clock.today() <= on < call.closes_on or not reason.strip():
        raise CallClosed
    change(call, closes_on=on)
    audit.record("consultation.closed_early", call.ref, by=by, facts={"on": on.isoformat(), "why": reason})
    return call


MOST_QUESTION = 1000


@writes
def ask_question(*, call: Call, words: str, by: Actor) -> Question:
    """Put a question on the board of an open call; it stays unseen until staff let it through.

    Raises CallClosed, QuestionUnclear.
    """
    if not call.receives_on(clock.today()):
        raise CallClosed
    if not 1 <= len(words.strip()) <= MOST_QUESTION:
        raise QuestionUnclear(most=MOST_QUESTION)
    text.refuse_my_number(words)
    question = Question.objects.create(call=call, asked_at=clock.now(), words=words.strip())
    audit.record("consultation.question_asked", call.ref, by=by)
    return question


@writes
def answer_question(*, question: Question, answer: str, by: Actor) -> Question:
    """Show the question with its answer."""
    rules.check_runs(by, question.call)
    if not answer.strip():
        raise QuestionUnclear(most=MOST_QUESTION)
    Question.objects.filter(pk=question.pk).update(
        state=Question.State.SHOWN, answer=answer.strip(), answered_at=clock.now(), answered_by=by.account
    )
    question.refresh_from_db()
    audit.record("consultation.question_answered", question.call.ref, by=by)
    return question


@writes
def refuse_question(*, question: Question, why: str, by: Actor) -> Question:
    """Do not show it, and write down why."""
    rules.check_runs(by, question.call)
    if not why.strip():
        raise QuestionUnclear(most=MOST_QUESTION)
    Question.objects.filter(pk=question.pk).update(state=Question.State.REFUSED, why_not=why.strip()[:300])
    question.refresh_from_db()
    audit.record("consultation.question_refused", question.call.ref, by=by)
    return question
