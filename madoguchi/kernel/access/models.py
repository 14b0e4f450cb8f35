"""Clients, what residents let them do, keys of machines, and answers kept for repeated requests."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, UniqueConstraint

from ..refs import new_id


class Client(models.Model):
    """An app somebody may connect. Without a secret it is a public one (a phone, a page): PKCE alone protects it."""

    id = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=100)
    publisher = models.CharField(max_length=200, blank=True)  # who runs it, as residents are told
    redirect_uris = models.JSONField(default=list)
    scopes = models.JSONField(default=list)  # the most it may ask for
    secret_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Grant(models.Model):
    """A resident let a client do some things, until one of the two ends it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("identity.Account", models.PROTECT, related_name="grants")
    client = models.ForeignKey(Client, models.PROTECT, related_name="grants")
    scopes = models.JSONField(default=list)
    granted_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["account", "client"],
                condition=Q(ended_at=None),
                name="a_resident_connects_an_app_once",
            )
        ]


class Token(models.Model):
    """A code, an access token or a refresh token, by its digest. Used ones stay until they run out: to see theft."""

    class Kind(models.TextChoices):
        CODE = "code"
        ACCESS = "access"
        REFRESH = "refresh"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=10, choices=Kind)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    redirect_uri = models.CharField(max_length=500, blank=True)
    challenge = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class Key(models.Model):
    """A machine's key: a counter kiosk, a partner's system. It belongs to a division and does only what stands here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.OneToOneField("identity.Account", models.PROTECT, related_name="key")
    prefix = models.CharField(max_length=12, unique=True)  # how people call it; opens nothing
    digest = models.CharField(max_length=64, unique=True)
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    scopes = models.JSONField(default=list)
    procedures = models.JSONField(default=list)  # keys; [] = all of the division
    per_minute = models.PositiveIntegerField(default=120)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Terminal(models.Model):
    """A screen at a counter on which visitors write. Whoever holds its secret is that screen, and nobody else.

    `called_at`: somebody there asked for a member of staff, and nobody has said yet that they went.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.OneToOneField("identity.Account", models.PROTECT, related_name="terminal")
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    place = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)


class KeptAnswer(models.Model):
    """What was answered to a request with an Idempotency-Key: the same request again gets the same answer.

    Sealed under the data key of what it is about, so that erasing that erases this.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    who = models.CharField(max_length=64, unique=True)  # digest of caller, route and key
    request = models.CharField(max_length=64)  # digest of what was sent
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    sealed = models.BinaryField(default=bytes)
    key = models.ForeignKey("vault.DataKey", models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(db_index=True)


class Allowance(models.Model):
    """How many requests a caller made in the running minute."""

    caller = models.CharField(max_length=64, primary_key=True)
    minute = models.BigIntegerField()
    taken = models.PositiveIntegerField(default=0)
