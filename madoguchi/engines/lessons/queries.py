"""What can be practised, and how far somebody has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum

from madoguchi.engines.procedures import queries as procedures
from madoguchi.engines.procedures.queries import LESSONS
from madoguchi.kernel import clock, packs
from madoguchi.kernel.identity import practising as people
from madoguchi.kernel.practice import practising
from madoguchi.kernel.refs import Actor, is_id

from .errors import LessonOver
from .models import Visit
from .services import LASTS

__all__ = ["LESSONS", "Learner", "Lesson", "counted", "is_lesson", "learner", "lessons", "visit"]


@dataclass(frozen=True, slots=True)
class Learner:
    """Who somebody is while they practise."""

    visit: Visit
    account: Any
    actor: Actor


@dataclass(frozen=True, slots=True)
class Lesson:
    """One sample form, in the reader's language; `is_sent` and `is_begun` of the visit that asks."""

    key: str
    title: str
    summary: str
    is_sent: bool = False
    is_begun: bool = False


def visit(visit_id: str) -> Visit | None:
    """The visit a browser remembers, while it lasts."""
    if not is_id(visit_id):
        return None
    return Visit.objects.filter(pk=visit_id, ended_at=None, started_at__gt=clock.now() - LASTS).first()


def learner(visit_id: str) -> Learner:
    """Whom this browser plays. Raises LessonOver."""
    found = visit(visit_id)
    account = people.account_playing(str(found.account)) if found is not None else None
    if found is None or account is None:
        raise LessonOver
    return Learner(found, account, people.actor_playing(account, division="", role="resident"))


def lessons(of: Learner | None = None) -> list[Lesson]:
    """Every sample form of the pack, in the order of their keys, and how far this learner has come with each."""
    with practising(LESSONS):
        cards = sorted(procedures.procedures_online(), key=lambda card: card.key)
        begun = {one.key for one in procedures.drafts_of(of.actor)} if of is not None else set()
        sent = {one.key for one in procedures.cases_of(of.actor)} if of is not None else set()
    return [Lesson(one.key, one.title, one.summary, one.key in sent, one.key in begun) for one in cards]


def is_lesson(key: str) -> bool:
    """Whether this key is a sample form, inside its world or outside."""
    with practising(LESSONS):
        return packs.definitions(procedures.KIND).filter(key=key).exists()


def counted(since: dt.datetime, until: dt.datetime) -> tuple[int, int]:
    """(visits begun, forms sent in them) in [since, until)."""
    found = Visit.objects.filter(started_at__gte=since, started_at__lt=until)
    numbers = found.aggregate(begun=Count("pk"), sent=Sum("sent"))
    return numbers["begun"], numbers["sent"] or 0
