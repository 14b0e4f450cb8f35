"""Cases and how they move: steps, transfers, moves to another version, notes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q, UniqueConstraint

from madoguchi.engines.forms.models import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.practice import PracticeAware, is_practice
from madoguchi.kernel.refs import Ref, new_id

from .. import sealing


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.filter(closed_at=None)

    def of_divisions(self, keys: frozenset[str]) -> CaseQuerySet:
        return self.filter(division__in=keys)


class LivingCases(PracticeAware):
    """Cases of the world we are in that one can still open: not those that were erased."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(erased_at=None)


class Case(models.Model):
    """Something received. One draft makes one case: the database says so, however often it is sent.

    `state` is a state of its definition's flow; `version` counts changes, and whoever changes it says
    which version they saw (compare-and-set).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.CharField(max_length=20, unique=True)
    definition = models.ForeignKey("packs.Definition", models.PROTECT, related_name="+")
    draft = models.OneToOneField("forms.Draft", models.PROTECT, related_name="case")
    applicant = models.ForeignKey("identity.Party", models.PROTECT, null=True, related_name="+")
    account = models.UUIDField(null=True, db_index=True)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    assigned = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    # 到達日: the day it reached the office, where it was written in later; its days count from then.
    arrived_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    paused_at = models.DateTimeField(null=True)
    # The resident answered our question and nobody has looked at it yet.
    replied_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Questions still without an answer in what came on paper: received all the same, to be asked for (行政手続法 第7条).
    gaps = models.PositiveSmallIntegerField(default=0)
    # Signatures of others that are still awaited (連署).
    unsigned = models.PositiveSmallIntegerField(default=0)
    # Which edition of the search keys stands for it; 0 = none yet (services/finding.py).
    findable = models.PositiveSmallIntegerField(default=0)
    practice = models.BooleanField(default=is_practice, editable=False)

    # 廃棄: what was stated is gone, and whose it was. The row stays for the figures of its year.
    erased_at = models.DateTimeField(null=True)

    objects = LivingCases.from_queryset(CaseQuerySet)()
    counted = PracticeAware.from_queryset(CaseQuerySet)()
    everything = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["division", "due_on"], name="case_desk", condition=Q(closed_at=None)),
            models.Index(fields=["received_at"], name="case_received"),
            models.Index(fields=["id"], name="case_not_findable", condition=Q(findable=0)),
        ]

    @property
    def ref(self) -> Ref:
        return Ref.to(self)

    @property
    def counts_from(self) -> dt.date:
        """The day from which the days of the standard period are counted."""
        return self.arrived_on or clock.in_city(self.received_at).date()


class Step(models.Model):
    """One move of a case, only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    from_state = models.CharField(max_length=60, blank=True)
    to_state = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_kind = models.CharField(max_length=10)
    by_name = models.CharField(max_length=100, blank=True)
    # How many places the resident was asked to put right with this move.
    places = models.PositiveSmallIntegerField(null=True)
    practice = models.BooleanField(default=is_practice, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [UniqueConstraint("case", "number", name="steps_follow_one_another")]


class Transfer(models.Model):
    """A case passed from one division to another: by hand with a reason, or by a reorganisation. Only ever added."""

    class Cause(models.TextChoices):
        BY_HAND = "by_hand"
        REORGANISATION = "reorganisation"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="transfers")
    from_division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    to_division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    cause = models.CharField(max_length=20, choices=Cause, default=Cause.BY_HAND)
    # The names as they were on the day: a later rename does not rewrite what happened.
    from_name = models.CharField(max_length=100)
    to_name = models.CharField(max_length=100)
    sealed_why = models.BinaryField(default=bytes)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100, blank=True)
    practice = models.BooleanField(default=is_practice, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    @property
    def why(self) -> str:
        """The reason, as the receiving division reads it; "" for a reorganisation."""
        return sealing.opened(self, self.case.draft, self.sealed_why)


class VersionMove(models.Model):
    """An open case moved onto another version of its definition, by an act that is named. Only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="version_moves")
    from_definition = models.ForeignKey("packs.Definition", models.PROTECT, related_name="+")
    to_definition = models.ForeignKey("packs.Definition", models.PROTECT, related_name="+")
    act = models.CharField(
        max_length=200
    )  # the law or decision that moves it, as the file of the pack names it
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100, blank=True)
    practice = models.BooleanField(default=is_practice, editable=False)

    class Meta:
        ordering = ["at", "pk"]


class Note(models.Model):
    """A remark among staff. Residents may ask to see it, so it is written accordingly."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    sealed_text = models.BinaryField(default=bytes)
    by = models.UUIDField()
    by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    @property
    def text(self) -> str:
        return sealing.opened(self, self.case.draft, self.sealed_text)
