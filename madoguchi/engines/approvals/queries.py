"""What can be asked about approvals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.functional import Promise

from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import Actor, Ref, is_id

from . import rules
from .errors import NotYourTurn, OwnRequest
from .models import Request, Route, Step

_STEPS = Prefetch("steps", Step.objects.select_related("division"))
# What is over is looked for by what it is about; the list shows the newest.
MOST_ENDED = 100


def of(about: Ref) -> QuerySet[Request]:
    """Every request ever made about a thing, newest first, with its steps."""
    return Request.objects.filter(about=str(about)).prefetch_related(_STEPS).select_related("division")


def waiting_for(actor: Actor) -> list[Request]:
    """Those whose next step is the actor's, oldest first; never what they had a hand in."""
    rows = _waiting(actor).select_related("division").prefetch_related(_STEPS)
    return list(rows.order_by("asked_at"))


def count_waiting(actor: Actor) -> int:
    """How many those are. One query: every page of the desk asks."""
    return _waiting(actor).count()


def _waiting(actor: Actor) -> QuerySet[Request]:
    due = Step.objects.filter(request=OuterRef("pk"), state=Step.State.WAITING).order_by("order")
    mine = Q(pk__in=[])
    for division, role in actor.chairs if actor.is_staff else ():
        mine |= Q(due_division=division, due_role=role)
    return (
        Request.objects.filter(state=Request.State.PENDING)
        .annotate(
            due_division=Subquery(due.values("division")[:1]), due_role=Subquery(due.values("role")[:1])
        )
        .filter(mine)
        .exclude(Q(asked_by=actor.account) | Q(written_by=actor.account))
        .exclude(Exists(Step.objects.filter(request=OuterRef("pk"), by=actor.account)))
    )


def asked_by(actor: Actor) -> list[Request]:
    """What the actor put on its way and is not over, newest first."""
    rows = Request.objects.filter(Q(asked_by=actor.account), state=Request.State.PENDING)
    return list(rows.select_related("division").prefetch_related(_STEPS))


def ended_for(actor: Actor) -> list[Request]:
    """What is over and the actor asked for or took a step of, the one that ended last in front; the newest hundred."""
    took = Step.objects.filter(request=OuterRef("pk"), by=actor.account)
    rows = Request.objects.exclude(state=Request.State.PENDING).filter(
        Q(asked_by=actor.account) | Q(Exists(took))
    )
    return list(rows.select_related("division").prefetch_related(_STEPS).order_by("-ended_at")[:MOST_ENDED])


def may_see(actor: Actor, request: Request) -> bool:
    """Whoever sits on its way, asked for it, or works in its division or in what became of that."""
    return actor.is_staff and (
        request.asked_by == actor.account
        or any(division == request.division_id for division, _role in actor.chairs)
        or any(rules.sits_on(actor, step) or step.by == actor.account for step in request.steps.all())
    )


def request_for(actor: Actor, request_id: object) -> Request:
    """The request with its steps. Not there and not theirs are the same. Raises NotFound."""
    rows = Request.objects.select_related("division").prefetch_related(_STEPS)
    found = rows.filter(pk=str(request_id)).first() if is_id(request_id) else None
    if found is None or not may_see(actor, found):
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A request with what this person can do about it now."""

    row: Request
    route: str
    steps: tuple[Step, ...]
    due: Step | None
    may_take: bool
    may_withdraw: bool
    why_not: Promise | str = ""  # why the step that is due is not theirs, where one would think so


def shown(actor: Actor, request_id: object) -> Shown:
    """One request as this person sees it. Three queries. Raises NotFound."""
    row = request_for(actor, request_id)
    steps = tuple(row.steps.all())
    is_pending = row.state == Request.State.PENDING
    due = next((step for step in steps if step.state == Step.State.WAITING), None) if is_pending else None
    sits = due is not None and rules.sits_on(actor, due)
    had_a_hand = row.asked_by == actor.account or any(step.by == actor.account for step in steps)
    why: type[Refusal] | None = None
    if sits and had_a_hand:
        why = OwnRequest
    elif (
        due is not None and any(rules.sits_on(actor, step) and step.by is None for step in steps) and not sits
    ):
        why = NotYourTurn
    route = Route.objects.filter(key=row.route).values_list("title", flat=True).first()
    return Shown(
        row=row,
        route=route or row.route,
        steps=steps,
        due=due,
        may_take=sits and not had_a_hand,
        may_withdraw=is_pending and rules.may_withdraw(actor, row),
        why_not=why.message if why else "",
    )


def approved_among(abouts: Iterable[Ref]) -> frozenset[str]:
    """Which of these things (as `str(ref)`) went to the end of their way; one question for all."""
    wanted = [str(about) for about in abouts]
    if not wanted:
        return frozenset()
    found = Request.objects.filter(about__in=wanted, state=Request.State.APPROVED)
    return frozenset(found.values_list("about", flat=True))
