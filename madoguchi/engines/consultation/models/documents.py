"""Result documents that were read, and what the reader was unsure of until a person decided."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from .calls import Call, Row


class ReadDocument(Row):
    """A file as the importer read it. The same file is read once."""

    class State(models.TextChoices):
        READ = "read", _("見直し中")
        TAKEN = "taken", _("取り込んだ")
        MERGED = "merged", _("同じ資料としてまとめた")
        DROPPED = "dropped", _("取り込まない")

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=10)
    file = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")
    reading = models.JSONField(help_text="reading.Reading, whole.")
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="twins")
    merging = models.JSONField(default=dict, help_text="Report of the merge with `same_as`.")
    call = models.ForeignKey(Call, models.PROTECT, null=True, related_name="read_from")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    read_at = models.DateTimeField()
    read_by = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)


class Doubt(Row):
    """One thing the reader was unsure of. Nothing is decided but by a person who looked at the source."""

    class State(models.TextChoices):
        OPEN = "open", _("たしかでない")
        DECIDED = "decided", _("決めた")
        UNKNOWN = "unknown", _("不明のまま")

    document = models.ForeignKey(ReadDocument, models.CASCADE, related_name="doubts")
    row = models.PositiveIntegerField(
        null=True, help_text="Place of the opinion in the reading; empty: the document."
    )
    number = models.CharField(max_length=20, blank=True)
    field = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    confidence = models.FloatField()
    reason = models.CharField(max_length=300)
    line = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided = models.JSONField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["document", "row", "field"]
        constraints = [UniqueConstraint("document", "row", "field", name="a_doubt_is_noted_once")]
