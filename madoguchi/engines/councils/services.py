"""What can be done with councils: plan and hold meetings, their agenda, materials and minutes; keep the bodies themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db.models import F, Max
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock, text, vault
from madoguchi.kernel.calendar import next_business_day
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import SomebodyWasFaster
from madoguchi.kernel.packs import ChangeKind
from madoguchi.kernel.refs import Actor, Ref

from . import rules
from .errors import MaterialUnclear, MeetingNotHeld, MeetingOver, MeetingUnclear, MinutesEmpty
from .models import AgendaPoint, Council, Material, Meeting, Member

# A meeting nobody has planned yet is planned so many days ahead; who looks after the council moves it.
AHEAD = dt.timedelta(days=30)
# No day of a meeting is further away than this: a slip of the pen.
FURTHEST = dt.timedelta(days=800)
MOST_MINUTES = 100_000


@dataclass(frozen=True, slots=True)
class MeetingIn:
    """What is said of a meeting beforehand."""

    on: dt.date | None
    starts_at: dt.time | None = None
    place: str = ""
    is_public: bool = True
    how_to_attend: str = ""


@writes
def plan_meeting(*, council: Council, given: MeetingIn, by: Actor) -> Meeting:
    """Announce the council's next meeting. Raises MeetingUnclear, NotAllowed."""
    rules.check_looks_after(by, council)
    fields = _checked(given)
    _claim(council)
    meeting = _new_meeting(council, fields)
    audit.record("councils.meeting_planned", meeting.ref, by=by, facts={"on": meeting.on.isoformat()})
    return meeting


@writes
def change_meeting(*, meeting: Meeting, given: MeetingIn, by: Actor, seen: int | None = None) -> Meeting:
    """Another day, place or way to attend; `seen` is the version the person looked at.

    Raises MeetingOver, MeetingUnclear, SomebodyWasFaster, NotAllowed.
    """
    rules.check_looks_after(by, meeting.council)
    _to_come(meeting)
    _change(meeting, seen, **_checked(given))
    audit.record("councils.meeting_changed", meeting.ref, by=by, facts={"on": meeting.on.isoformat()})
    return meeting


@writes
def put_on_agenda(*, council_key: str, about: Ref, title: str, by: Actor) -> AgendaPoint | None:
    """Put a thing on the agenda of the council's next meeting, once; a meeting is planned where none is.

    What waits on the agenda of a meeting still to come is not put there again. None where there is no such council.
    """
    council = Council.objects.filter(key=council_key, withdrawn_at=None).first()
    if council is None:
        return None
    _claim(council)
    coming = council.meetings.filter(state=Meeting.State.PLANNED, on__gte=clock.today())
    waiting = AgendaPoint.objects.filter(meeting__in=coming, about=str(about)).first()
    if waiting is not None:
        return waiting
    meeting = coming.order_by("on", "number").first() or _plan_ahead(council)
    return _put(meeting, about=about, title=title, by=by)


@writes
def put_on_meeting(*, meeting: Meeting, about: Ref, title: str, by: Actor) -> AgendaPoint:
    """Put a thing on the agenda of this very meeting, once. Raises MeetingOver."""
    _claim(meeting.council)
    meeting.refresh_from_db(fields=["state"])
    _to_come(meeting)
    found = meeting.agenda.filter(about=str(about)).first()
    return found or _put(meeting, about=about, title=title, by=by)


@writes
def add_point(*, meeting: Meeting, title: str, by: Actor) -> AgendaPoint:
    """A point of its own, about nothing else of this system. Raises MeetingUnclear, MeetingOver, NotAllowed."""
    rules.check_looks_after(by, meeting.council)
    if not title.strip():
        raise MeetingUnclear(what=_("議題"))
    text.refuse_my_number(title)
    _claim(meeting.council)
    meeting.refresh_from_db(fields=["state"])
    _to_come(meeting)
    return _put(meeting, about=None, title=title.strip(), by=by)


