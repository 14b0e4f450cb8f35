"""Which subject of which provider opens which account, and who has just come back from a provider."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, UniqueConstraint

from ...refs import new_id


class LinkQuerySet(models.QuerySet["Link"]):
    def working(self) -> LinkQuerySet:
        return self.filter(ended_at=None)


class Link(models.Model):
    """A provider's subject that opens an account. Ended ones stay, as a record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="links")
    realm = models.CharField(max_length=10)
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["linked_at", "id"]
        constraints = [
            UniqueConstraint(
                fields=["realm", "issuer", "subject"],
                condition=Q(ended_at=None),
                name="subject_opens_one_account",
            ),
            UniqueConstraint(
                fields=["account", "issuer"],
                condition=Q(ended_at=None),
                name="account_has_one_subject_of_a_provider",
            ),
        ]


class Arrival(models.Model):
    """One return from a provider: claims its state, so that it counts once, and waits for what the person decides.

    What the provider told of the person is sealed, and wiped when they have decided or an hour is over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=64)
    realm = models.CharField(max_length=10)
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255, blank=True)
    assurance = models.CharField(max_length=40, blank=True)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField(default=bytes)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["state"], name="state_comes_back_once")]
        indexes = [models.Index(fields=["made_at"], name="arrival_made")]

    @property
    def context(self) -> str:
        return f"identity.arrival:{self.pk}"
