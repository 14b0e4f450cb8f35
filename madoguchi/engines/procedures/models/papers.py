"""Papers that go with a case, and the signatures of others (連署)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, UniqueConstraint

from madoguchi.kernel.refs import new_id

from .. import sealing
from .cases import Case


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def current(self) -> AttachmentQuerySet:
        """Those that count now: not replaced, and handed in.

        Not what is put in while a round of correction is being answered, nor what stayed there unsent.
        """
        handed_in = Q(correction=None) | Q(correction__answered_at__isnull=False)
        return self.filter(handed_in, replaced_at=None, set_aside_at=None)

    def not_handed_in(self) -> AttachmentQuerySet:
        """Put in for a round of correction and not sent: nobody but the resident knows of it."""
        unsent = Q(correction__isnull=False, correction__answered_at=None) | Q(set_aside_at__isnull=False)
        return self.filter(unsent)

    def replaced(self) -> AttachmentQuerySet:
        """前のもの: what stood there before a round of correction brought another."""
        return self.filter(replaced_at__isnull=False)


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
    # Put in while answering this round of correction; staff see it once the round was handed in.
    correction = models.ForeignKey(
        "procedures.Correction", models.PROTECT, null=True, related_name="attachments"
    )
    # Another paper stands in its place since then. It stays: somebody may have decided something on it.
    replaced_at = models.DateTimeField(null=True)
    # Somebody else answered the round it was put in for. It stays the resident's, unsent: should a later round
    # ask for the paper, it lies there again.
    set_aside_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file=None) ^ Q(way="upload"), name="an_uploaded_paper_has_its_file"
            )
        ]


class CoSignature(models.Model):
    """Somebody else who has to agree to what was stated. One row for each signer the definition asks for.

    Signed online through an address only they were sent, or on paper at the desk. What they signed is pinned by
    the revision and its hash: when an answer they saw is corrected, they are asked again.
    """

    class Way(models.TextChoices):
        WEB = "web"
        PAPER = "paper"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="signatures")
    signer = models.CharField(max_length=60)  # the id of `cosigners` in the definition, with `.2` for an item
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=10, choices=Way, blank=True)
    signed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    # The name they typed, sealed under the key of the case.
    sealed_name = models.BinaryField(default=bytes)
    revision = models.PositiveSmallIntegerField(null=True)
    signed_hash = models.CharField(max_length=64, blank=True)
    recorded_by = models.UUIDField(null=True)  # the clerk who has the paper
    # A later correction changed what was signed: a new row stands in its place.
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["case", "signer"],
                condition=Q(superseded_at=None),
                name="a_signer_is_asked_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None) | Q(refused_at=None), name="nobody_signs_and_refuses_at_once"
            ),
        ]

    @property
    def name(self) -> str:
        return sealing.opened(self, self.case.draft, self.sealed_name)
