"""Reading the audit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, Min, Q, QuerySet, Value, When

from .. import clock
from ..refs import Actor, ActorKind, Ref
from . import heads as outside
from .errors import HeadsUnreadable
from .models import Block, Event, Waiting
from .verifying import overdue


def events_about(ref: Ref) -> QuerySet[Event]:
    """Everything recorded about one thing, oldest first."""
    return Event.objects.filter(about=str(ref))


def reads_about(ref: Ref) -> QuerySet[Event]:
    """Who looked at it, newest first."""
    return events_about(ref).filter(verb=Event.READ).order_by("-at", "-id")


def latest_read(ref: Ref, *, by: Actor) -> Event | None:
    """This person's own latest look, with its reason; None when they never looked."""
    return reads_about(ref).filter(actor_account=by.account).first()


LATELY = dt.timedelta(hours=1)


def seen_lately(abouts: Iterable[Ref], *, by: Actor, what: str) -> set[str]:
    """Those that the same program was shown already within the hour, on behalf of the same account."""
    mine = Event.objects.filter(
        about__in=[str(about) for about in abouts],
        verb=Event.READ,
        actor_account=by.account,
        what=what,
        facts__via=by.via,
        at__gt=clock.now() - LATELY,
    )
    return set(mine.values_list("about", flat=True))


def shown_to(
    *, subjects: Iterable[uuid.UUID], abouts: Iterable[str], verbs: Iterable[str]
) -> QuerySet[Event]:
    """What concerns these parties or is about these things, of these kinds, the latest first; never practice."""
    theirs = Q(subject__in=list(subjects)) | Q(about__in=list(abouts))
    return Event.objects.filter(theirs, verb__in=list(verbs), practice=False).order_by("-at", "-id")


# How an access is counted: a member of staff looked, something was given out, a program of others came in.
LOOKED, GIVEN, TAKEN_OUT, APP, MACHINE = "looked", "given", "taken_out", "app", "machine"
OTHER_PURPOSE = "other"


@dataclass(frozen=True, slots=True)
class AccessCount:
    """So many in one section. `purpose` is one of the standing phrases, or OTHER_PURPOSE; only looks have one."""

    division: str
    kind: str
    purpose: str
    n: int


def access_counts(
    *,
    since: dt.datetime,
    until: dt.datetime,
    purposes: Collection[str],
    beginnings: Collection[str] = (),
    given: Collection[str],
    taken_out: Collection[str],
) -> list[AccessCount]:
    """How often personal records were used, counted by the database in one pass; practice is left out.

    `purposes` are counted as they stand, longer ones by their `beginnings`. What somebody wrote as a reason of
    their own is only counted, never given back: it may name a person.
    """
    by_app, by_machine = Q(facts__via__startswith="app:"), Q(facts__via__startswith="key:")
    looked = Q(verb=Event.READ, actor_kind=ActorKind.STAFF)
    kind = Case(
        When(by_app, then=Value(APP)),
        When(by_machine, then=Value(MACHINE)),
        When(looked, then=Value(LOOKED)),
        When(verb__in=list(given), then=Value(GIVEN)),
        When(verb__in=list(taken_out), then=Value(TAKEN_OUT)),
        output_field=CharField(),
    )
    purpose = Case(
        When(~looked, then=Value("")),
        When(purpose__in=list(purposes), then=F("purpose")),
        *(When(purpose__startswith=one, then=Value(one)) for one in beginnings),
        default=Value(OTHER_PURPOSE),
        output_field=CharField(),
    )
    rows = (
        Event.objects.filter(at__gte=since, at__lt=until, practice=False)
        .order_by()
        .annotate(counted_as=kind, because=purpose)
        .filter(counted_as__isnull=False)
        .values_list("actor_division", "counted_as", "because")
        .annotate(n=Count("pk"))
    )
    return [AccessCount(*row) for row in rows]


def first_at() -> dt.datetime | None:
    """When the record begins. It reads every event: keep the answer."""
    found: dt.datetime | None = Event.objects.aggregate(first=Min("at"))["first"]
    return found


def sealed_so_far() -> str:
    """A mark that changes when a block is sealed; "" before the first. For what need not be counted more often."""
    return Block.objects.order_by("-number").values_list("digest", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class SealState:
    """How the sealing goes, at a glance: cheap enough for a status page. It proves nothing; verifying does."""

    blocks: int
    sealed_at: object  # of the newest block
    waiting: int
    overdue: int
    heads_agree: bool | None  # None: no head was written yet


def seal_state() -> SealState:
    """For `mado doctor`: the newest block, what waits, and whether the newest head outside is of this database."""
    block = Block.objects.order_by("-number").first()
    try:
        last = outside.newest()
    except HeadsUnreadable:
        agree: bool | None = False
    else:
        agree = None if last is None else Block.objects.filter(pk=last.number, digest=last.digest).exists()
    return SealState(
        blocks=block.number if block else 0,
        sealed_at=block.sealed_at if block else None,
        waiting=Waiting.objects.count(),
        overdue=overdue(),
        heads_agree=agree,
    )


__all__ = [
    "APP",
    "GIVEN",
    "LOOKED",
    "MACHINE",
    "OTHER_PURPOSE",
    "TAKEN_OUT",
    "AccessCount",
    "SealState",
    "access_counts",
    "events_about",
    "first_at",
    "latest_read",
    "reads_about",
    "seal_state",
    "sealed_so_far",
    "seen_lately",
    "shown_to",
]
