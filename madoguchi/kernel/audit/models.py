"""One row for each deed and each look; and the blocks they are sealed in."""

from __future__ import annotations

from typing import Any

from django.db import models

from ..refs import new_id


class OnlyAdded(models.QuerySet[Any]):
    """Says no before the database does (migration 0002), which would say it to raw SQL too."""

    def update(self, **kwargs: object) -> int:
        raise TypeError("the audit is only ever added to")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("the audit is only ever added to")


class Event(models.Model):
    """A deed (`verb`), or a look (`verb` = "read", with a purpose). Holds references, never answers."""

    READ = "read"
    REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_account = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=100, blank=True)
    actor_division = models.CharField(max_length=100, blank=True)
    verb = models.CharField(max_length=80)
    about = models.CharField(max_length=120)
    # The party it concerns, where it concerns one: a resident asks what happened with them, whatever `about` names.
    subject = models.UUIDField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    what = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    practice = models.BooleanField(default=False)  # done in 練習モード: on record, but in no figure

    objects = OnlyAdded.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["about", "at"], name="audit_about"),
            models.Index(
                fields=["subject", "at"], name="audit_subject", condition=models.Q(subject__isnull=False)
            ),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise TypeError("the audit is only ever added to")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise TypeError("the audit is only ever added to")


class Waiting(models.Model):
    """An event that no block holds yet. A trigger writes it with the event, so both commit or neither does.

    This is how the sealer misses nobody: it asks what has committed and is not sealed, never what is younger than
    the last block. On PostgreSQL a transaction that began earlier may commit later.
    """

    event = models.UUIDField(primary_key=True)

    class Meta:
        ordering = ["event"]


class Block(models.Model):
    """Events sealed together. Its digest covers them and the block before it; the signature covers the digest."""

    number = models.PositiveBigIntegerField(primary_key=True)
    count = models.PositiveIntegerField()
    first = models.UUIDField()
    last = models.UUIDField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    key = models.CharField(max_length=20)
    signature = models.CharField(max_length=128)

    objects = OnlyAdded.as_manager()

    class Meta:
        ordering = ["number"]


class Sealed(models.Model):
    """This event lies in that block, and looked like this when it was sealed. The key lets it lie in one only."""

    # No foreign keys: a row whose event or block was taken away is what `verify` is there to find.
    event = models.UUIDField(primary_key=True)
    block = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    objects = OnlyAdded.as_manager()

    class Meta:
        ordering = ["block", "event"]
        indexes = [models.Index(fields=["block", "event"], name="audit_sealed_in_block")]
