"""A published result, frozen. A correction is the next publication, and the old one stays."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint

from .calls import Call, Row


class Publication(Row):
    """What was published, whole, with the digest of it (SHA-256 over canonical JSON)."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="publications")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.UUIDField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    why = models.CharField(
        max_length=300, blank=True, help_text="Why it was corrected; empty the first time."
    )

    class Meta:
        ordering = ["-number"]
        constraints = [UniqueConstraint("call", "number", name="a_publication_has_its_own_number")]
