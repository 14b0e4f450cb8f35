"""知らせるもの: news of bookings for who has neither inbox nor mail: a letter to print, or a number to ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from madoguchi.engines.messaging import queries as messaging
from madoguchi.kernel import audit, clock
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.text import html_lang

from ...models import Booking, Waiting
from ...rules import DESK, LETTER, works_at
from .one import LOOK_LASTS, Who, who

MOST = 200
BOOKING, WAITING = ("booking", "booking"), ("booking", "waiting")


@dataclass(frozen=True, slots=True)
class ToTell:
    """One thing to tell, without a name."""

    delivery: Any
    about: Booking | Waiting
    is_late: bool

    @property
    def receipt(self) -> str:
        return getattr(self.about, "receipt", "")

    @property
    def kind(self) -> str:
        return str(self.delivery.message.kind)


@dataclass(frozen=True, slots=True)
class Letter:
    """The same opened; `to` and the words only while the look counts."""

    delivery: Any
    about: Booking | Waiting
    look: Event | None
    is_gone: bool
    html_lang: str
    to: Who | None = None


def to_tell(actor: Actor) -> list[ToTell]:
    """What waits in the actor's areas, the oldest first. Three queries."""
    mine = actor.divisions_as(*DESK) if actor.is_staff else frozenset()
    if not mine:
        return []
    waiting = list(
        messaging.to_post().filter(message__about__startswith="booking:").order_by("created_at")[: MOST * 5]
    )
    abouts = {row.pk: Ref.parse(row.message.about) for row in waiting}
    known: dict[str, Booking | Waiting] = {}
    for model, kind in ((Booking, BOOKING), (Waiting, WAITING)):
        keys = [one.id for one in abouts.values() if (one.engine, one.kind) == kind]
        rows: Any = model.objects.filter(pk__in=keys).select_related("area", "resource__site") if keys else ()
        known |= {str(one.ref): one for one in rows if works_at(actor, one.area, one.resource.site)}
    late = messaging.post_is_late_before()
    return [
        ToTell(row, known[row.message.about], row.created_at < late)
        for row in waiting
        if row.message.about in known
    ][:MOST]


def letter_for(actor: Actor, delivery_id: Any) -> Letter:
    """One of them; whom it goes to while the actor's own look is in force. Raises NotFound."""
    delivery = messaging.posted_letter(str(delivery_id))
    ref = Ref.parse(delivery.message.about)
    models: dict[tuple[str, str], Any] = {BOOKING: Booking, WAITING: Waiting}
    model = models.get((ref.engine, ref.kind))
    about = None
    if model is not None:
        about = model.objects.filter(pk=ref.id).select_related("area", "resource__site", "party__key").first()
    if about is None or not works_at(actor, about.area, about.resource.site):
        raise NotFound
    look = audit.reads_about(ref).filter(actor_account=actor.account, what=LETTER).first()
    counts = look if look and look.at > clock.now() - LOOK_LASTS else None
    return Letter(
        delivery=delivery,
        about=about,
        look=counts,
        is_gone=not messaging.is_waiting(delivery),
        html_lang=html_lang(delivery.message.language),
        to=who(actor, about, delivery.recipient) if counts else None,
    )
