"""Registers beside the services: who was interviewed, which groups there are, what is lent, what was learnt from a case."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs.rows import Row


class Child(Row):
    """A child is a party of its own, kept by a grown-up who told us of it. Not a mandate: no right comes with it.

    `known_by` is a keyed digest of name and birthday: said twice, the child is the same child.
    """

    keeper = models.ForeignKey(Party, models.PROTECT, related_name="kept_children")
    party = models.ForeignKey(Party, models.PROTECT, related_name="keepers")
    known_by = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        ordering = ["since", "id"]
        constraints = [UniqueConstraint("keeper", "known_by", name="a_child_is_told_of_once")]


class RegistrationState(models.TextChoices):
    ASKED = "asked", _("確認を待っています")
    VALID = "valid", _("登録済み")
    REFUSED = "refused", _("登録できませんでした")
    ENDED = "ended", _("おわりました")


class Registration(Row):
    """Somebody (or a group) is known to a service, at every site of it. What was told is sealed.

    `kind` is a published definition (packs/*/records/kinds/<kind>.yaml): its fields, whether it needs an
    interview, how long it holds, which divisions look at which field for which purpose.
    """

    kind = models.CharField(max_length=60)
    definition = models.ForeignKey("packs.Definition", models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="registrations")
    # Whose account keeps it: the guardian of a child, the representative of a group.
    keeper = models.ForeignKey(Party, models.PROTECT, related_name="kept_registrations")
    state = models.CharField(max_length=10, choices=RegistrationState, default=RegistrationState.ASKED)
    site = models.CharField(max_length=60, blank=True, help_text="booking.Site where the interview was.")
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    interviewed_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed = models.BinaryField(default=bytes, help_text="{field: value} of the definition's fields")
    has_care_notes = models.BooleanField(default=False)
    channel = models.CharField(
        max_length=10, default="web", help_text="How it came: web, phone, counter, post."
    )
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    why = models.CharField(max_length=300, blank=True)
    renewal_asked_at = models.DateTimeField(null=True, help_text="The keeper asked for another term.")
    reminded_at = models.DateTimeField(null=True, help_text="Told that it ends soon; anew for each term.")
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            UniqueConstraint(
                fields=["kind", "party"],
                condition=Q(state__in=["asked", "valid"]),
                name="one_is_registered_once_for_a_kind",
            )
        ]
        indexes = [
            models.Index(fields=["party", "kind", "state"], name="registration_of_party"),
            models.Index(fields=["keeper", "state"], name="registration_of_keeper"),
        ]

    @property
    def context(self) -> str:
        return f"records.registration:{self.pk}"

    def is_valid(self, on: dt.date) -> bool:
        """Whether it counts on that day."""
        return self.state == RegistrationState.VALID and (self.valid_until is None or on <= self.valid_until)


class Thing(Row):
    """Something that can be lent: a switch, an eye-gaze camera."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(default=14, help_text="How long it is lent.")
    words = models.JSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "key"]


class Loan(Row):
    """One thing in somebody's hands, until it is back."""

    thing = models.ForeignKey(Thing, models.PROTECT, related_name="loans")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    about = models.CharField(max_length=120, blank=True, help_text="Ref of the booking it was tried at.")
    lent_at = models.DateTimeField()
    due_on = models.DateField()
    back_at = models.DateTimeField(null=True)
    condition = models.CharField(max_length=300, blank=True)
    reminded_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)

    class Meta:
        ordering = ["-lent_at"]
        constraints = [
            UniqueConstraint(
                fields=["thing"], condition=Q(back_at=None), name="a_thing_is_in_one_hand_at_a_time"
            )
        ]


class Story(Row):
    """A case told without names, so that others learn from it. Published when two people have read it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        ASKED = "asked", _("確認中")
        PUBLISHED = "published", _("公開")
        WITHDRAWN = "withdrawn", _("取り下げ")

    shelf = models.CharField(max_length=60, help_text="Where it belongs: ict, counter …")
    title = models.CharField(max_length=100)
    body = models.TextField()
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    is_public = models.BooleanField(default=True, help_text="False: for the staff's training only.")
    about = models.CharField(max_length=120, blank=True)
    written_by = models.UUIDField(null=True)
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-published_at", "-written_at"]
