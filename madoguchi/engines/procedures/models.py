"""Cases and what happened to them; the register of all procedures the city has."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, UniqueConstraint

from madoguchi.engines.forms.models import Channel
from madoguchi.kernel.refs import Ref, new_id

from . import sealing


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> CaseQuerySet:
        return self.filter(closed_at=None)

    def of_divisions(self, keys: frozenset[str]) -> CaseQuerySet:
        return self.filter(division__in=keys)


class Case(models.Model):
    """Something received. One draft makes one case: the database says so, however often it is sent.

    `state` is a state of its definition's flow; `version` counts changes, and whoever changes it says
    which version they saw (compare-and-set).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.CharField(max_length=20, unique=True)
    definition = models.ForeignKey("packs.Definition", models.PROTECT, related_name="+")
    draft = models.OneToOneField("forms.Draft", models.PROTECT, related_name="case")
    applicant = models.ForeignKey("identity.Party", models.PROTECT, null=True, related_name="+")
    account = models.UUIDField(null=True, db_index=True)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    assigned = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    paused_at = models.DateTimeField(null=True)
    # The resident answered our question and nobody has looked at it yet.
    replied_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["division", "due_on"], name="case_desk", condition=Q(closed_at=None)),
            models.Index(fields=["received_at"], name="case_received"),
        ]

    @property
    def ref(self) -> Ref:
        return Ref.to(self)


class Step(models.Model):
    """One move of a case, only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    from_state = models.CharField(max_length=60, blank=True)
    to_state = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_kind = models.CharField(max_length=10)
    by_name = models.CharField(max_length=100, blank=True)
    # How many places the resident was asked to put right with this move.
    places = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [UniqueConstraint("case", "number", name="steps_follow_one_another")]


class Attachment(models.Model):
    """A paper that a draft or case calls for, and how it comes."""

    class Way(models.TextChoices):
        UPLOAD = "upload"  # the file is here
        LATER = "later"  # promised by post or at the counter
        OMITTED = "omitted"  # the office looks it up, with the person's consent
        PAPER = "paper"  # promised, and it has come
        WAIVED = "waived"  # promised, and the office does without it, for a reason

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey("forms.Draft", models.CASCADE, related_name="attachments")
    document = models.CharField(max_length=60)
    way = models.CharField(max_length=10, choices=Way)
    file = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    sealed_why = models.BinaryField(default=bytes)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file=None) ^ Q(way="upload"), name="an_uploaded_paper_has_its_file"
            )
        ]


class Correction(models.Model):
    """A round of 補正: what the office asks to be put right, and when the answer came."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="corrections")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=100)
    answered_at = models.DateTimeField(null=True)
    # Answered, or no longer wanted because the case was withdrawn.
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            UniqueConstraint(
                fields=["case"], condition=Q(closed_at=None), name="one_round_of_correction_at_a_time"
            )
        ]


class CorrectionItem(models.Model):
    """One place to put right, anchored to a question (`children.1.birth`), with the reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    correction = models.ForeignKey(Correction, models.PROTECT, related_name="items")
    path = models.CharField(max_length=120)
    sealed_remark = models.BinaryField(default=bytes)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [UniqueConstraint("correction", "path", name="a_place_is_named_once_a_round")]

    @property
    def remark(self) -> str:
        """What is to be put right, in words for the resident."""
        return sealing.opened(self, self.correction.case.draft, self.sealed_remark)


class Decision(models.Model):
    """What was decided, by whom, and the letter that says so. Whoever decided never checks the letter."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.OneToOneField(Case, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=60)
    sealed_reason = models.BinaryField(default=bytes)
    # The letter as it was published when this was decided: editing the pack changes no decision.
    letter_form = models.ForeignKey("packs.Definition", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField()
    decided_by_name = models.CharField(max_length=100)
    letter = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")
    checked_by = models.UUIDField(null=True)
    checked_by_name = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("decided_by")),
                name="the_letter_is_checked_by_another_person",
            )
        ]

    @property
    def reason(self) -> str:
        """Why, as the letter says it; "" where no reason is required."""
        return sealing.opened(self, self.case.draft, self.sealed_reason)


class ReturnedDecision(models.Model):
    """A decision that was sent back before its letter went out: kept, because it was made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="returned_decisions")
    outcome = models.CharField(max_length=60)
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField()
    decided_by_name = models.CharField(max_length=100)
    letter = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField()
    returned_by = models.UUIDField()
    returned_by_name = models.CharField(max_length=100)
    sealed_why = models.BinaryField(default=bytes)

    class Meta:
        ordering = ["returned_at"]

    @property
    def why(self) -> str:
        """What was wrong, in the words of whoever sent it back."""
        return sealing.opened(self, self.case.draft, self.sealed_why)


class Note(models.Model):
    """A remark among staff. Residents may ask to see it, so it is written accordingly."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    sealed_text = models.BinaryField(default=bytes)
    by = models.UUIDField()
    by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    @property
    def text(self) -> str:
        return sealing.opened(self, self.case.draft, self.sealed_text)


class RegisterEntry(models.Model):
    """One procedure of the city's register (手続台帳), whether it can be done online or not."""

    key = models.CharField(max_length=80, primary_key=True)
    title = models.CharField(max_length=200)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    # Since when the ward itself takes it online, as published; not what this installation offers.
    ward_online_since = models.DateField(null=True)
    ward_online_by = models.CharField(max_length=200, blank=True)
    since = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    source = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["division__order", "key"]
