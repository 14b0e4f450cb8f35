"""A call for opinions, its categories, the draft it shows, and the meetings and questions around it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refs.rows import Row


class Call(Row):
    """One call for opinions (意見の募集). Past ones come from a pack or from a result document that was read.

    Whether it receives now follows from `state` and the two days, both included, and is never stored.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("準備中")
        OPENED = "opened", _("募集")
        PUBLISHED = "published", _("結果を公表")

    class Counting(models.TextChoices):
        CALENDAR = "calendar", _("暦の日数")
        OPENING = "opening", _("開庁日")

    class Origin(models.TextChoices):
        PACK = "pack"
        DESK = "desk"
        DOCUMENT = "document"

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    document = models.CharField(max_length=300, help_text="The draft, as its title page says.")
    division = models.ForeignKey("identity.Division", models.PROTECT, null=True, related_name="+")
    opens_on = models.DateField()
    closes_on = models.DateField()
    counting = models.CharField(max_length=10, choices=Counting.choices, default=Counting.CALENDAR)
    minimum_days = models.PositiveSmallIntegerField(default=20)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.DESK)
    is_fictional = models.BooleanField(default=False)
    plan = models.CharField(max_length=40, blank=True, help_text="Code of the plan it is about.")
    # {language: {title, summary, …}}: what the public page says, in every language the pack speaks.
    words = models.JSONField(default=dict)
    # [{kind: newsletter | website | place | group | sns | video | lending, text, except, on, url}]
    notices = models.JSONField(default=list)
    # [{channel, to, note}]: by which ways opinions come.
    ways = models.JSONField(default=list)
    # A past call: how many wrote, as printed. Of our own calls it is counted, and these stay empty.
    persons = models.PositiveIntegerField(null=True)
    organisations = models.PositiveIntegerField(null=True)
    # A past call: the totals its document prints, to be compared: {opinions, categories: {glyph: n}, sections: [{title, n}]}.
    printed = models.JSONField(default=dict)
    source = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, help_text="Compare-and-set of what staff change.")

    class Meta:
        ordering = ["-opens_on", "key"]
        constraints = [
            CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="a_call_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.title

    def receives_on(self, day: dt.date) -> bool:
        return self.state == self.State.OPENED and self.opens_on <= day <= self.closes_on


class Category(Row):
    """One class of answer (対応区分). Set and wording belong to the call."""

    class Meaning(models.TextChoices):
        """What a class says, whatever its sign: what it asks of whoever answers follows from it."""

        REFLECTED = "reflected", _("計画に反映する")
        IN_DRAFT = "in_draft", _("素案に書いてある")
        ALREADY = "already", _("ほかで実施している")
        CONSIDER = "consider", _("実施のときに検討する")
        CANNOT = "cannot", _("反映できない")
        OTHER = "other", _("その他")

    call = models.ForeignKey(Call, models.CASCADE, related_name="categories")
    sign = models.CharField(max_length=12, help_text="◎, A, 1 … as the call prints it.")
    label = models.CharField(max_length=200)
    meaning = models.CharField(max_length=10, choices=Meaning.choices)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [UniqueConstraint("call", "sign", name="a_call_has_a_category_once")]

    def __str__(self) -> str:
        return f"{self.sign} {self.label}"


class DraftVersion(Row):
    """素案, its corrections, and the final plan: the same units, each with the text of that version."""

    class Kind(models.TextChoices):
        DRAFT = "draft", _("素案")
        FINAL = "final", _("決定")

    call = models.ForeignKey(Call, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DRAFT)
    title = models.CharField(max_length=300)
    on = models.DateField()
    file = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [UniqueConstraint("call", "number", name="a_version_of_a_draft_is_there_once")]


class Unit(Row):
    """One passage people can comment on. Its key stays when the final plan renumbers it."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="units")
    key = models.SlugField(max_length=60)
    item = models.CharField(max_length=20, blank=True, help_text="Code of the plan's item it became.")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [UniqueConstraint("call", "key", name="a_unit_is_in_a_call_once")]


class UnitText(Row):
    """What one version says of a unit: the number it has there (⑥, before ⑤), heading and text."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="texts")
    version = models.ForeignKey(DraftVersion, models.CASCADE, related_name="texts")
    number = models.CharField(max_length=20, blank=True)
    heading = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    words = models.JSONField(default=dict, help_text="Heading and body by language.")

    class Meta:
        constraints = [UniqueConstraint("unit", "version", name="a_version_says_a_unit_once")]


class Event(Row):
    """A briefing of a group, an open house, a meeting of a council about the draft."""

    class Kind(models.TextChoices):
        BRIEFING = "briefing", _("団体への説明")
        OPEN_HOUSE = "open_house", _("オープンハウス")
        COUNCIL = "council", _("会議での審議")

    call = models.ForeignKey(Call, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=200)
    on = models.DateField(null=True)
    place = models.CharField(max_length=200, blank=True)
    meeting = models.CharField(max_length=120, blank=True, help_text="Ref of the council's meeting.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["on", "order"]


class Question(Row):
    """A question on the board of an open call. It is shown once staff have let it through, with its answer."""

    class State(models.TextChoices):
        ASKED = "asked", _("届いた")
        SHOWN = "shown", _("公開")
        REFUSED = "refused", _("公開しない")

    call = models.ForeignKey(Call, models.CASCADE, related_name="questions")
    asked_at = models.DateTimeField()
    words = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    why_not = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)

    class Meta:
        ordering = ["asked_at"]