@writes
def say_outcome(*, point: AgendaPoint, outcome: str, by: Actor) -> AgendaPoint:
    """What came out of a point. Raises MeetingNotHeld, NotAllowed."""
    rules.check_looks_after(by, point.meeting.council)
    if point.meeting.state != Meeting.State.HELD:
        raise MeetingNotHeld
    text.refuse_my_number(outcome)
    AgendaPoint.objects.filter(pk=point.pk).update(outcome=outcome.strip()[:300])
    point.refresh_from_db(fields=["outcome"])
    audit.record("councils.outcome_said", point.meeting.ref, by=by, facts={"point": point.order})
    return point


def add_material(
    *,
    meeting: Meeting,
    title: str,
    by: Actor,
    upload: BinaryIO | None = None,
    name: str = "",
    path: str = "",
    pages: int | None = None,
) -> Material:
    """A paper of the meeting: a file, cleaned by the vault, or a page of this site. `pages` as it would be on paper.

    Not in one transaction: the vault looks at a file before anybody has to wait for it.
    Raises MaterialUnclear, NotAllowed, what the vault raises.
    """
    rules.check_looks_after(by, meeting.council)
    if not title.strip() or (upload is None) == (not path) or (path and not _is_ours(path)):
        raise MaterialUnclear
    text.refuse_my_number(title)
    stored = None
    if upload is not None:
        stored = vault.take_file(upload=upload, name=name, about=meeting.ref, by=by)
    return _keep_material(
        meeting, {"title": title.strip()[:200], "file": stored, "path": path, "pages": pages}, by
    )


@writes
def _keep_material(meeting: Meeting, fields: dict[str, Any], by: Actor) -> Material:
    _claim(meeting.council)
    last = meeting.materials.aggregate(last=Max("order"))["last"] or 0
    material = Material.objects.create(meeting=meeting, order=last + 1, **fields)
    audit.record("councils.material_added", meeting.ref, by=by, facts={"order": material.order})
    return material


@writes
def remove_material(*, material: Material, by: Actor) -> None:
    """Take a paper away, its file too. Raises NotAllowed."""
    rules.check_looks_after(by, material.meeting.council)
    meeting, stored, order = material.meeting, material.file, material.order
    Material.objects.filter(pk=material.pk).delete()
    if stored is not None:
        vault.remove_file(stored=stored, by=by)
    audit.record("councils.material_removed", meeting.ref, by=by, facts={"order": order})


@writes
def hold(*, meeting: Meeting, by: Actor) -> Meeting:
    """It took place. Raises MeetingUnclear before its day, MeetingOver, SomebodyWasFaster, NotAllowed."""
    rules.check_looks_after(by, meeting.council)
    _to_come(meeting)
    if meeting.on > clock.today():
        raise MeetingUnclear(what=_("日にち（まだ来ていません）"))
    _change(meeting, None, state=Meeting.State.HELD)
    audit.record("councils.held", meeting.ref, by=by)
    return meeting


@writes
def cancel(*, meeting: Meeting, why: str, by: Actor) -> Meeting:
    """It does not take place. What other parts of the system had put on its agenda goes to the next meeting.

    Raises MeetingUnclear without a reason, MeetingOver, SomebodyWasFaster, NotAllowed.
    """
    rules.check_looks_after(by, meeting.council)
    _to_come(meeting)
    if not why.strip():
        raise MeetingUnclear(what=_("中止の理由"))
    text.refuse_my_number(why)
    _change(meeting, None, state=Meeting.State.CANCELLED, why_cancelled=why.strip()[:300])
    audit.record("councils.cancelled", meeting.ref, by=by)
    for point in meeting.agenda.exclude(about=""):
        put_on_agenda(council_key=meeting.council.key, about=Ref.parse(point.about), title=point.title, by=by)
    return meeting


@writes
def publish_minutes(*, meeting: Meeting, minutes: str, by: Actor, seen: int | None = None) -> Meeting:
    """Show the minutes, or correct them: compare-and-set on the version `seen`, so that nobody's words are lost.

    Raises MeetingNotHeld, MinutesEmpty, SomebodyWasFaster, NotAllowed.
    """
    rules.check_looks_after(by, meeting.council)
    if meeting.state != Meeting.State.HELD:
        raise MeetingNotHeld
    if not minutes.strip():
        raise MinutesEmpty
    text.refuse_my_number(minutes)
    is_first = meeting.minutes_at is None
    _change(meeting, seen, minutes=minutes.strip()[:MOST_MINUTES], minutes_at=clock.now())
    verb = "councils.minutes_published" if is_first else "councils.minutes_corrected"
    audit.record(verb, meeting.ref, by=by)
    return meeting


