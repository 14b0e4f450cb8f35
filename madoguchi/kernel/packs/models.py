"""Published definitions, their words, and which pack is in force."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.db import models

from madoguchi.kernel.refs import new_id


class Origin(models.TextChoices):
    """Who put a definition in force. What was made on the screen is not withdrawn by applying a pack."""

    PACK = "pack"
    DESK = "desk"


class DefinitionQuerySet(models.QuerySet["Definition"]):
    def in_force(self) -> DefinitionQuerySet:
        return self.filter(withdrawn_at=None)

    def update(self, **kwargs: Any) -> int:
        # Neither of the two is what the definition says: whether it is in force, and who keeps it.
        if not set(kwargs) <= {"withdrawn_at", "origin"}:
            raise TypeError("a published definition does not change")
        return super().update(**kwargs)


class Definition(models.Model):
    """One published version of something a pack defines. Its logic never changes: cases pin it.

    The logic is kept as the text of its JSON, because the order of its keys is meant (fields of a page, the first
    state of a flow) and PostgreSQL's jsonb does not keep it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    logic = models.TextField()
    logic_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PACK)
    withdrawn_at = models.DateTimeField(null=True)  # no longer in the pack: nothing new starts on it

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "key", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "version"], name="definition_version_is_published_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(withdrawn_at=None),
                name="definition_has_one_version_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="definition_versions_begin_at_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} v{self.version}"

    @cached_property
    def body(self) -> dict[str, Any]:
        """The logic as data, keys in the order of the file."""
        found: dict[str, Any] = json.loads(self.logic)
        return found

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a published definition does not change")
        super().save(*args, **kwargs)


class TextRevision(models.Model):
    """The words of a definition in one language, as they were from `at` on. Corrections add a revision."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="revisions")
    language = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)  # text path -> words
    at = models.DateTimeField()

    class Meta:
        ordering = ["definition", "language", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "language", "number"], name="text_revision_is_numbered_once"
            ),
        ]


class AppliedPack(models.Model):
    """One moment a pack became the city's. The newest is in force."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    info = models.JSONField(default=dict)  # pack.yaml as read, and "texts": its words by language

    class Meta:
        ordering = ["-id"]  # born in this order, whatever the city's clock was set to
