"""What can be done with approvals: ask, approve, send back, withdraw. Every step is compare-and-set on the request."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from madoguchi.kernel import audit, clock, text
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.refs import Actor, Ref

from . import events, rules
from .errors import AlreadyAsked, ApprovalOver, NotYourTurn, OwnRequest, RemandNeedsReason, RouteUnknown
from .models import Request, Route, Step

ASKING = "*"  # in a route: the division that asks


@writes
def keep_route(*, key: str, title: str, steps: list[dict[str, Any]], by: Actor) -> Route:
    """Lay a way, or lay it anew for what comes next."""
    route, _made = Route.objects.update_or_create(
        key=key, defaults={"title": title, "steps": steps, "withdrawn_at": None}
    )
    audit.record("approval.route_kept", Ref("approvals", "route", key), by=by, facts={"steps": len(steps)})
    return route


@writes
def withdraw_route(*, route: Route, at: dt.datetime, by: Actor) -> None:
    """Nothing new goes this way."""
    Route.objects.filter(pk=route.pk).update(withdrawn_at=at)
    audit.record("approval.route_withdrawn", Ref("approvals", "route", route.key), by=by)


@writes
def ask(
    *,
    about: Ref,
    title: str,
    summary: str = "",
    route: str,
    division: str,
    digest: str,
    by: Actor,
    written_by: uuid.UUID | None = None,
) -> Request:
    """Put `about` on its way along `route`; `digest` (SHA-256) says which text is asked for.

    `written_by` is whose text it is, where somebody else asks: they approve it no more than who asks does.

    Raises RouteUnknown, AlreadyAsked.
    """
    steps = _steps_of(route)
    try:
        with transaction.atomic():
            request = Request.objects.create(
                about=str(about),
                title=title[:300],
                summary=summary,
                route=route,
                division_id=division,
                digest=digest,
                asked_at=clock.now(),
                asked_by=rules.person(by),
                asked_by_name=by.name,
                written_by=written_by,
            )
    except IntegrityError as error:
        raise AlreadyAsked from error
    Step.objects.bulk_create(
        Step(
            request=request,
            order=order,
            title=step["title"],
            division_id=division if step["division"] == ASKING else step["division"],
            role=step["role"],
        )
        for order, step in enumerate(steps, 1)
    )
    audit.record("approval.asked", request.ref, by=by, facts={"about": str(about), "digest": digest})
    return request


def _steps_of(route: str) -> Sequence[dict[str, Any]]:
    found = Route.objects.filter(key=route, withdrawn_at=None).first()
    if found is None:
        raise RouteUnknown(route=route)
    return found.steps  # type: ignore[no-any-return]


@writes
def approve(*, request: Request, by: Actor, note: str = "", on_paper: bool = False) -> Request:
    """Take the step that is due. After the last one the request is approved and `events.approved` says so.

    Raises ApprovalOver, NotYourTurn, OwnRequest, SomebodyWasFaster.
    """
    text.refuse_my_number(note)
    step = _due(request, by)
    _taken(step, Step.State.APPROVED, by, note.strip(), on_paper=on_paper)
    if request.steps.filter(state=Step.State.WAITING).exists():
        audit.record("approval.step_approved", request.ref, by=by, facts={"step": step.order})
        return request
    return _ended(request, Request.State.APPROVED, by)


@writes
def remand(*, request: Request, by: Actor, note: str) -> Request:
    """Send it back to whoever asked, saying why (差し戻し). Raises what `approve` raises, and RemandNeedsReason."""
    if not note.strip():
        raise RemandNeedsReason
    text.refuse_my_number(note)
    step = _due(request, by)
    _taken(step, Step.State.REMANDED, by, note.strip())
    return _ended(request, Request.State.REMANDED, by)


@writes
def withdraw(*, request: Request, by: Actor) -> Request:
    """Take it back before it is decided; only whoever asked, or a head of their division."""
    _claim(request)
    if not rules.may_withdraw(by, request):
        raise NotYourTurn
    return _ended(request, Request.State.WITHDRAWN, by)


@writes
def give_up(*, about: Ref, by: Actor) -> None:
    """The thing itself is gone: what is on its way about it is taken back. For the engine whose thing it is."""
    for request in Request.objects.filter(about=str(about), state=Request.State.PENDING):
        _claim(request)
        _ended(request, Request.State.WITHDRAWN, by)


def _due(request: Request, by: Actor) -> Step:
    _claim(request)
    step = request.steps.filter(state=Step.State.WAITING).order_by("order").first()
    if step is None:
        raise ApprovalOver
    if not rules.sits_on(by, step):
        raise NotYourTurn
    if rules.has_had_a_hand_in(by, request):
        raise OwnRequest
    return step


def _claim(request: Request) -> None:
    """Ours alone from here on: two who press at once are told apart by the row count."""
    mine = Request.objects.filter(pk=request.pk, version=request.version, state=Request.State.PENDING)
    if not mine.update(version=F("version") + 1):
        if Request.objects.filter(pk=request.pk).exclude(state=Request.State.PENDING).exists():
            raise ApprovalOver
        raise SomebodyWasFaster
    request.version += 1


def _taken(step: Step, state: str, by: Actor, note: str, *, on_paper: bool = False) -> None:
    who = by.named_for(step.division_id, step.role)
    Step.objects.filter(pk=step.pk).update(
        state=state, by=by.account, by_name=who.name, at=clock.now(), note=note, on_paper=on_paper
    )


def _ended(request: Request, state: str, by: Actor) -> Request:
    Request.objects.filter(pk=request.pk).update(state=state, ended_at=clock.now())
    request.refresh_from_db()
    audit.record(f"approval.{state}", request.ref, by=by, facts={"about": request.about})
    _SAID[state].send(sender=Request, request=request, by=by)
    return request


_SAID = {
    Request.State.APPROVED.value: events.approved,
    Request.State.REMANDED.value: events.remanded,
    Request.State.WITHDRAWN.value: events.withdrawn,
}
