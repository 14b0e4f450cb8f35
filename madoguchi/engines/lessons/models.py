"""Visits of the practice page: who is played in them, and how much was sent. Nothing about who came."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from madoguchi.kernel.refs import Ref, new_id


class Visit(models.Model):
    """One browser that practises, until it ends or its time is over. The count of what was sent outlives its rows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.UUIDField()  # the resident who is played; nobody can sign in with it
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    sent = models.PositiveIntegerField(default=0)
    # What a stranger may do to the house is capped: forms sent and buttons pressed, papers put in.
    changes = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    # A digest of the address it came from, so that one of them cannot fill the house; blank once it is over.
    origin = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["started_at"], name="visit_open", condition=Q(ended_at=None))]

    @property
    def ref(self) -> Ref:
        return Ref("lessons", "visit", self.pk)
