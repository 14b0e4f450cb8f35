"""Decisions, those that were taken back, and the register of papers that went out wrong (誤交付)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from madoguchi.kernel.refs import new_id

from .. import sealing
from .cases import Case


class Decision(models.Model):
    """What was decided, by whom, and the letter that says so. Whoever decided never checks the letter."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.OneToOneField(Case, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=60)
    sealed_reason = models.BinaryField(default=bytes)
    # What was decided (amount, first month, …): the fields of `decided` in the definition, as forms keep values.
    sealed_values = models.BinaryField(default=bytes)
    # The letter as it was published when this was decided: editing the pack changes no decision.
    letter_form = models.ForeignKey("packs.Definition", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField()
    decided_by_name = models.CharField(max_length=100)
    letter = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")
    checked_by = models.UUIDField(null=True)
    checked_by_name = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(null=True)
    # Where it stands to be fetched: the option that was chosen when this was decided. The list of what waits at the
    # counters says it without opening any answer.
    fetched_at = models.CharField(max_length=60, blank=True)

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

    @property
    def values(self) -> dict[str, Any]:
        """What was decided, by field of `decided`; {} where the definition has none."""
        return sealing.opened_values(self, self.case.draft, self.sealed_values)


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
    sealed_values = models.BinaryField(default=bytes)
    sent_at = models.DateTimeField(null=True)  # it had gone out already: recalled, not only sent back

    class Meta:
        ordering = ["returned_at"]

    @property
    def why(self) -> str:
        """What was wrong, in the words of whoever sent it back."""
        return sealing.opened(self, self.case.draft, self.sealed_why)

    @property
    def values(self) -> dict[str, Any]:
        """What had been decided: it stands in the boxes when it is decided anew."""
        return sealing.opened_values(self, self.case.draft, self.sealed_values)


class HandOver(models.Model):
    """What was decided was handed over at the counter: to whom, how they showed who they are, what they paid.

    Of a proof of identity only the kind is kept, never a number. A recalled paper keeps its row.
    """

    class To(models.TextChoices):
        SELF = "self"  # ご本人
        FAMILY = "family"  # 同じ世帯の人
        PROXY = "proxy"  # 委任状のある代理人

    class Shown(models.TextChoices):
        CARD = "card"  # マイナンバーカード（番号は写さない）
        LICENCE = "licence"
        PASSPORT = "passport"
        RESIDENCE = "residence"  # 在留カード・特別永住者証明書
        TWO_PAPERS = "two_papers"  # 顔写真のないもの2点
        QUESTIONS = "questions"  # 聞き取り

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="handovers")
    # Set when the paper was recalled: another may be handed over then.
    returned = models.ForeignKey(ReturnedDecision, models.PROTECT, null=True, related_name="handovers")
    to = models.CharField(max_length=10, choices=To)
    # The name of who came for somebody else, sealed under the key of the case.
    sealed_name = models.BinaryField(default=bytes)
    shown = models.CharField(max_length=12, choices=Shown)
    copies = models.PositiveSmallIntegerField(default=1)
    yen = models.PositiveIntegerField(default=0)  # paid at the counter, as stated there
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=100)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(returned=None), name="a_paper_is_handed_over_once"
            )
        ]

    @property
    def name(self) -> str:
        """Who came for somebody else; "" where the person came."""
        return sealing.opened(self, self.case.draft, self.sealed_name)


class Misissue(models.Model):
    """誤交付: a paper that went out wrong. Found, recalled, mended, and what is done differently since."""

    class Kind(models.TextChoices):
        WRONG_PERSON = "wrong_person"  # 別の人に渡した・送った
        WRONG_PAPER = "wrong_paper"  # 別の書類を渡した・送った
        WRONG_CONTENT = "wrong_content"  # 内容がまちがっていた
        TWICE = "twice"  # 二重に渡した・送った
        LOST = "lost"  # 届かない・なくした

    class Back(models.TextChoices):
        ASKED = "asked"  # 返してもらうようお願いした
        RETURNED = "returned"  # 返ってきた
        DESTROYED = "destroyed"  # 相手が処分したと確かめた
        NOT_NEEDED = "not_needed"  # 返してもらう必要がない

    class Step(models.TextChoices):
        INTAKE = "intake"  # 受付・入力
        CHECK = "check"  # 確認
        DECISION = "decision"  # 決裁
        SECOND_CHECK = "second_check"  # 交付前の確認
        HANDING_OVER = "handing_over"  # 手渡し・郵送

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="misissues")
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=120)  # key of the definition: lessons are shown at its cases
    returned = models.OneToOneField(ReturnedDecision, models.PROTECT, null=True, related_name="misissue")
    kind = models.CharField(max_length=20, choices=Kind)
    step = models.CharField(max_length=20, choices=Step)  # where it should have been noticed
    found_at = models.DateTimeField()
    found_by = models.UUIDField()
    found_by_name = models.CharField(max_length=100)
    sealed_what = models.BinaryField(default=bytes)
    back = models.CharField(max_length=20, choices=Back, default=Back.ASKED)
    back_at = models.DateTimeField(null=True)
    # What is done differently since. About work, never about a person: it is shown to colleagues at that step.
    lesson = models.CharField(max_length=300, blank=True)
    lesson_at = models.DateTimeField(null=True)
    lesson_by_name = models.CharField(max_length=100, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-found_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(closed_by=F("found_by")),
                name="a_misissue_is_closed_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(lesson=""), name="a_misissue_is_closed_with_its_lesson"
            ),
        ]

    @property
    def what(self) -> str:
        """What happened, in words that may name people: sealed under the key of the case."""
        return sealing.opened(self, self.case.draft, self.sealed_what)
