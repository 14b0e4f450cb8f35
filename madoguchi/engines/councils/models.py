"""Councils, their members, and their meetings: agenda, materials, minutes."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refs.rows import Row


class Council(Row):
    """A body that meets: 審議会, 懇談会, or a body of the city hall itself (IT推進本部)."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    does = models.CharField(max_length=300, blank=True)
    division = models.ForeignKey("identity.Division", models.PROTECT, null=True, related_name="+")
    is_internal = models.BooleanField(
        default=False, help_text="Of the city hall's own posts; its page still says what it decided."
    )
    # Public words by language: {language: {name, does}}
    words = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "key"]


class Member(Row):
    """A seat. `duty` ties a seat to a post (directory.Duty); otherwise the name or the field it speaks for."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="members")
    role = models.CharField(max_length=60, blank=True, help_text="会長, 委員 …")
    name = models.CharField(max_length=100)
    belongs_to = models.CharField(max_length=100, blank=True)
    duty = models.CharField(max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]


class Meeting(Row):
    """One meeting. What is not there yet (minutes) is said to be not there yet."""

    class State(models.TextChoices):
        PLANNED = "planned", _("これから開く")
        HELD = "held", _("終わった")
        CANCELLED = "cancelled", _("中止")

    council = models.ForeignKey(Council, models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    on = models.DateField()
    starts_at = models.TimeField(null=True)
    place = models.CharField(max_length=200, blank=True)
    is_public = models.BooleanField(default=True)
    how_to_attend = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    why_cancelled = models.CharField(max_length=300, blank=True)
    minutes = models.TextField(blank=True, help_text="Plain text; an empty line begins a paragraph.")
    minutes_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-on", "-number"]
        constraints = [UniqueConstraint("council", "number", name="a_meeting_has_its_own_number")]

    @property
    def has_minutes(self) -> bool:
        return self.minutes_at is not None


class AgendaPoint(Row):
    """One point of the agenda. What it is about may be anything of any engine."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    about = models.CharField(max_length=120, blank=True, help_text="Ref of what is discussed.")
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            UniqueConstraint("meeting", "order", name="a_point_has_its_own_place"),
            UniqueConstraint(
                fields=["meeting", "about"],
                condition=~Q(about=""),
                name="a_thing_is_on_an_agenda_once",
            ),
        ]


class Material(Row):
    """A paper handed out: a file of the vault, or a page of this site."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="materials")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    file = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=300, blank=True)
    pages = models.PositiveSmallIntegerField(
        null=True, help_text="How many pages it would be on paper for each member."
    )

    class Meta:
        ordering = ["order"]
        constraints = [
            CheckConstraint(
                condition=Q(file=None) ^ Q(path=""), name="a_material_is_a_file_or_a_page_of_this_site"
            )
        ]
