"""Questions about divisions and counters."""

from __future__ import annotations

from django.db.models import QuerySet

from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Division

from .errors import NoSuchDivision
from .models import Contact, Counter


def divisions() -> QuerySet[Division]:
    """The divisions of today in the order of the chart, each with its `contact` (may be missing)."""
    return identity.divisions().select_related("contact")


def division(key: str) -> Division:
    """One division with its contact. Raises NoSuchDivision."""
    found = divisions().filter(pk=key).first()
    if found is None:
        raise NoSuchDivision
    return found


def contact(division_key: str) -> Contact | None:
    """How to reach a division; None when the pack does not say."""
    return Contact.objects.select_related("division").filter(division=division_key).first()


def counters(division_key: str | None = None) -> QuerySet[Counter]:
    """The counters in use, of one division or all."""
    found = Counter.objects.filter(is_open=True).select_related("division")
    return found.filter(division=division_key) if division_key else found
