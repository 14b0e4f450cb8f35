"""The entries of the index."""

from __future__ import annotations

from django.db import models


class Audience(models.TextChoices):
    ANYONE = "anyone"
    STAFF = "staff"


class Entry(models.Model):
    """One findable thing in one language, with its folded text beside it."""

    # A number, not a UUID: SQLite's full-text table is joined by it.
    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="ja")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    folded_title = models.TextField()
    folded_text = models.TextField(blank=True)
    # Other words it goes by, each between bars: found as well as the title is, and not shown.
    folded_names = models.TextField(blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.ANYONE)
    divisions = models.TextField(blank=True)  # "|子育て支援課|税務課|"; "" = every division
    href_face = models.CharField(max_length=10)
    weight = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ref", "language"], name="thing_is_indexed_once_in_a_language")
        ]
        indexes = [models.Index(fields=["kind"], name="search_kind")]
