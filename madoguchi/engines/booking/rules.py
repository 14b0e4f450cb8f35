"""Who may do what with bookings."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_noop

from madoguchi.engines.records import queries as records
from madoguchi.kernel.errors import NotAllowed, NotFound
from madoguchi.kernel.identity.models import Party, PartyKind
from madoguchi.kernel.refs import Actor, ActorKind

from .models import Area, Booking, Resource, Site

# What was looked at, and why: whose booking it is reads both, in their own language.
WHOLE = gettext_noop("予約の内容（名前・連絡先・答え）")
LETTER = gettext_noop("予約のお知らせ（宛名と中身）")
FOUND = gettext_noop("名前と生年月日（予約の受付）")
SEARCHED = gettext_noop("予約の受付")
TELLING = gettext_noop("予約のお知らせ（手紙・電話）")
LOOK_REASONS = (
    ("visit", gettext_noop("来所・利用の受付")),
    ("prepare", gettext_noop("預かりや利用の準備")),
    ("asked", gettext_noop("ご本人からの問い合わせ（電話・窓口）")),
    ("tell", gettext_noop("変更や中止の連絡")),
)
DESK = ("clerk", "head", "planner")


def works_at(actor: Actor, area: Area, site: Site | None = None) -> bool:
    """Staff of the area's division; staff of a site's own division for that site."""
    if not actor.is_staff:
        return False
    wanted = {area.division_id} | ({site.division_id} if site and site.division_id else set())
    return any(actor.has_role(role, in_=division) for role in DESK for division in wanted if division)


def check_works_at(actor: Actor, area: Area, site: Site | None = None) -> None:
    if not works_at(actor, area, site):
        raise NotAllowed


def groups_of(actor: Actor) -> list[Party]:
    """The groups whose registration the actor keeps: they represent them. One query."""
    found = {
        row.party_id: row.party
        for row in records.registrations_of(actor)
        if row.state == "valid" and row.party.kind == PartyKind.ORGANISATION
    }
    return list(found.values())


def answers_for(actor: Actor) -> frozenset[UUID]:
    """Whose bookings are the actor's own to see and change. One query."""
    if not actor.is_resident or actor.party is None:
        return frozenset()
    return frozenset({actor.party, *(group.pk for group in groups_of(actor))})


def is_own(actor: Actor, booking: Booking) -> bool:
    """Whose booking it is, or who may act for them."""
    if not actor.is_resident or actor.party is None:
        return False
    return actor.party == booking.party_id or booking.party_id in answers_for(actor)


def made_it(actor: Actor, booking: Booking) -> bool:
    """A machine of a division goes on with what it booked itself, and with nothing else."""
    return actor.kind == ActorKind.MACHINE and actor.account is not None and actor.account == booking.made_by


def check_may_change(actor: Actor, booking: Booking, resource: Resource) -> None:
    """Raises NotFound for everybody who has no business with it: not there and not yours are the same."""
    if is_own(actor, booking) or made_it(actor, booking) or actor.kind == "system":
        return
    if works_at(actor, booking.area, resource.site):
        return
    raise NotFound


def may_mark_arrived(actor: Actor, booking: Booking, counter: str | None) -> bool:
    """Whoever checks in: they themselves, a terminal in the hall, staff of the counter they came to or of the area."""
    if actor.kind == ActorKind.MACHINE or is_own(actor, booking):
        return True
    if works_at(actor, booking.area, booking.resource.site):
        return True
    return counter is not None and actor.is_staff and any(actor.has_role(role, in_=counter) for role in DESK)


def may_book_for(actor: Actor, area: Area, site: Site) -> bool:
    """For somebody else: staff at the desk only."""
    return works_at(actor, area, site)
