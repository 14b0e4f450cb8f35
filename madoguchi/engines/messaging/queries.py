"""What people were told, and what did not reach them."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Ref

from .models import Channel, Delivery, Message, State

LATE = dt.timedelta(hours=1)


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
    """What did not reach its recipient: failed, came back, held, or a mail that waits for over an hour."""
    late = Q(state=State.QUEUED, channel=Channel.MAIL, created_at__lt=clock.now() - LATE)
    lost = Q(state__in=[State.FAILED, State.BOUNCED, State.HELD])
    return Delivery.objects.filter(lost | late).select_related("message", "recipient")


def to_post() -> QuerySet[Delivery]:
    """Letters to be printed and given to the post."""
    waiting = Delivery.objects.filter(channel=Channel.POST, state=State.QUEUED)
    return waiting.select_related("message", "recipient").prefetch_related("message__files")
