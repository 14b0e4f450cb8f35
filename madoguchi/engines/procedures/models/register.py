"""The register of all procedures the city has."""

from __future__ import annotations

from django.db import models


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
