"""Cases opened to others than those who handle them: in an emergency, by consent or law, and as a list in a file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock
from madoguchi.kernel.refs import new_id

from .. import sealing


class EmergencyLook(models.Model):
    """緊急閲覧: one case, opened to one member of staff for half an hour, judged by another person afterwards."""

    class Danger(models.TextChoices):
        LIFE = "life", _("生命・身体の危険")
        ABUSE = "abuse", _("虐待・暴力のおそれ")
        MISSING = "missing", _("行方がわからない")
        DISASTER = "disaster", _("災害")

    class Verdict(models.TextChoices):
        FAIR = "fair", _("正当")
        UNFAIR = "unfair", _("不当")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("procedures.Case", models.PROTECT, related_name="emergency_looks")
    # The division of the case at that moment: its heads judge.
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    danger = models.CharField(max_length=10, choices=Danger)
    sealed_why = models.BinaryField(default=bytes)
    at = models.DateTimeField()
    until = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=100, blank=True)
    by_divisions = models.CharField(max_length=200, blank=True)
    judge_by = models.DateField()
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    sealed_remark = models.BinaryField(default=bytes)
    judged_at = models.DateTimeField(null=True)
    judged_by = models.UUIDField(null=True)
    judged_by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["by", "at"], name="emergency_by"),
            models.Index(fields=["division", "at"], name="emergency_open", condition=Q(judged_at=None)),
        ]

    @property
    def why(self) -> str:
        return sealing.opened(self, self.case.draft, self.sealed_why)

    @property
    def remark(self) -> str:
        return sealing.opened(self, self.case.draft, self.sealed_remark)

    @property
    def is_late(self) -> bool:
        return self.judged_at is None and self.judge_by < clock.today()


class Sharing(models.Model):
    """Another division may read a case: the person agreed, or a law says so. The person sees it and may take it back."""

    class Ground(models.TextChoices):
        CONSENT = "consent", _("本人の同意")
        LAW = "law", _("法令の根拠")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("procedures.Case", models.PROTECT, related_name="sharings")
    from_division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    to_division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    ground = models.CharField(max_length=8, choices=Ground)
    law = models.CharField(max_length=200, blank=True)
    sealed_why = models.BinaryField(default=bytes)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100, blank=True)
    # From here on it may be read: the person's consent, or at once where a law is the ground.
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    until = models.DateField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "to_division"],
                condition=Q(ended_at=None),
                name="a_case_is_shared_with_a_division_once",
            ),
            models.CheckConstraint(
                condition=~Q(ground="law") | ~Q(law=""), name="sharing_by_law_names_the_law"
            ),
        ]

    @property
    def why(self) -> str:
        return sealing.opened(self, self.case.draft, self.sealed_why)

    @property
    def state(self) -> str:
        """asked, now or over."""
        if self.ended_at is not None or self.until < clock.today():
            return "over"
        return "now" if self.begun_at is not None else "asked"


class Export(models.Model):
    """書き出し: cases of one division as a file. Asked for with a reason, approved by another person, gone in a week."""

    class State(models.TextChoices):
        ASKED = "asked", _("承認を待っています")
        APPROVED = "approved", _("受け取れます")
        REFUSED = "refused", _("承認されませんでした")
        REVOKED = "revoked", _("取り消しました")
        EXPIRED = "expired", _("期限が過ぎ、ファイルは消えました")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=120, blank=True)
    columns = models.JSONField(default=list)  # what of the case, then `answers.<path>`
    wanted = models.JSONField(default=dict)  # how the list was narrowed
    people = models.PositiveIntegerField()
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed_why = models.BinaryField(default=bytes)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=100, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_by_name = models.CharField(max_length=100, blank=True)
    until = models.DateTimeField(null=True)
    file = models.ForeignKey("vault.StoredFile", models.PROTECT, null=True, related_name="+")
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=models.F("asked_by")) | Q(state="revoked"),
                name="an_export_is_approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(file=None) | Q(state__in=["approved", "revoked", "expired"]),
                name="an_export_is_drawn_after_approval",
            ),
        ]

    @property
    def number(self) -> str:
        """How people call it, and what stands in each of its lines."""
        return self.id.hex[-8:].upper()

    @property
    def state_words(self) -> str:
        """Where it stands, as people read it: a file that went before its day did not go because of the day."""
        if self.state == self.State.EXPIRED and self.until is not None and self.until > clock.now():
            return gettext("のっていた案件が消去されたため、ファイルも消えました")
        return str(self.State(self.state).label)


class ExportSubject(models.Model):
    """One case of an export, as it was when it was asked for: what was approved is what goes out, and no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    export = models.ForeignKey(Export, models.CASCADE, related_name="subjects")
    case = models.ForeignKey("procedures.Case", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "case"], name="a_case_stands_in_an_export_once")
        ]
