"""Data keys, stored files and the blind index."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..refs import new_id


class DataKey(models.Model):
    """The key of one thing's personal data, wrapped by a master key. Dropping it erases what it sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    about = models.CharField(max_length=120)
    wrapped = models.BinaryField(max_length=64)
    wrapped_by = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["about"], name="data_key_about")]
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at=None) | Q(wrapped=b""), name="destroyed_key_is_gone"
            )
        ]


class FileState(models.TextChoices):
    QUARANTINED = "quarantined"
    SAFE = "safe"
    REFUSED = "refused"
    ERASED = "erased"


class FileKind(models.TextChoices):
    UPLOAD = "upload"
    PDF = "pdf"
    MAIL = "mail"
    EXPORT = "export"
    VIEW = "view"  # the pages of an upload as pictures: what is opened in its place


WAITING = "waiting"  # in `scanned_by`: the bytes are whole, and the scanner did not answer


class FileNote(models.TextChoices):
    MASKED = "masked"  # figures like a マイナンバー were covered; the file that was sent is not kept
    NOT_SHOWN = "not_shown"  # no safe view can be made of it
    LOST = "lost"  # its bytes went missing or were damaged with us while it waited: nobody's fault but ours


class StoredFile(models.Model):
    """One file in the vault. Only a SAFE one is ever opened for anybody, and of an uploaded PDF only its VIEW.

    `size` and `sha256` are those of the readable content; with a `key` the bytes on disk are sealed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    about = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=FileKind, default=FileKind.UPLOAD)
    name = models.CharField(max_length=100, blank=True)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    storage_path = models.CharField(max_length=100)
    state = models.CharField(max_length=12, choices=FileState, default=FileState.QUARANTINED)
    scanned_by = models.CharField(max_length=60, blank=True)  # "" = no scanner is connected
    note = models.CharField(max_length=10, choices=FileNote, blank=True)
    uploaded_at = models.DateTimeField()
    # Since when a file that waits was looked for in vain (vault/jobs.py).
    missing_since = models.DateTimeField(null=True)
    key = models.ForeignKey(DataKey, models.PROTECT, null=True, related_name="files")
    derived_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="derived")

    class Meta:
        ordering = ["uploaded_at", "id"]
        indexes = [
            models.Index(fields=["about", "state"], name="stored_file_about"),
            models.Index(
                fields=["uploaded_at"], name="stored_file_waiting", condition=Q(state=FileState.QUARANTINED)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["storage_path"], name="file_has_a_place_of_its_own"),
            models.UniqueConstraint(
                fields=["derived_from"], condition=Q(kind="view"), name="file_has_one_view"
            ),
        ]

    @property
    def is_masked(self) -> bool:
        return self.note == FileNote.MASKED

    @property
    def is_waiting(self) -> bool:
        return self.state == FileState.QUARANTINED

    @property
    def is_lost(self) -> bool:
        """Refused because we no longer have it, not because of what it was."""
        return self.state == FileState.REFUSED and self.note == FileNote.LOST

    @property
    def is_refused(self) -> bool:
        return self.state == FileState.REFUSED


class Lookup(models.Model):
    """A sealed value can be found again by its keyed digest, never read from it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    field = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    about = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["about"], name="lookup_about")]
        constraints = [
            models.UniqueConstraint(fields=["field", "digest", "about"], name="value_is_remembered_once"),
        ]


# Its tables stand beside those of the vault (retention/models.py).
from .retention.models import Erasure, Hold, RetentionPlan  # noqa: E402, F401
