"""Messages and the ledger of their deliveries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, UniqueConstraint

from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Ref, new_id
from madoguchi.kernel.vault.models import StoredFile


class Channel(models.TextChoices):
    INBOX = "inbox", "受信箱"
    MAIL = "mail", "メール"
    POST = "post", "郵送"


class State(models.TextChoices):
    QUEUED = "queued", "送信待ち"
    SENT = "sent", "送信済み"
    HANDED = "handed", "お届け済み"
    HELD = "held", "止めています"
    FAILED = "failed", "届きませんでした"
    BOUNCED = "bounced", "戻ってきました"
    RECALLED = "recalled", "取りやめました"


class Message(models.Model):
    """What is said, once, in the recipient's language. `key` makes saying it twice the same as once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="ja")
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)  # the account; null = the system
    files: models.ManyToManyField[StoredFile, Attachment] = models.ManyToManyField(
        StoredFile, through="Attachment", related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["about"], name="message_about")]

    @property
    def ref(self) -> Ref:
        return Ref.to(self)


class Attachment(models.Model):
    """A paper that comes with a message. It lies in the inbox; mails never carry it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [UniqueConstraint("message", "file", name="paper_is_attached_once")]


class Delivery(models.Model):
    """One message to one party by one channel. The row stands before anything is sent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    recipient = models.ForeignKey(Party, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    address = models.BinaryField(default=bytes, blank=True)  # sealed: where it was really sent
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            UniqueConstraint(
                "message", "recipient", "channel", name="message_reaches_a_party_once_by_a_channel"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="delivery_due", condition=Q(state="queued", channel="mail")
            ),
            models.Index(fields=["recipient", "channel"], name="delivery_inbox"),
            models.Index(
                fields=["state"],
                name="delivery_undelivered",
                condition=Q(state__in=["failed", "bounced", "held"]),
            ),
        ]

    @property
    def address_context(self) -> str:
        return f"messaging.delivery:{self.pk}"
