"""What a mailbox or a FAX machine brought: one row for each thing, before anything else happens to it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from .calls import Row
from .receiving import Channel, Comment


class Arrival(Row):
    """One mail or one FAX as the machine brought it. It became a comment, waits for somebody to sort it, or was no opinion.

    The whole of it lies sealed in the vault (`raw`), under the key of its comment or, until there is one, its own.
    """

    class State(models.TextChoices):
        TAKEN = "taken", _("意見として受け付けた")
        TO_SORT = "to_sort", _("仕分け待ち")
        SET_ASIDE = "set_aside", _("意見ではない")

    class Why(models.TextChoices):
        """Why nobody but a person can say what it is about."""

        ADDRESS = "address", _("どの募集あてか、わからない")
        AUTOMATIC = "automatic", _("自動で送られたメール")
        OVER = "over", _("その募集は結果を公表済み、または準備中")

    channel = models.CharField(max_length=10, choices=Channel.choices)
    # Of a mail its Message-ID and what it says; of a FAX its bytes: the same one is taken once.
    digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State.choices)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    comment = models.OneToOneField(Comment, models.PROTECT, null=True, related_name="arrival")
    key = models.ForeignKey("vault.DataKey", models.PROTECT, null=True, related_name="+")
    raw = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")
    # {subject, sender, notes: what could not be taken of it}
    sealed = models.BinaryField(default=bytes)
    # Keyed digest of the sender's address: nobody is answered without end.
    sender = models.CharField(max_length=64, blank=True)
    arrived_at = models.DateTimeField()
    # The ids of its files in the vault, in their order; "" where one was refused.
    papers = models.JSONField(default=list)
    papers_done_at = models.DateTimeField(null=True)
    sorted_at = models.DateTimeField(null=True)
    sorted_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["arrived_at", "id"]
        indexes = [
            models.Index(fields=["arrived_at"], name="arrival_to_sort", condition=Q(state="to_sort")),
            models.Index(fields=["sender", "arrived_at"], name="arrival_sender"),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(state="taken", comment__isnull=False) | (~Q(state="taken") & Q(comment=None)),
                name="an_arrival_taken_has_its_comment",
            )
        ]


class Round(models.Model):
    """How the last look into the mailbox or the FAX folder went, for whoever asks whether it still works."""

    name = models.CharField(max_length=20, primary_key=True)
    tried_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    # What went wrong last, by its kind alone: an error's words may hold an address.
    failed_with = models.CharField(max_length=60, blank=True)
    left = models.PositiveIntegerField(default=0, help_text="What stayed for the next time.")
