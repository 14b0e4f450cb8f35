"""What can be booked: areas with their rules, places, times, and how much there is of each."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refs.rows import Row


class Kind(models.TextChoices):
    SLOTS = "slots", _("決まった時間に、いくつかの席がある")  # child care, check-ups, advice, counters
    UNITS = "units", _("場所や車を、時間で借りる")  # halls, courts, vehicles
    EVENT = "event", _("催しや講座に申し込む")  # one-off events, courses of several days


class Area(Row):
    """One kind of booking with its own rules (施設, 一時預かり, 健診 …). The rules are a published definition.

    `closed_on`: from that day on nothing is booked any more; why, and what there is instead, stays public (X-37).
    """

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    definition = models.ForeignKey("packs.Definition", models.PROTECT, related_name="+")
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    closed_on = models.DateField(null=True)
    closed_why = models.CharField(max_length=300, blank=True)
    closed_instead = models.CharField(max_length=300, blank=True)
    closed_path = models.CharField(max_length=200, blank=True, help_text="A page of this site.")
    closed_words = models.JSONField(default=dict, help_text="{language: {why, instead}}")
    # What it came to, for readers of later years: [{year, text, source}]
    evaluation = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "key"]


class Site(Row):
    """A place people go to."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    access = models.CharField(max_length=300, blank=True, help_text="Step-free way in, parking …")
    # Whose staff look after it; null = the division of the area alone.
    division = models.ForeignKey("identity.Division", models.PROTECT, null=True, related_name="+")
    words = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "key"]


class Unit(Row):
    """The smallest part that is given to one at a time: half a court, a vehicle, a set of goggles.

    Cells of `cell_minutes` begin at midnight of the city; a claim takes one of them.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="units")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    cell_minutes = models.PositiveSmallIntegerField(default=30)

    class Meta:
        ordering = ["site", "key"]
        constraints = [
            UniqueConstraint("site", "key", name="a_unit_has_its_own_key"),
            CheckConstraint(condition=Q(cell_minutes__in=[15, 30, 60]), name="cells_are_15_30_or_60_minutes"),
        ]


class Resource(Row):
    """What is booked by its name: 全面 (both halves), 半面A, ぴよぴよ 見本 の一時預かり, a course."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="resources")
    site = models.ForeignKey(Site, models.PROTECT, related_name="resources")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=500, blank=True)
    people = models.PositiveIntegerField(null=True, help_text="How many it is meant for.")
    units = models.ManyToManyField(Unit, through="ResourceUnit", related_name="resources")
    # Opening hours and timetable of this one where they differ from the area's: see shape.ResourceEntry.
    hours = models.JSONField(default=dict)
    # What else depends on the resource: yen, field (福祉, 防災 …), age_limit, instead (the indoor alternative).
    facts = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "key"]
        constraints = [UniqueConstraint("area", "key", name="a_resource_has_its_own_key")]


class ResourceUnit(models.Model):
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="parts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        constraints = [UniqueConstraint("resource", "unit", name="a_part_is_named_once")]


class SlotState(models.TextChoices):
    OPEN = "open", _("受付中")
    SHUT = "shut", _("受付を止めています")
    CANCELLED = "cancelled", _("中止")


class Slot(Row):
    """One time of one resource in which several may take part: a morning of child care, a check-up hour, an event."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SlotState, default=SlotState.OPEN)
    title = models.CharField(max_length=200, blank=True)
    # Where its facts came from: timetable | import:<file digest> | staff
    origin = models.CharField(max_length=80, default="timetable")
    number = models.CharField(max_length=60, blank=True, help_text="What the other system calls it.")
    why = models.CharField(max_length=300, blank=True, help_text="Why it is shut or cancelled.")
    facts = models.JSONField(
        default=dict, help_text="drawn: key of the round after which the rest is given to who comes first."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            UniqueConstraint("resource", "starts_at", name="a_slot_begins_once"),
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_slot_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["starts_at"], name="slot_starts")]


class Count(models.Model):
    """How much of one kind a slot has (places, staff points, online places), and how much is taken.

    The one guard of every slot: a conditional UPDATE raises `taken`, and the CHECK stands behind it. `changes`
    only rises: the sum over what a page shows is that page's ETag.
    """

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="counts")
    kind = models.SlugField(max_length=30)
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    changes = models.PositiveBigIntegerField(default=0)
    # False while the slot is shut or cancelled: asked in the same UPDATE, so that nobody slips in behind a closing.
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint("slot", "kind", name="a_slot_counts_a_kind_once"),
            CheckConstraint(condition=Q(taken__lte=F("capacity")), name="a_slot_is_never_overbooked"),
        ]


class ClassDay(Row):
    """One day of a course. A day that is called off is told to everybody on the course (P2-4-1-T2)."""

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="days")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    title = models.CharField(max_length=200, blank=True)
    called_off_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["starts_at"]


class EventPlan(Row):
    """An event that staff made on the screen: on its way through approval, then open.

    `only_online_why`: an event without places at a venue shuts out who has no computer; its reason is approved with it.
    The link to the stream is sealed: only who takes part online is shown it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        ASKED = "asked", _("決裁中")
        OPEN = "open", _("公開")

    slot = models.OneToOneField(Slot, models.PROTECT, related_name="plan")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    only_online_why = models.CharField(max_length=300, blank=True)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed_link = models.BinaryField(default=bytes)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-made_at"]
