"""What became of an opinion (その後). Only added to: the newest row is how it stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .answering import Opinion
from .calls import Row


class Outcome(Row):
    """One step: under study, done, declined, or that no source says anything."""

    class State(models.TextChoices):
        NOT_YET = "not_yet", _("これから")
        STUDYING = "studying", _("検討中")
        DONE = "done", _("実施")
        DECLINED = "declined", _("見送り")
        NO_SOURCE = "no_source", _("出典なし")

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="outcomes")
    state = models.CharField(max_length=10, choices=State.choices)
    on = models.CharField(
        max_length=20, blank=True, help_text="As the source says it: H29-07, R2, 2026-11-22."
    )
    item = models.CharField(max_length=20, blank=True, help_text="Code of the plan's item where it shows.")
    words = models.CharField(max_length=300)
    source = models.CharField(max_length=300, blank=True)
    service = models.CharField(max_length=150, blank=True, help_text="procedures:…, page:… to try it.")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["opinion", "at", "id"]


class FollowUp(Row):
    """△ and ※: somebody looks again by a day. The task itself stands in the plan."""

    opinion = models.OneToOneField(Opinion, models.CASCADE, related_name="follow_up")
    division = models.ForeignKey("identity.Division", models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
