"""Accounts and parties are linked, never the same row; a role follows the post, not the person."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q, UniqueConstraint

from ..refs import new_id

# The named right to see where somebody under 秘匿 is.
SEES_PROTECTED = "sees_protected"


class Kind(models.TextChoices):
    RESIDENT = "resident"
    STAFF = "staff"
    MACHINE = "machine"


class AccountQuerySet(models.QuerySet["Account"]):
    def usable(self) -> AccountQuerySet:
        """Accounts that open a door here: the demo's people, whose password is printed, only in a demo."""
        active = self.filter(is_active=True)
        return active if settings.DEMO else active.filter(is_demo=False)


class Account(AbstractBaseUser):
    """How somebody signs in. The same login may exist once as resident and once as staff: two realms."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    login = models.CharField(max_length=150)
    name = models.CharField(max_length=100, blank=True)  # staff only: residents' names are sealed in Party
    is_active = models.BooleanField(default=True)
    # A fictional person of the demo. Lasts: the row stays shut when the same database is later used in earnest.
    is_demo = models.BooleanField(default=False)
    # How sure we were of who it is at the last sign-in: "demo", "password", "password+totp", "oidc:aal3".
    # Recorded, never a condition for service.
    assurance = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    objects = BaseUserManager.from_queryset(AccountQuerySet)()
    USERNAME_FIELD = "login"

    class Meta:
        constraints = [UniqueConstraint("kind", "login", name="login_is_used_once_in_its_realm")]

    @property
    def is_staff(self) -> bool:
        return self.kind == Kind.STAFF


class SignInTry(models.Model):
    """A sign-in that has not succeeded, kept for a day: keyed digests of what was typed and from where."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.CharField(max_length=64)
    address = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["login", "at"], name="try_login"),
            models.Index(fields=["address", "at"], name="try_address"),
        ]


class PartyKind(models.TextChoices):
    PERSON = "person"
    HOUSEHOLD = "household"
    ORGANISATION = "organisation"


class Party(models.Model):
    """Whom a thing is about. What we know of them is sealed under a key of their own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=PartyKind, default=PartyKind.PERSON)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed_profile = models.BinaryField(default=bytes)
    language = models.CharField(max_length=10, default="ja")
    # 秘匿: address and household links are hidden from everyone without the named right.
    is_protected = models.BooleanField(default=False)
    # Counts what was sealed, so that of two people who read the same profile the second is told.
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()


class AccountParty(models.Model):
    """An account acts for a party since a day, until a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="parties")
    party = models.ForeignKey(Party, models.PROTECT, related_name="accounts")
    relation = models.CharField(max_length=20, default="self")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["account", "party"], condition=Q(until=None), name="account_acts_once_for_a_party"
            )
        ]


class Division(models.Model):
    """A section of the city hall under its name of the time.

    A reorganisation ends the old rows (`valid_until` is the last day) and says in `passes_to` who goes on with
    their work: renamed one to one, merged many to one. Closed records keep the division of their time.
    """

    key = models.CharField(max_length=100, primary_key=True)
    name = models.CharField(max_length=100)
    words = models.JSONField(default=dict, help_text="{language: {name}}")
    department = models.CharField(max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    passes_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="took_over")

    class Meta:
        ordering = ["order", "key"]


class Post(models.Model):
    """A chair in a division and the roles that come with it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=100, unique=True)
    division = models.ForeignKey(Division, models.PROTECT, related_name="posts")
    title = models.CharField(max_length=100)
    team = models.CharField(max_length=100, blank=True)
    roles = models.JSONField(default=list)


class Appointment(models.Model):
    """Who sits in a chair, from a day until a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    account = models.ForeignKey(Account, models.PROTECT, related_name="appointments")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["post", "account"],
                condition=Q(valid_until=None),
                name="nobody_sits_twice_in_one_chair",
            )
        ]


class StandIn(models.Model):
    """代理: while somebody is away, another sits in their chairs as well. Both days are included."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    absent = models.ForeignKey(Account, models.PROTECT, related_name="stood_in_by")
    stands_in = models.ForeignKey(Account, models.PROTECT, related_name="stands_in_for")
    # Whose chairs are lent: the absent one may sit elsewhere too, and who said so decides nothing there.
    divisions = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField()
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # taken back before its last day

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=models.F("since")), name="a_stand_in_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(absent=models.F("stands_in")), name="nobody_stands_in_for_themselves"
            ),
        ]


# Their tables stand beside the verbs that keep them.
from .federation.models import Arrival, Link  # noqa: E402  Link names Account
from .mandates.models import CounterCode, Evidence, Mandate, MandateKind  # noqa: E402  they name Party
from .ways_in.models import (  # noqa: E402  they name Account
    Contact,
    Factor,
    FactorKind,
    OneTimeCode,
    Recovery,
    SignedIn,
    SignInMail,
)

__all__ = [
    "SEES_PROTECTED",
    "Account",
    "AccountParty",
    "Appointment",
    "Arrival",
    "Contact",
    "CounterCode",
    "Division",
    "Evidence",
    "Factor",
    "FactorKind",
    "Kind",
    "Link",
    "Mandate",
    "MandateKind",
    "OneTimeCode",
    "Party",
    "PartyKind",
    "Post",
    "Recovery",
    "SignInMail",
    "SignInTry",
    "SignedIn",
    "StandIn",
]
