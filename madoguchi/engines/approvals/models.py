"""One request for approval, its steps along the route, and what was said at each."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refs import Ref, new_id


class Route(models.Model):
    """A way from post to post, as the pack says it. A request keeps the steps of the day it was made."""

    key = models.SlugField(max_length=60, primary_key=True)
    title = models.CharField(max_length=100)
    # [{title, division ("*": the one that asks), role}]
    steps = models.JSONField()
    withdrawn_at = models.DateTimeField(null=True)


class Request(models.Model):
    """A text somebody asks to have approved (起案). It is approved as it was asked for: `digest` says which text."""

    class State(models.TextChoices):
        PENDING = "pending", _("決裁中")
        APPROVED = "approved", _("決裁済み")
        REMANDED = "remanded", _("差し戻し")
        WITHDRAWN = "withdrawn", _("取り下げ")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    about = models.CharField(max_length=120, db_index=True, help_text="Ref of what is to be approved.")
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True, help_text="What the approvers read; no personal data.")
    route = models.CharField(max_length=60, help_text="Key of the route in the pack, as it was that day.")
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of the text: another text is not approved by it."
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=100)
    written_by = models.UUIDField(null=True, help_text="Who wrote the text, where somebody else asks for it.")
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            UniqueConstraint(
                fields=["about"],
                condition=Q(state="pending"),
                name="a_thing_is_asked_for_approval_once_at_a_time",
            )
        ]

    @property
    def ref(self) -> Ref:
        return Ref.to(self)


class Step(models.Model):
    """One post on the way. Steps are taken in their order, each by somebody who did not ask for it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("まだ")
        APPROVED = "approved", _("承認")
        REMANDED = "remanded", _("差し戻し")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(Request, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100, help_text="What this step is called: 課長, 企画課の確認 …")
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    on_paper = models.BooleanField(default=False, help_text="Approved on paper, and noted here.")

    class Meta:
        ordering = ["request", "order"]
        constraints = [
            UniqueConstraint("request", "order", name="a_step_has_its_own_place"),
            CheckConstraint(
                condition=Q(state="waiting", by=None) | (~Q(state="waiting") & ~Q(by=None)),
                name="a_taken_step_says_by_whom",
            ),
        ]
