"""Procedures being written, every state they were saved in, who asked to publish them, and how they were tried."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, UniqueConstraint

from madoguchi.kernel.refs import Ref, new_id


class Blueprint(models.Model):
    """A procedure a division writes on the screen. `revision` counts saves: who saves says which one they saw."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=80, unique=True)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(default=1)
    made_from = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    saved_at = models.DateTimeField()
    saved_by_name = models.CharField(max_length=100, blank=True)
    # The newest revision that residents see; null while none was published, or after it was withdrawn.
    published_revision = models.PositiveIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-saved_at", "key"]

    @property
    def ref(self) -> Ref:
        return Ref.to(self)


class Revision(models.Model):
    """What the files said after one save. Only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    blueprint = models.ForeignKey(Blueprint, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    files = models.JSONField(default=dict)  # path inside a pack -> text
    what = models.CharField(max_length=60, blank=True)  # which page it was saved on
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [UniqueConstraint("blueprint", "number", name="revisions_follow_one_another")]


class PublicationRequest(models.Model):
    """Somebody asks to publish one revision. Whoever wrote any of it does not answer."""

    class State(models.TextChoices):
        OPEN = "open"
        PUBLISHED = "published"
        SENT_BACK = "sent_back"
        OVERTAKEN = "overtaken"  # it was edited after it had been asked for
        TAKEN_BACK = "taken_back"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    blueprint = models.ForeignKey(Blueprint, models.PROTECT, related_name="requests")
    revision = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    why = models.CharField(max_length=1000)  # what it is for, and what was tried
    untried_because = models.CharField(max_length=500, blank=True)  # "" = a practised case was decided
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=100)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_by_name = models.CharField(max_length=100, blank=True)
    answer = models.CharField(max_length=1000, blank=True)  # why it was sent back

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            UniqueConstraint(
                fields=["blueprint"], condition=Q(state="open"), name="publication_is_asked_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | ~Q(answered_by=models.F("asked_by")),
                name="nobody_publishes_what_they_asked_for",
            ),
        ]


class PracticeRun(models.Model):
    """One try of one revision: the people who are played in it, and whether a case was decided."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    blueprint = models.ForeignKey(Blueprint, models.PROTECT, related_name="practice_runs")
    revision = models.PositiveIntegerField()
    people = models.JSONField(default=dict)  # role -> account
    started_at = models.DateTimeField()
    started_by = models.UUIDField()
    started_by_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    wiped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]

    @property
    def name(self) -> str:
        """How the kernel's practice knows this run."""
        return self.pk.hex
