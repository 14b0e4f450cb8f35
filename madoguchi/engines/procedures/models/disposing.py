"""保存と廃棄: when a closed case may be thrown away, proposals to do so, and the register of what was (廃棄簿)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from madoguchi.kernel.refs import new_id

from .. import sealing
from .cases import Case


class Term(models.Model):
    """How long a closed case is kept, reckoned when it closed. A case that goes on has none."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="term")
    procedure = models.CharField(max_length=120)
    retention = models.CharField(max_length=20)  # the class, by its id in retention.yaml
    fiscal_year = models.PositiveSmallIntegerField()  # in which it was closed
    closed_on = models.DateField()
    event_on = models.DateField(null=True)  # what a class counted from an event waits for
    # The first day on which it may be thrown away; null: never, or not known yet.
    disposes_on = models.DateField(null=True)
    reckoned_at = models.DateTimeField()
    # 延長: kept longer than the class says, for a reason.
    extended_until = models.DateField(null=True)
    extended_by_name = models.CharField(max_length=100, blank=True)
    sealed_why = models.BinaryField(default=bytes)

    class Meta:
        indexes = [
            models.Index(fields=["disposes_on"], name="term_due", condition=Q(disposes_on__isnull=False)),
            models.Index(fields=["reckoned_at"], name="term_reckoned"),
        ]

    @property
    def why(self) -> str:
        """Why it is kept longer; "" where it is not."""
        return sealing.opened(self, self.case.draft, self.sealed_why)


class Disposal(models.Model):
    """廃棄の起案: proposed by one person, approved by another, carried out by the worker."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        REFUSED = "refused"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    retention = models.CharField(max_length=20)
    fiscal_year = models.PositiveSmallIntegerField()
    after = models.CharField(max_length=10)  # dispose, transfer, anonymise: as the class said then
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_by_name = models.CharField(max_length=100)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_by_name = models.CharField(max_length=100, blank=True)
    # Why it was refused: about the proposal, never about a person.
    remark = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=F("made_by")),
                name="a_disposal_is_settled_by_another_person",
            )
        ]


class DisposalItem(models.Model):
    """One case of a proposal."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        LEFT = "left"  # something came in between: it is kept
        DROPPED = "dropped"  # the proposal was refused

    class Left(models.TextChoices):
        HELD = "held"
        OPEN = "open"
        NOT_DUE = "not_due"
        MISISSUE = "misissue"
        NO_ARCHIVES = "no_archives"
        PROTECTED = "protected"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    disposal = models.ForeignKey(Disposal, models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, related_name="disposal_items")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Why it is kept; "" of one that is left: something of it could not be read, so it was not laid down.
    left = models.CharField(max_length=12, choices=Left, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(
                fields=["case"], condition=Q(state="waiting"), name="a_case_is_proposed_once_at_a_time"
            ),
            UniqueConstraint("disposal", "case", name="a_case_stands_once_in_a_proposal"),
        ]


class DisposalRecord(models.Model):
    """廃棄簿: what was thrown away, kept for ever. Only ever added, and nothing in it says whom it was about."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.CharField(max_length=20, unique=True)
    procedure = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    division = models.CharField(max_length=100)
    retention = models.CharField(max_length=20)
    received_on = models.DateField()
    closed_on = models.DateField()
    disposes_on = models.DateField()
    how = models.CharField(max_length=10)  # dispose, transfer, anonymise
    proposed_by = models.CharField(max_length=100)
    approved_by = models.CharField(max_length=100)
    disposed_at = models.DateTimeField()
    erasure = models.UUIDField()

    class Meta:
        ordering = ["disposed_at", "receipt"]
        indexes = [models.Index(fields=["division", "disposed_at"], name="disposal_register")]
