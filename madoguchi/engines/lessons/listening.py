"""What the procedures below tell: a sample form was sent."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.dispatch import receiver

from madoguchi.engines.procedures.events import case_received
from madoguchi.engines.procedures.queries import LESSONS
from madoguchi.kernel.practice import run_of

from .models import Visit


@receiver(case_received)
def count_what_was_sent(case: Any, **_told: Any) -> None:
    """A number, so that the city knows whether anybody gets to the end."""
    if case.practice and run_of(case.definition.kind) == LESSONS:
        Visit.objects.filter(account=case.draft.account, ended_at=None).update(sent=F("sent") + 1)
