"""Factors, contacts, open sign-ins, one-time codes, mails of sign-in, recoveries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, UniqueConstraint

from ...refs import new_id


class FactorKind(models.TextChoices):
    PASSKEY = "passkey"
    TOTP = "totp"
    CARD = "card"
    RECOVERY = "recovery"


class FactorQuerySet(models.QuerySet["Factor"]):
    def working(self) -> FactorQuerySet:
        return self.filter(stopped_at=None)

    def second(self) -> FactorQuerySet:
        """What proves a person beside their password. Recovery codes only lead to a new one of these."""
        return self.working().exclude(kind=FactorKind.RECOVERY)


class Factor(models.Model):
    """Something an account proves itself with beside a password. Stopped ones stay, as a record.

    passkey: `public` is the attested credential (id and public key), `digest` that of its id. totp: `sealed` holds the
    secret. card: `digest` is the blind index of the number, `pin` an Argon2 hash. recovery: one row for each code.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=10, choices=FactorKind)
    label = models.CharField(max_length=60, blank=True)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField(default=bytes)
    digest = models.CharField(max_length=64, blank=True)
    public = models.BinaryField(default=bytes)
    sign_count = models.BigIntegerField(default=0)
    last_step = models.BigIntegerField(default=0)  # of a TOTP: the last 30 seconds whose code was used
    pin = models.CharField(max_length=128, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)  # of a card: wrong PINs since the last right one
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_why = models.CharField(max_length=20, blank=True)

    objects = FactorQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["account", "kind"], name="factor_account")]
        constraints = [
            UniqueConstraint(
                fields=["kind", "digest"],
                condition=Q(stopped_at=None) & ~Q(digest=""),
                name="factor_opens_one_account",
            )
        ]

    @property
    def context(self) -> str:
        return f"identity.factor:{self.pk}"


class SignedIn(models.Model):
    """One browser signed in to one realm. `confirmed_at` is when a factor was last shown in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="signed_in")
    realm = models.CharField(max_length=10)
    assurance = models.CharField(max_length=40)
    browser = models.CharField(max_length=40, blank=True)  # "Firefox / Windows": what a person recognises
    started_at = models.DateTimeField()
    confirmed_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["account", "ended_at"], name="signed_in_account")]


class Contact(models.Model):
    """An e-mail address an account signs in with: sealed, found by its blind index, one account each."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="contacts")
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed = models.BinaryField(default=bytes)
    digest = models.CharField(max_length=64)
    verified_at = models.DateTimeField()
    since = models.DateTimeField()  # a changed address takes over after three days
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            UniqueConstraint(fields=["digest"], condition=Q(ended_at=None), name="address_opens_one_account")
        ]

    @property
    def context(self) -> str:
        return f"identity.contact:{self.pk}"


class Purpose(models.TextChoices):
    MAIL = "mail"  # who reads this address
    CHANGE = "change"  # … the new address of an account
    ENROL = "enrol"  # a member of staff registers their first factor
    COUNTER = "counter"  # a resident whose papers were seen at the counter gets back in
    STOP = "stop"  # the link of a mail with which its reader says that it was not them


class OneTimeCode(models.Model):
    """A code that works once, for a while, for so many tries; of itself only a keyed digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=10, choices=Purpose)
    account = models.ForeignKey("identity.Account", models.CASCADE, null=True, related_name="+")
    whose = models.CharField(max_length=64, blank=True)  # digest of the address it was sent to
    about = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)
    tries_left = models.PositiveSmallIntegerField(default=5)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["purpose", "whose", "made_at"], name="code_whose"),
            models.Index(fields=["expires_at"], name="code_expires"),
        ]


class SignInMail(models.Model):
    """A mail of sign-in that still has to leave. Address and words are sealed, and gone once it has left."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    sealed = models.BinaryField(default=bytes)
    language = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)  # sent, failed, held, late

    @property
    def context(self) -> str:
        return f"identity.sign_in_mail:{self.pk}"


class Recovery(models.Model):
    """A resident who lost every way in asks for a new one. Stands open to 「わたしではありません」 all the while."""

    class Way(models.TextChoices):
        MAIL = "mail"  # the address, and three days in which anybody it belongs to can stop it
        COUNTER = "counter"  # papers seen at the counter by one, confirmed by another

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="recoveries")
    way = models.CharField(max_length=10, choices=Way)
    asked_at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    document = models.CharField(
        max_length=20, blank=True
    )  # the kind of paper seen; never its number or a copy
    seen_by = models.UUIDField(null=True)
    seen_by_name = models.CharField(max_length=100, blank=True)
    division = models.CharField(max_length=100, blank=True)
    confirmed_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)  # used, stopped, overtaken, late

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            UniqueConstraint(
                fields=["account", "way"], condition=Q(ended_at=None), name="one_recovery_of_a_kind_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("seen_by")),
                name="two_people_let_somebody_back_in",
            ),
        ]