@writes
def keep_council(
    *, key: str, fields: Mapping[str, Any], members: Sequence[Mapping[str, Any]], by: Actor
) -> ChangeKind | None:
    """The body and its seats as the pack says. Says what changed; None when it stood so already."""
    council = Council.objects.filter(key=key).first()
    wanted = {**fields, "withdrawn_at": None}
    if council is not None and _stands(council, wanted) and _seats(council) == list(members):
        return None
    kept, made = Council.objects.update_or_create(key=key, defaults=wanted)
    kept.members.all().delete()
    Member.objects.bulk_create(
        Member(council=kept, order=order, **member) for order, member in enumerate(members, 1)
    )
    audit.record("councils.kept", kept.ref, by=by, facts={"members": len(members)})
    return ChangeKind.ADDED if made else ChangeKind.CHANGED


@writes
def withdraw_council(*, council: Council, by: Actor) -> None:
    """The pack no longer names it. Its meetings and minutes stay."""
    Council.objects.filter(pk=council.pk).update(withdrawn_at=clock.now())
    audit.record("councils.withdrawn", council.ref, by=by)


def _stands(council: Council, wanted: Mapping[str, Any]) -> bool:
    return all(getattr(council, name) == value for name, value in wanted.items())


def _seats(council: Council) -> list[dict[str, Any]]:
    return [dict(seat) for seat in council.members.values("role", "name", "belongs_to", "duty")]


def _claim(council: Council) -> None:
    """A write first: two who number a meeting or a point of one council at once come one after the other."""
    Council.objects.filter(pk=council.pk).update(order=F("order"))


def _to_come(meeting: Meeting) -> None:
    if meeting.state != Meeting.State.PLANNED:
        raise MeetingOver


def _change(meeting: Meeting, seen: int | None, **fields: object) -> None:
    """Compare-and-set: whoever saw another version is told."""
    mine = Meeting.objects.filter(pk=meeting.pk, version=meeting.version if seen is None else seen)
    if not mine.update(version=F("version") + 1, **fields):
        raise SomebodyWasFaster
    meeting.refresh_from_db()


def _checked(given: MeetingIn) -> dict[str, Any]:
    today = clock.today()
    if given.on is None or not today <= given.on <= today + FURTHEST:
        raise MeetingUnclear(what=_("日にち（きょうより後）"))
    text.refuse_my_number(given.place, given.how_to_attend)
    return {
        "on": given.on,
        "starts_at": given.starts_at,
        "place": given.place.strip()[:200],
        "is_public": given.is_public,
        "how_to_attend": given.how_to_attend.strip()[:300],
    }


def _plan_ahead(council: Council) -> Meeting:
    on = next_business_day(clock.today() + AHEAD)
    return _new_meeting(council, {"on": on, "is_public": not council.is_internal})


def _new_meeting(council: Council, fields: Mapping[str, Any]) -> Meeting:
    last = council.meetings.aggregate(last=Max("number"))["last"] or 0
    return Meeting.objects.create(council=council, number=last + 1, **fields)


def _put(meeting: Meeting, *, about: Ref | None, title: str, by: Actor) -> AgendaPoint:
    last = meeting.agenda.aggregate(last=Max("order"))["last"] or 0
    point = AgendaPoint.objects.create(
        meeting=meeting, order=last + 1, title=title[:300], about=str(about) if about else ""
    )
    facts = {"about": point.about} if about else {"point": point.order}
    audit.record("councils.put_on_agenda", meeting.ref, by=by, facts=facts)
    return point


def _is_ours(path: str) -> bool:
    """A path of this site and nothing else: `//other.example` and `/\\other` would lead away."""
    return path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable() and len(path) <= 300
