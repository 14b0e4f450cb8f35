"""What the procedures below tell: a practised case was decided and its letter sent."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from madoguchi.engines.procedures.events import case_decided
from madoguchi.kernel import clock
from madoguchi.kernel.practice import run_of
from madoguchi.kernel.refs import is_id

from .models import PracticeRun


@receiver(case_decided)
def note_practised_decision(case: Any, **_told: Any) -> None:
    """Practice counts as tried once a case went the whole way."""
    run = run_of(case.definition.kind)
    if case.practice and is_id(run):
        PracticeRun.objects.filter(pk=run, decided_at=None).update(decided_at=clock.now())
