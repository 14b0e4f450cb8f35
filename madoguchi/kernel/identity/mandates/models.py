"""Who may act for whom, and the codes by which people name themselves without telling who they are."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ... import clock
from ...refs import new_id

ALL = "*"  # in `procedures`: every procedure, also one that comes later


class MandateKind(models.TextChoices):
    PARENTAL = "parental", _("親権者（未成年の子の親など）")
    GUARDIAN = "guardian", _("成年後見人など")
    DELEGATED = "delegated", _("委任（本人からたのまれた人）")


class Evidence(models.TextChoices):
    """What the office saw. No copy is kept: a second person saw that it was seen."""

    ONLINE = "online", _("本人がネットでたのんだもの")
    KOSEKI = "koseki", _("戸籍全部事項証明書（戸籍謄本）")
    JUMINHYO = "juminhyo", _("住民票の写し（続柄のあるもの）")
    REGISTER = "register", _("後見の登記事項証明書")
    COURT = "court", _("審判書の謄本と確定証明書")
    ININJO = "ininjo", _("委任状")


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force(self) -> MandateQuerySet:
        """Begun, not over, not taken back, not held up because of 秘匿."""
        today = clock.today()
        standing = self.filter(begun_at__isnull=False, revoked_at=None, suspended_at=None, since__lte=today)
        return standing.filter(Q(until=None) | Q(until__gte=today))

    def to_come(self) -> MandateQuerySet:
        """Asked for or written down, waiting for the other side or the second person."""
        return self.filter(begun_at=None, revoked_at=None)


class Mandate(models.Model):
    """`agent` acts for `principal`: in `procedures`, from `since` to `until` (both included), once it has begun.

    Made online by the principal, it begins when the agent accepts; written down at the desk, when a second
    person has confirmed it. `suspended_at`: the principal came under 秘匿; it counts again only when somebody
    with the named right has looked at it anew.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    principal = models.ForeignKey("identity.Party", models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey("identity.Party", models.PROTECT, null=True, related_name="mandates_held")
    kind = models.CharField(max_length=12, choices=MandateKind)
    procedures = models.JSONField(default=list)
    may_use_kept = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)
    evidence = models.CharField(max_length=12, choices=Evidence, default=Evidence.ONLINE)
    evidence_on = models.DateField(null=True)
    # The desk that wrote it down; none where the principal did it online.
    division = models.ForeignKey("identity.Division", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    made_by_name = models.CharField(max_length=100, blank=True)  # staff only
    # The digest of the code that the principal hands on; "" once it was used, or where there is none.
    code_hash = models.CharField(max_length=64, blank=True)
    offered_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=100, blank=True)
    suspended_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["code_hash"], name="mandate_code", condition=~Q(code_hash=""))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(principal=F("agent")), name="nobody_acts_for_themselves_by_mandate"
            ),
            models.CheckConstraint(
                condition=Q(begun_at=None) | Q(agent__isnull=False), name="a_mandate_begins_with_an_agent"
            ),
        ]


class CounterCode(models.Model):
    """窓口コード: for a day it says at the desk whose account this is, so that no name has to be searched for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey("identity.Party", models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()
