"""One row for each page in each language."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint

from madoguchi.kernel.refs import new_id


class Page(models.Model):
    """A page as the pack wrote it. `life` > 0 makes it a life event, shown in that order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=100)
    summary = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    life = models.PositiveSmallIntegerField(default=0)
    # Which procedures belong here, as the pack's catalog names life events (妊娠・出産, 引っ越し …).
    life_events = models.JSONField(default=list)
    checked_on = models.DateField(null=True)

    class Meta:
        ordering = ["life", "slug"]
        constraints = [UniqueConstraint("slug", "language", name="page_is_written_once_in_a_language")]
