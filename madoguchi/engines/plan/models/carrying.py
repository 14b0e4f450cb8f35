"""The plan being carried out: sheets, yearly reports, indicators and what was measured, promises, frozen years."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refs import Ref

from .published import Item, Row


class Light(models.TextChoices):
    """How a division says an item goes. Nobody is given one that no division said."""

    ON_TRACK = "on_track", _("順調")
    LATE = "late", _("遅れ")
    CHANGED = "changed", _("見直し")
    DONE = "done", _("完了")


class Written(Row):
    """Who wrote it and when; a correction is the next number and says why."""

    number = models.PositiveSmallIntegerField()
    why = models.CharField(
        max_length=300, blank=True, help_text="Why it was corrected; empty the first time."
    )
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True

    @property
    def ref(self) -> Ref:
        return Ref.to(self)


class Sheet(Written):
    """推進計画書: what a division does for an item in a year. Only added to: a correction leaves the old sheet."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="sheets")
    fiscal_year = models.PositiveSmallIntegerField()
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    planned = models.TextField()
    target = models.CharField(max_length=200, blank=True)
    is_fictional = models.BooleanField(default=False)

    class Meta:
        ordering = ["fiscal_year", "division", "number"]
        constraints = [
            UniqueConstraint("item", "fiscal_year", "division", "number", name="sheet_has_its_own_number"),
            CheckConstraint(condition=Q(number=1) | ~Q(why=""), name="corrected_sheet_says_why"),
        ]


class ReportRequest(Row):
    """A division is asked for the 進捗報告書 of one item and one year, until it is verified."""

    class State(models.TextChoices):
        ASKED = "asked", _("提出待ち")
        SENT = "sent", _("確認中")
        REMANDED = "remanded", _("差し戻し")
        VERIFIED = "verified", _("確認済み")

    item = models.ForeignKey(Item, models.PROTECT, related_name="report_requests")
    fiscal_year = models.PositiveSmallIntegerField()
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    # What the public page shows: the newest report that was verified, also while its correction is on its way.
    verified = models.ForeignKey("Report", models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    is_fictional = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-fiscal_year", "item__order", "division"]
        constraints = [
            UniqueConstraint("item", "fiscal_year", "division", name="report_is_asked_for_once"),
            CheckConstraint(
                condition=~Q(state="verified") | ~Q(verified=None), name="verified_request_names_its_report"
            ),
        ]

    @property
    def ref(self) -> Ref:
        return Ref.to(self)


class Report(Written):
    """進捗報告書 as it was handed in. Only added to: what is sent back or corrected is handed in again."""

    request = models.ForeignKey(ReportRequest, models.PROTECT, related_name="reports")
    done = models.TextField(help_text="What was done.")
    light = models.CharField(max_length=10, choices=Light.choices)
    reason = models.TextField(help_text="Why this light.")
    actual = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300, help_text="Where it can be looked up.")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["request", "number"]
        constraints = [
            UniqueConstraint("request", "number", name="report_has_its_own_number"),
            CheckConstraint(condition=~Q(reason="") & ~Q(source=""), name="light_has_reason_and_source"),
        ]


class Indicator(Row):
    """A line by which the plan is measured here. What a running engine can count is never typed."""

    class Source(models.TextChoices):
        METRIC = "metric", _("このシステムの実測")
        SURVEY = "survey", _("調査")
        FILE = "file", _("台帳・資料")

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=100)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="indicators")
    unit = models.CharField(max_length=20, blank=True)
    direction = models.CharField(max_length=2, default=">=")
    source = models.CharField(max_length=10, choices=Source.choices)
    metric = models.CharField(max_length=80, blank=True)
    # {value, text, unit, approx, as_of, source}: where it began, as printed somewhere; None where nothing is printed.
    baseline = models.JSONField(null=True)
    # {fiscal year key: number}. A year without one has no target: none is invented.
    targets = models.JSONField(default=dict)
    target_source = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "key"]
        constraints = [
            CheckConstraint(
                condition=(Q(source="metric") & ~Q(metric="")) | (~Q(source="metric") & Q(metric="")),
                name="metric_indicator_names_its_metric",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> Ref:
        return Ref("plan", "indicator", self.key)


class Measurement(Row):
    """A value somebody typed in from a survey or a file, with what it stands on. Only added to."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="measurements")
    on = models.DateField()
    value = models.FloatField()
    evidence = models.CharField(max_length=300)
    method = models.CharField(max_length=300)
    sample = models.CharField(max_length=200, help_text="How many were asked or counted, and who.")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    why = models.CharField(max_length=300, blank=True)
    is_fictional = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["on", "at"]
        constraints = [
            CheckConstraint(
                condition=~Q(method="") & ~Q(sample="") & ~Q(evidence=""),
                name="measurement_says_how_and_of_whom",
            ),
            CheckConstraint(condition=Q(corrects=None) | ~Q(why=""), name="corrected_measurement_says_why"),
        ]


class YearReport(Row):
    """A fiscal year, frozen: everything, and its digest (SHA-256 over canonical JSON). Only added to."""

    fiscal_year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    why = models.CharField(
        max_length=300, blank=True, help_text="Why it was corrected; empty the first time."
    )
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-fiscal_year", "-number"]
        constraints = [
            UniqueConstraint("fiscal_year", "number", name="frozen_year_has_its_own_number"),
            CheckConstraint(condition=Q(number=1) | ~Q(why=""), name="corrected_year_says_why"),
        ]

    @property
    def ref(self) -> Ref:
        return Ref.to(self)


class Promise(Row):
    """Something that will be looked at again by a day: a △ of a consultation. Open until somebody settles it."""

    about = models.CharField(max_length=120, unique=True, help_text="Ref of what was promised about.")
    item = models.CharField(max_length=20, blank=True, help_text="Code of the item it belongs to.")
    words = models.CharField(max_length=300)
    division = models.ForeignKey("identity.Division", models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
