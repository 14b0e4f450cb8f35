"""What people were told, and what did not reach them."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import add_business_days
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Ref, is_id

from .models import Channel, Delivery, Message, State

LATE = dt.timedelta(hours=1)
# Business days a letter may lie before it counts as stuck.
POST_WITHIN = 2


def inbox(party: Party | uuid.UUID) -> QuerySet[Message]:
    """The messages in a party's inbox, the latest first, each with `read_at` and its `files`."""
    mine = Message.objects.filter(deliveries__recipient=party, deliveries__channel=Channel.INBOX)
    return mine.annotate(read_at=F("deliveries__read_at")).prefetch_related("files")


def unread(party: Party | uuid.UUID) -> int:
    """How many of them were not opened yet."""
    mine = Delivery.objects.filter(recipient=party, channel=Channel.INBOX)
    return mine.filter(read_at=None).count()


def message_for(party: Party | None, message_id: uuid.UUID | str) -> Message:
    """One message of the party's inbox. Raises NotFound when it is not there or not theirs."""
    try:
        found = inbox(party).filter(pk=message_id).first() if party else None
    except (ValidationError, ValueError, TypeError):
        found = None
    if found is None:
        raise NotFound
    return found


def about(ref: Ref, *, party: Party | uuid.UUID | None = None) -> QuerySet[Message]:
    """What was said about one thing, the latest first; with `party`, only what lies in that inbox."""
    messages = Message.objects.all() if party is None else inbox(party)
    return messages.filter(about=str(ref))


def deliveries_about(ref: Ref) -> QuerySet[Delivery]:
    """By which ways it was said, for the desk."""
    return Delivery.objects.filter(message__about=str(ref)).select_related("message")


def undelivered() -> QuerySet[Delivery]:
    """What did not reach its recipient: failed, came back, held; a mail that waits for over an hour; a letter
    that waits for over two business days.
    """
    late = Q(state=State.QUEUED, channel=Channel.MAIL, created_at__lt=clock.now() - LATE)
    late |= Q(state=State.QUEUED, channel=Channel.POST, created_at__lt=post_is_late_before())
    lost = Q(state__in=[State.FAILED, State.BOUNCED, State.HELD])
    return Delivery.objects.filter(lost | late).select_related("message", "recipient")


def is_waiting(delivery: Delivery) -> bool:
    """Whether it still has to go out."""
    return bool(delivery.state == State.QUEUED)


def is_recalled(delivery: Delivery) -> bool:
    """Whether it carried a paper that must not go out."""
    return bool(delivery.state == State.RECALLED)


def waits_for_post(delivery: Delivery) -> bool:
    """Whether it is a letter somebody has to print."""
    return is_waiting(delivery) and delivery.channel == Channel.POST


def post_is_late_before() -> dt.datetime:
    """Letters that wait since before this moment have waited for more than two business days."""
    day = add_business_days(clock.today(), -POST_WITHIN)
    return dt.datetime.combine(day, dt.time.min, tzinfo=clock.JST)


def to_post() -> QuerySet[Delivery]:
    """Letters to be printed and given to the post."""
    waiting = Delivery.objects.filter(channel=Channel.POST, state=State.QUEUED)
    return waiting.select_related("message", "recipient").prefetch_related("message__files")


def posted_letter(delivery_id: uuid.UUID | str) -> Delivery:
    """One delivery by post, waiting or gone. Raises NotFound."""
    letters = Delivery.objects.filter(channel=Channel.POST).select_related("message", "recipient__key")
    letter = letters.filter(pk=delivery_id).first() if is_id(delivery_id) else None
    if letter is None:
        raise NotFound
    return letter
