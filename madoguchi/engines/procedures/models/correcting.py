"""補正: rounds of correction and the places they name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refs import new_id

from .. import sealing
from .cases import Case

DOCUMENTS = "documents."  # how the path of a paper begins


class Correction(models.Model):
    """A round of 補正: what the office asks to be put right, and when the answer came."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="corrections")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=100)
    # 相当の期間 (行政手続法 第7条): by when an answer is asked for; null where no day was named.
    reply_by = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    # What the resident has put right so far and not yet handed in, seen by nobody else:
    # {"answers": {path: value}, "right": {path: why it is right as it stands}}.
    sealed_buffer = models.BinaryField(default=bytes)
    buffer_version = models.PositiveIntegerField(default=0)
    # Answered, or no longer wanted because the case was withdrawn or decided.
    closed_at = models.DateTimeField(null=True)
    # The revision of the answers that this round made; before it stands the one with the number below.
    revision = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            UniqueConstraint(
                fields=["case"], condition=Q(closed_at=None), name="one_round_of_correction_at_a_time"
            )
        ]


class CorrectionItem(models.Model):
    """One place to put right, with the reason: a question (`children.1.birth`) or a paper (`documents.juminhyo`)."""

    class Why(models.TextChoices):
        INCORRECT = "incorrect", _("まちがい")
        INCOMPLETE = "incomplete", _("足りない")
        OUTDATED = "outdated", _("古い")
        ILLEGIBLE = "illegible", _("読めない")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    correction = models.ForeignKey(Correction, models.PROTECT, related_name="items")
    path = models.CharField(max_length=120)
    why = models.CharField(max_length=12, choices=Why, default=Why.INCORRECT)
    sealed_remark = models.BinaryField(default=bytes)
    # Why it is right as it stands, where the resident said so instead of changing it.
    sealed_reply = models.BinaryField(default=bytes)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [UniqueConstraint("correction", "path", name="a_place_is_named_once_a_round")]

    @property
    def remark(self) -> str:
        """What is to be put right, in words for the resident."""
        return sealing.opened(self, self.correction.case.draft, self.sealed_remark)

    @property
    def reply(self) -> str:
        """「このままで正しい」: the resident's reason; "" where something was changed."""
        return sealing.opened(self, self.correction.case.draft, self.sealed_reply)

    @property
    def is_paper(self) -> bool:
        return self.path.startswith(DOCUMENTS)
