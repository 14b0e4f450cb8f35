"""What can be done with messages. Nothing is sent here: rows are written, the worker sends."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.utils.translation import get_language

from madoguchi.kernel import audit, clock, jobs
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.jobs.models import Job
from madoguchi.kernel.practice import is_practice
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.vault.models import StoredFile

from .errors import AlreadyDelivered
from .mail import is_address
from .models import Attachment, Channel, Delivery, Message, State

__all__ = [
    "INBOX",
    "MAIL",
    "call_back",
    "erase_about",
    "erase_of",
    "forget_practice",
    "hand_over",
    "is_address",
    "mark_read",
    "notify",
    "record_bounce",
    "resend",
    "retry_job",
    "take_back",
]

INBOX, MAIL = Channel.INBOX, Channel.MAIL
# Nobody has it in hand, and pressing 「もう一度送る」 would send it.
WAITS = [State.QUEUED, State.HELD, State.FAILED, State.BOUNCED]


@writes
def notify(
    *,
    kind: str,
    about: Ref,
    recipient: Party,
    subject: str,
    body: str,
    channels: Iterable[str] = (Channel.INBOX, Channel.MAIL),
    attachments: Iterable[StoredFile] = (),
    by: Actor,
    key: str,
) -> Message:
    """Tell `recipient` something, by each of `channels`; with the same `key` again nothing is added.

    Subject and body come in the recipient's language, which is the one active now. Of a mail only the
    subject is shown: keep what people stated out of it. What is practised leaves the house by no channel.
    """
    if is_practice():
        channels = (Channel.INBOX,)
    now = clock.now()
    message, _made = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "about": str(about),
            "language": get_language() or "ja",
            "subject": _storable(subject)[:200],
            "body": _storable(body),
            "created_at": now,
            "made_by": by.account,
        },
    )
    for file in attachments:
        Attachment.objects.get_or_create(message=message, file=file)
    for channel in dict.fromkeys(Channel(channel) for channel in channels):
        in_hand = channel == Channel.INBOX
        delivery, made = Delivery.objects.get_or_create(
            message=message,
            recipient=recipient,
            channel=channel,
            defaults={
                "state": State.HANDED if in_hand else State.QUEUED,
                "created_at": now,
                "next_attempt_at": now if channel == Channel.MAIL else None,
                "sent_at": now if in_hand else None,
            },
        )
        if made and channel == Channel.MAIL:
            _ask_worker(delivery)
    return message


@writes
def mark_read(*, message: Message, party: Party, by: Actor) -> None:
    """The party has opened it. The first time counts."""
    Delivery.objects.filter(message=message, recipient=party, channel=Channel.INBOX, read_at=None).update(
        read_at=clock.now()
    )


@writes
def resend(delivery: Delivery, *, by: Actor) -> Delivery:
    """Try again a delivery that failed, came back or was held: a mail is sent, a letter waits to be posted again.

    Raises AlreadyDelivered for any other.
    """
    lost = Delivery.objects.filter(pk=delivery.pk, state__in=[State.FAILED, State.BOUNCED, State.HELD])
    if not lost.update(state=State.QUEUED, attempts=0, next_attempt_at=clock.now(), last_error=""):
        raise AlreadyDelivered
    audit.record(
        "delivery.resent", Ref.parse(delivery.message.about), by=by, facts={"delivery": str(delivery.pk)}
    )
    if delivery.channel == Channel.MAIL:
        _ask_worker(delivery, again=True)
    delivery.refresh_from_db()
    return delivery


@writes
def hand_over(delivery: Delivery, *, by: Actor) -> Delivery:
    """A letter was printed and given to the post. Saying so twice is saying it once."""
    waiting = Delivery.objects.filter(pk=delivery.pk, channel=Channel.POST, state=State.QUEUED)
    if waiting.update(state=State.HANDED, sent_at=clock.now(), last_error=""):
        audit.record(
            "delivery.handed", Ref.parse(delivery.message.about), by=by, facts={"delivery": str(delivery.pk)}
        )
    delivery.refresh_from_db()
    return delivery


@writes
def retry_job(job: Job, *, by: Actor) -> bool:
    """Let work that was given up be tried again, with who asked for it on record; False when it was not given up.

    Jobs stand below the audit and cannot record it themselves. It is offered beside `resend`, to whoever looks
    at what is stuck.
    """
    again = jobs.retry(job)
    if again:
        audit.record("job.retried", Ref.to(job), by=by, facts={"kind": job.kind})
    return again


@writes
def call_back(*, about: Ref, file: StoredFile, by: Actor) -> int:
    """A paper went out that must not be used: it leaves the inbox, and what carries it and still waits is not sent.

    The words of the message stay, because they were said. Returns how many deliveries were stopped.
    """
    carrying = Message.objects.filter(about=str(about), attachments__file=file)
    messages = list(carrying.values_list("pk", flat=True))
    waiting = Delivery.objects.filter(message__in=messages, state__in=WAITS)
    stopped = waiting.update(state=State.RECALLED, next_attempt_at=None)
    Attachment.objects.filter(message__in=messages, file=file).delete()
    audit.record("delivery.called_back", about, by=by, facts={"deliveries": stopped})
    return stopped


@writes
def take_back(*, about: Ref, kind: str, by: Actor) -> int:
    """What is said in these messages is over: those that still wait by mail or post are not sent.

    What lies in the inbox was said, and stays. Returns how many deliveries were stopped.
    """
    waiting = Delivery.objects.filter(message__about=str(about), message__kind=kind, state__in=WAITS)
    stopped = waiting.update(state=State.RECALLED, next_attempt_at=None)
    if stopped:
        audit.record("delivery.taken_back", about, by=by, facts={"kind": kind, "deliveries": stopped})
    return stopped


@writes
def record_bounce(delivery: Delivery, *, reason: str, by: Actor) -> Delivery:
    """What was sent came back."""
    sent = Delivery.objects.filter(pk=delivery.pk, state__in=[State.SENT, State.HANDED])
    sent.exclude(channel=Channel.INBOX).update(state=State.BOUNCED, last_error=reason[:300])
    delivery.refresh_from_db()
    return delivery


@writes
def erase_about(about: Ref, *, by: Actor) -> int:
    """Take the words of every message about `about` away, and the addresses they went to; the ledger stays."""
    messages = Message.objects.filter(about=str(about))
    Delivery.objects.filter(message__in=messages).update(address=b"", last_error="", provider_id="")
    waiting = Delivery.objects.filter(message__in=messages, state__in=WAITS)
    waiting.update(state=State.RECALLED, next_attempt_at=None)
    Attachment.objects.filter(message__in=messages).delete()
    erased = messages.update(subject="", body="")
    audit.record("messages.erased", about, by=by, facts={"messages": erased})
    return erased


@writes
def erase_of(*, party: uuid.UUID, but_about: Collection[str], by: Actor) -> int:
    """Take the words away of what was said to a party, but for what is about `but_about`; addresses go in any case."""
    mine = Message.objects.filter(deliveries__recipient=party)
    told = list(mine.exclude(about__in=but_about).values_list("pk", flat=True))
    Delivery.objects.filter(recipient=party).update(address=b"", last_error="")
    waiting = Delivery.objects.filter(recipient=party, state__in=WAITS)
    waiting.update(state=State.RECALLED, next_attempt_at=None)
    Attachment.objects.filter(message__in=told).delete()
    Message.objects.filter(pk__in=told).update(subject="", body="")
    audit.record(
        "messages.erased", Ref("identity", "party", str(party)), by=by, facts={"messages": len(told)}
    )
    return len(told)


@writes
def forget_practice(*, abouts: Iterable[Ref], by: Actor) -> None:
    """Take away what was told in practice: it reached nobody."""
    Message.objects.filter(about__in=[str(about) for about in abouts]).delete()


def _storable(text: object) -> str:
    """`text` without what a database refuses: NUL, and halves of characters."""
    return str(text).replace("\0", " ").encode("utf-8", "replace").decode()


def _ask_worker(delivery: Delivery, *, again: bool = False) -> None:
    # One job sends everything that is due; the key only keeps one message from asking twice.
    jobs.enqueue(
        "messaging.deliver",
        about=delivery.message.ref,
        key=None if again else f"messaging.deliver:{delivery.pk}",
    )
