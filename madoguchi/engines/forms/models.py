"""Drafts, and the answers as they were handed in, revision after revision."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.practice import PracticeAware, is_practice
from madoguchi.kernel.refs import new_id


class Channel(models.TextChoices):
    """How something reached the city hall. Stored on everything received (N-02)."""

    WEB = "web", _("ネット")
    COUNTER = "counter", _("窓口")
    POST = "post", _("郵送")
    PHONE = "phone", _("電話")
    POSTCARD = "postcard", _("はがき")


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> DraftQuerySet:
        return self.filter(closed_at=None)


class Draft(models.Model):
    """Answers being written: plain JSON for what is not sensitive, one sealed document for what is.

    `account` owns it: nobody else reads it but whom it was begun for by a mandate. `revision` counts saves, so
    that a face can see that another window was faster. A closed draft is never written again: corrections append
    revisions.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    definition = models.ForeignKey("packs.Definition", models.PROTECT, related_name="+")
    account = models.UUIDField(null=True, db_index=True)
    party = models.ForeignKey("identity.Party", models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    # The day it reached the office, where a member of staff writes it in.
    arrived_on = models.DateField(null=True)
    language = models.CharField(max_length=10, default="ja")
    plain = models.JSONField(default=dict)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed = models.BinaryField(default=bytes)
    # The key, itself sealed, of the answers that are kept only until the case is closed: dropping it erases them
    # in every revision, and nothing else (forms.brief).
    sealed_brief_key = models.BinaryField(default=bytes)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # 代理: the mandate it was begun under; the draft is the party's, whatever becomes of that.
    mandate = models.UUIDField(null=True, editable=False)
    # Thrown away by whoever wrote it: nothing of it can be read any more.
    discarded = models.BooleanField(default=False)
    # Since when its writer knows that it will be thrown away unless they go on.
    warned_at = models.DateTimeField(null=True)
    # What a newer version of the questions changed under the writer's hands, until they have seen it:
    # [{"path", "what": "new" | "gone" | "again" | "words", …}].
    changes = models.JSONField(default=list)
    practice = models.BooleanField(default=is_practice, editable=False)

    objects = PracticeAware.from_queryset(DraftQuerySet)()
    everything = DraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["updated_at"], name="draft_left", condition=models.Q(closed_at=None))]


class AnswerRevision(models.Model):
    """The answers as handed in (number 1) and as corrected later (2, 3, …). Only ever added to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    plain = models.JSONField(default=dict)
    sealed = models.BinaryField(default=bytes)
    # The words the person read when they answered: {"language", "revisions": {language: number of TextRevision}}.
    words = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    practice = models.BooleanField(default=is_practice, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [UniqueConstraint("draft", "number", name="answers_are_revised_in_turn")]


class Kept(models.Model):
    """覚えておく内容: what somebody let us keep for their next application, sealed under their own key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.OneToOneField("identity.Party", models.PROTECT, related_name="+")
    sealed = models.BinaryField(default=bytes)
    updated_at = models.DateTimeField()
