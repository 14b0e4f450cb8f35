"""The outbox: one row for each thing still to be done outside a transaction."""

from __future__ import annotations

from django.db import models

from ..refs import new_id


class State(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(models.Model):
    """Something to do soon. `key` makes asking for it twice the same as asking once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200, unique=True, null=True)
    about = models.CharField(max_length=120, blank=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            # What is due, what is stuck and what is old are all asked for by state, oldest first.
            models.Index(fields=["state", "due_at"], name="jobs_state"),
            models.Index(fields=["about"], name="jobs_about"),
        ]


class Schedule(models.Model):
    """When a periodic job runs next."""

    name = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()
