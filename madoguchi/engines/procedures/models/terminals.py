"""What visitors write at a screen of a counter, until a member of staff takes it."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint

from madoguchi.kernel.refs import new_id


class TerminalEntry(models.Model):
    """One visitor's draft at a terminal. Without `handed_at` nobody but the visitor knows of it.

    `number` is what the visitor says at the counter: it stands for the draft for a day or two, and opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.OneToOneField("forms.Draft", models.CASCADE, related_name="at_terminal")
    terminal = models.UUIDField(db_index=True)  # the account of the screen
    division = models.ForeignKey("identity.Division", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    number = models.CharField(max_length=6, blank=True)
    day = models.DateField(null=True)
    handed_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["division", "day", "number"],
                condition=~models.Q(number=""),
                name="a_number_is_called_once_a_day",
            )
        ]
