"""Opinions as they are published, their answers, and what shows that an answer is true."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from .calls import Call, Category, Row, Unit, UnitText


class Answer(Row):
    """One answer (区の考え方). It may serve many opinions; each keeps its own category.

    In `text`, `{{opinion:<id>}}` is a cross reference: it is shown as the number that opinion has now.
    """

    class State(models.TextChoices):
        WRITING = "writing", _("書いている")
        CHECKING = "checking", _("確認中")
        APPROVED = "approved", _("承認")

    call = models.ForeignKey(Call, models.CASCADE, related_name="answers")
    division = models.ForeignKey("identity.Division", models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True, help_text="Our own answer, or an original the operator supplied.")
    summary = models.CharField(
        max_length=300, blank=True, help_text="A past answer in our own words, one line."
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITING)
    approval = models.CharField(max_length=120, blank=True, help_text="Ref of the approval it went through.")
    written_by = models.UUIDField(null=True)
    written_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)


class Opinion(Row):
    """One published row: number, place, summary, category, answer. `same` people said it in as many parts."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="opinions")
    number = models.PositiveIntegerField(null=True, help_text="Empty until it is numbered.")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="opinions")
    # A past call prints where an opinion stands: [第4章 …, 1 …, (1) …], and the item with both its numbers.
    section = models.JSONField(default=list)
    item_title = models.CharField(max_length=300, blank=True)
    item_number = models.CharField(max_length=10, blank=True)
    item_draft_number = models.CharField(max_length=10, blank=True)
    summary = models.TextField(blank=True, help_text="What is published; of past calls our own one line.")
    text = models.TextField(
        blank=True, help_text="A past opinion as printed, where the operator supplied the file."
    )
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="opinions")
    category_printed = models.CharField(max_length=20, blank=True)
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="opinions")
    same_printed = models.PositiveIntegerField(null=True, help_text="「同様の意見 n件」 of a past call.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["call", "number", "id"]
        constraints = [
            UniqueConstraint(
                fields=["call", "number"], condition=~Q(number=None), name="an_opinion_has_its_own_number"
            )
        ]

    def __str__(self) -> str:
        return f"No.{self.number}"


class OpinionItem(Row):
    """An opinion is about this item of the plan."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="items")
    code = models.CharField(max_length=20, db_index=True)

    class Meta:
        constraints = [UniqueConstraint("opinion", "code", name="an_opinion_is_tied_to_an_item_once")]


class Evidence(Row):
    """What an answer points at: the changed passage (◎), the place in the draft (○), the running service (□)."""

    class Kind(models.TextChoices):
        CHANGED = "changed", _("変えたところ")
        IN_DRAFT = "in_draft", _("素案のところ")
        SERVICE = "service", _("動いているサービス")
        ELSEWHERE = "elsewhere", _("ほかの計画や事業")

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    passage = models.ForeignKey(UnitText, models.PROTECT, null=True, related_name="+")
    service = models.CharField(
        max_length=150, blank=True, help_text="procedures:jido_teate.nintei, page:plan"
    )
    words = models.CharField(max_length=300, blank=True)
    url = models.URLField(blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=~Q(passage=None) | ~Q(service="") | ~Q(words=""),
                name="evidence_points_at_something",
            )
        ]


class NotAlike(Row):
    """Two opinions a person said are not the same: they are not suggested together again."""

    one = models.ForeignKey(Opinion, models.CASCADE, related_name="+")
    other = models.ForeignKey(Opinion, models.CASCADE, related_name="+")
    said_by = models.UUIDField()

    class Meta:
        constraints = [
            UniqueConstraint("one", "other", name="two_opinions_are_told_apart_once"),
            CheckConstraint(condition=Q(one__lt=F("other")), name="told_apart_is_written_one_way"),
        ]
