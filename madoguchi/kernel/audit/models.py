"""One row for each deed and each look."""

from __future__ import annotations

from django.db import models

from ..refs import new_id


class EventQuerySet(models.QuerySet["Event"]):
    """Says no before the database does (migration 0002), which would say it to raw SQL too."""

    def update(self, **kwargs: object) -> int:
        raise TypeError("the audit is only ever added to")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("the audit is only ever added to")


class Event(models.Model):
    """A deed (`verb`), or a look (`verb` = "read", with a purpose). Holds references, never answers."""

    READ = "read"
    REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_account = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=100, blank=True)
    actor_division = models.CharField(max_length=100, blank=True)
    verb = models.CharField(max_length=80)
    about = models.CharField(max_length=120)
    # The party it concerns, where it concerns one: a resident asks what happened with them, whatever `about` names.
    subject = models.UUIDField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    what = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["about", "at"], name="audit_about"),
            models.Index(
                fields=["subject", "at"], name="audit_subject", condition=models.Q(subject__isnull=False)
            ),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise TypeError("the audit is only ever added to")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise TypeError("the audit is only ever added to")
