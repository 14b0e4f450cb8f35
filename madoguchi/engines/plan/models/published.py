"""What a plan says, as published. Rows come from a pack only; nothing here is measured."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refs import Ref, new_id


class Row(models.Model):
    """Every row of this engine: a public id that sorts by time of birth."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class Plan(Row):
    """One published plan. Its indicators, series and chronology belong to it."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=100)
    source = models.CharField(max_length=200)
    source_url = models.URLField(blank=True)
    published = models.CharField(max_length=20, help_text="As printed: R2-03.")
    years = models.JSONField(default=list, help_text="Keys of its fiscal years, in order: R2 … R6.")
    divisions = models.JSONField(default=list, help_text="Names of divisions, as printed that day.")
    related = models.JSONField(default=list, help_text="Printed among divisions, but naming none: 関係課.")
    # Read whole and shown whole: principle, viewpoints, chapters, organisation, progress, chronology, …
    facts = models.JSONField(default=dict)
    digests = models.JSONField(default=dict, help_text="{file: digest}: what has to be brought again.")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Goal(Row):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals")
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    page = models.PositiveSmallIntegerField(null=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [UniqueConstraint("plan", "code", name="goal_is_in_a_plan_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Measure(Row):
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="measures")
    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class ItemQuerySet(models.QuerySet["Item"]):
    def current(self) -> ItemQuerySet:
        """Items the applied plan still has."""
        return self.filter(withdrawn_at=None)


class Item(Row):
    """One 取組項目. An item that leaves the plan stays, marked, because opinions point at it."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="items")
    code = models.CharField(max_length=20, unique=True)
    mark = models.CharField(max_length=4, blank=True, help_text="①…⑤, restarting in each measure.")
    title = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()
    series = models.JSONField(null=True, help_text="A published series of this item alone.")
    tables = models.JSONField(default=list, help_text="Tables printed with the item.")
    notes = models.JSONField(default=list, help_text="Where the source contradicts itself.")
    digests = models.JSONField(default=dict, help_text="{part: digest}: tells which part changed.")
    withdrawn_at = models.DateTimeField(null=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def ref(self) -> Ref:
        return Ref("plan", "item", self.code)


class ScheduleLine(Row):
    """One line of an item's five-year table. A year without text is "no entry", not "none planned"."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=100, blank=True)
    years = models.JSONField(help_text="{fiscal year key: text or null}, every year of the plan.")
    divisions = models.JSONField(default=list)

    class Meta:
        ordering = ["order"]
        constraints = [UniqueConstraint("item", "order", name="schedule_line_has_its_own_place")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.label}"


class Service(Row):
    """Something of this installation that an item needs: `procedures:jido_teate.nintei`, `page:plan`."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="services")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    title = models.CharField(max_length=200, help_text="What the plan calls it.")

    class Meta:
        ordering = ["order"]
        constraints = [UniqueConstraint("item", "kind", "key", name="item_needs_a_service_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class ItemChange(Row):
    """When a pack brought an item, changed it or withdrew it. Only added to."""

    class What(models.TextChoices):
        ADDED = "added"
        CHANGED = "changed"
        WITHDRAWN = "withdrawn"
        RESTORED = "restored"

    item = models.ForeignKey(Item, models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    what = models.CharField(max_length=20, choices=What.choices)
    fields = models.JSONField(default=list, help_text="Which parts changed: title, schedule, services, …")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.what}"


class FormerItem(Row):
    """One item of the plan before, with the grade the municipality gave itself."""

    class Result(models.TextChoices):
        A = "A", _("達成")
        B = "B", _("一部達成")

    number = models.PositiveSmallIntegerField(unique=True)
    mark = models.CharField(max_length=4)
    title = models.CharField(max_length=200)
    goal = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=10)
    result = models.CharField(max_length=1, choices=Result.choices)
    divisions = models.JSONField(default=list)
    done = models.JSONField(default=list, help_text="[{at, what}] as printed.")
    counts = models.JSONField(default=list, help_text="[{what, value, unit, as_of}] as printed.")
    certificates = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [
            CheckConstraint(condition=Q(result__in=["A", "B"]), name="former_item_is_graded_a_or_b")
        ]

    def __str__(self) -> str:
        return f"{self.mark} {self.title}"


class IndicatorLine(Row):
    """One line of the former plan's indicators: set, target, actual, met or not."""

    order = models.PositiveSmallIntegerField(unique=True)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    note = models.CharField(max_length=300, blank=True)
    what = models.CharField(max_length=200)
    set = models.JSONField()
    target = models.JSONField()
    actual = models.JSONField()
    met = models.BooleanField()
    recomputed = models.JSONField(null=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.what


class Series(Row):
    """Yearly numbers of the annex: systems, servers, terminals, printers, costs."""

    code = models.CharField(max_length=40, unique=True)
    group = models.CharField(max_length=40)
    title = models.CharField(max_length=100)
    unit = models.CharField(max_length=20)
    points = models.JSONField(help_text="{fiscal year key: number}; a year not printed is not there.")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class Figure(Row):
    """A headline figure: what was published, with its source, and the metric that measures it here."""

    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=100)
    said = models.JSONField(help_text="[{label, value, text, unit, approx, as_of, note}] as printed.")
    said_by = models.CharField(
        max_length=40, blank=True, help_text="Who said it, where not the municipality."
    )
    source = models.CharField(max_length=200)
    notes = models.JSONField(default=list)
    how = models.CharField(max_length=200, help_text="What the platform would measure.")
    measured_by = models.CharField(max_length=80, blank=True)
    items = models.JSONField(default=list, help_text="Codes of the items it belongs to.")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [CheckConstraint(condition=~Q(source=""), name="figure_names_its_source")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
