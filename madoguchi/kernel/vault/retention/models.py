"""The plan in force, legal holds, and the record of every erasure."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ...refs import Ref, new_id

ONE = "1"


class RetentionPlan(models.Model):
    """What `retention.yaml` of the pack says, as it was last applied. One row."""

    id = models.CharField(max_length=10, primary_key=True, default=ONE, editable=False)
    content = models.JSONField(default=dict)
    applied_at = models.DateTimeField()

    class Meta:
        app_label = "vault"


class Hold(models.Model):
    """保全: while a dispute or an inquiry lasts nothing of this is thrown away, whatever its class says.

    `about` is a case, a party, or a whole procedure. Why is free text about people: sealed under a key of its own.
    """

    class Kind(models.TextChoices):
        LAWSUIT = "lawsuit"  # 訴訟
        APPEAL = "appeal"  # 審査請求
        INQUIRY = "inquiry"  # 調査・監査

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    about = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed_why = models.BinaryField(default=bytes)
    since = models.DateField()
    until = models.DateField(null=True)  # the last day; null: until somebody lifts it
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_by_name = models.CharField(max_length=100)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)
    lifted_by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        app_label = "vault"
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["about"], name="hold_about", condition=Q(lifted_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_by=None) | ~Q(lifted_by=F("made_by")),
                name="a_hold_is_lifted_by_another_person",
            )
        ]


class Erasure(models.Model):
    """One thing taken away for good. Begun before the first byte goes, done only when every eraser has run.

    Holds references and counts, never anything of what was erased.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)  # what it was: case, draft, party
    about = models.CharField(max_length=120)
    reason = models.CharField(max_length=20)  # disposal, transfer, abandoned, asked, until_closed(:2)
    begun_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100, blank=True)
    counts = models.JSONField(default=dict)  # eraser -> how much it took away
    done_at = models.DateTimeField(null=True)
    certificate = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")

    class Meta:
        app_label = "vault"
        ordering = ["begun_at", "id"]
        indexes = [
            models.Index(fields=["begun_at"], name="erasure_unfinished", condition=Q(done_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "about", "reason"], name="a_thing_is_erased_once"),
        ]

    @property
    def ref(self) -> Ref:
        return Ref.parse(self.about)
