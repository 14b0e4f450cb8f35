"""What can be asked about councils."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from madoguchi.engines.directory import queries as directory
from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref, is_id

from . import rules
from .models import AgendaPoint, Council, Material, Meeting


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat as it is filled today: a duty's posts, or the name and what it speaks for."""

    role: str
    name: str
    belongs_to: str
    posts: tuple[str, ...] = ()
    note: str = ""


def councils() -> list[Council]:
    """The bodies of today in their order, each with its `coming` meetings, the next in front. Two queries."""
    coming = Meeting.objects.filter(state=Meeting.State.PLANNED, on__gte=clock.today()).order_by(
        "on", "number"
    )
    rows = Council.objects.filter(withdrawn_at=None).select_related("division")
    return list(rows.prefetch_related(Prefetch("meetings", coming, to_attr="coming")))


def council(key: str) -> Council:
    """One body, also of the past: its minutes stay. Raises NotFound."""
    found = Council.objects.select_related("division").filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def seats(council: Council) -> list[Seat]:
    """Who sits in it today. A seat that comes with a duty follows the post, not the person."""
    duties = directory.duties_by_key()
    found = []
    for member in council.members.all():
        duty = duties.get(member.duty)
        if duty is None:
            found.append(Seat(member.role, member.name, member.belongs_to))
        else:
            found.append(Seat(member.role or duty.title, "", "", tuple(duty.posts), duty.note))
    return found


def meetings(council: Council) -> QuerySet[Meeting]:
    """Its meetings, newest first, each with how many points and papers it has."""
    return council.meetings.annotate(
        points=Count("agenda", distinct=True), papers=Count("materials", distinct=True)
    )


def meeting(meeting_id: object) -> Meeting:
    """One meeting with agenda, materials and its council. Raises NotFound."""
    rows = Meeting.objects.select_related("council", "council__division").prefetch_related(
        "agenda", Prefetch("materials", Material.objects.select_related("file"))
    )
    found = rows.filter(pk=str(meeting_id)).first() if is_id(meeting_id) else None
    if found is None:
        raise NotFound
    return found


def material(meeting_id: object, material_id: object) -> Material:
    """A paper of that meeting that is a file. Raises NotFound."""
    if not (is_id(meeting_id) and is_id(material_id)):
        raise NotFound
    rows = Material.objects.select_related("file", "meeting__council").exclude(file=None)
    found = rows.filter(pk=str(material_id), meeting__pk=str(meeting_id)).first()
    if found is None:
        raise NotFound
    return found


def meetings_at(refs: Iterable[str]) -> dict[str, Meeting]:
    """{Ref as written: the meeting it points at}. One query."""
    wanted = {ref: Ref.parse(ref).id for ref in refs if ref.startswith("councils:meeting:")}
    found = Meeting.objects.select_related("council").in_bulk([key for key in wanted.values() if is_id(key)])
    by_id = {str(key): row for key, row in found.items()}
    return {ref: by_id[key] for ref, key in wanted.items() if key in by_id}


def agenda_about(about: Ref) -> list[AgendaPoint]:
    """Where a thing was or will be talked about, newest meeting first. One query."""
    rows = AgendaPoint.objects.filter(about=str(about)).select_related("meeting__council")
    return list(rows.order_by("-meeting__on", "-meeting__number"))


def councils_minded(actor: Actor) -> list[Council]:
    """The bodies the actor looks after, with what is to come. Two queries."""
    return [one for one in councils() if rules.looks_after(actor, one)]


def council_for(actor: Actor, key: str) -> Council:
    """A body the actor looks after. Not there and not theirs are the same. Raises NotFound."""
    found = Council.objects.select_related("division").filter(key=key, withdrawn_at=None).first()
    if found is None or not rules.looks_after(actor, found):
        raise NotFound
    return found


def meeting_for(actor: Actor, meeting_id: object) -> Meeting:
    """A meeting of a body the actor looks after. Raises NotFound."""
    found = meeting(meeting_id)
    if not rules.looks_after(actor, found.council):
        raise NotFound
    return found


def to_do(actor: Actor) -> int:
    """Meetings whose day has passed but of which nobody has said how they went, or that have no minutes yet."""
    today = clock.today()
    waiting = Meeting.objects.filter(
        Q(state=Meeting.State.PLANNED, on__lt=today) | Q(state=Meeting.State.HELD, minutes_at=None),
        council__withdrawn_at=None,
    )
    minded = Q(council__division__in=actor.divisions_as(*rules.MINDING))
    if actor.has_role("planner"):
        minded |= Q(council__division=None)
    return waiting.filter(minded).count() if actor.is_staff else 0


def pages_not_printed(until: dt.date | None = None) -> int:
    """Pages of materials times seats, over all meetings held: what paper would have been handed out."""
    rows = Material.objects.filter(meeting__state=Meeting.State.HELD, pages__isnull=False)
    if until is not None:
        rows = rows.filter(meeting__on__lte=until)
    counted = rows.annotate(seats=Count("meeting__council__members")).values_list("pages", "seats")
    return sum((pages or 0) * seats for pages, seats in counted)
