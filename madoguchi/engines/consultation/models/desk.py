"""What the desk keeps beside the letters: the rules of the pack, and parts a person told apart."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from .calls import Call, Row
from .receiving import Part


class Rules(models.Model):
    """What holds for every new call, as the pack's rules.yaml says it. One row; without it the pack's defaults hold."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    minimum_days = models.PositiveSmallIntegerField(default=20)
    counting = models.CharField(max_length=10, choices=Call.Counting.choices, default=Call.Counting.CALENDAR)
    follow_up_months = models.PositiveSmallIntegerField(default=12)
    # [{sign, label, meaning}]: the classes a new call starts with.
    categories = models.JSONField(default=list)

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="the_rules_are_one_row")]


class PartsApart(Row):
    """Two parts a person said are not the same: they are not suggested together again."""

    one = models.ForeignKey(Part, models.CASCADE, related_name="+")
    other = models.ForeignKey(Part, models.CASCADE, related_name="+")
    said_by = models.UUIDField()

    class Meta:
        constraints = [
            UniqueConstraint("one", "other", name="two_parts_are_told_apart_once"),
            CheckConstraint(condition=Q(one__lt=F("other")), name="parts_told_apart_are_written_one_way"),
        ]
