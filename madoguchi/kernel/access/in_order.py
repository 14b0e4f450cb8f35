"""What an auditor asks about programs and screens: what opens for too long, and what nobody uses any more."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from .. import clock
from .models import Grant, Key, Terminal

LONGEST = dt.timedelta(days=400)
UNUSED_FOR = dt.timedelta(days=90)


def endless_keys() -> list[str]:
    """Keys of machines that go on opening for more than a year, by what people call them."""
    found = Key.objects.filter(revoked_at=None, expires_at__gt=clock.now() + LONGEST)
    return list(found.order_by("prefix").values_list("prefix", flat=True))


def unused_keys() -> list[str]:
    """Keys that still open and that no machine has shown for a quarter of a year."""
    old = clock.now() - UNUSED_FOR
    found = Key.objects.filter(revoked_at=None, expires_at__gt=clock.now(), created_at__lt=old)
    found = found.filter(Q(last_used_at=None) | Q(last_used_at__lt=old))
    return list(found.order_by("prefix").values_list("prefix", flat=True))


def unseen_terminals() -> list[str]:
    """Places of screens that still open and that nobody has seen for a quarter of a year."""
    old = clock.now() - UNUSED_FOR
    found = Terminal.objects.filter(stopped_at=None, opened_at__lt=old)
    found = found.filter(Q(last_seen_at=None) | Q(last_seen_at__lt=old))
    return list(found.order_by("place").values_list("place", flat=True))


def unused_grants() -> int:
    """How many apps residents connected and have not used for a year."""
    old = clock.now() - dt.timedelta(days=365)
    unused = Q(last_used_at=None) | Q(last_used_at__lt=old)
    return Grant.objects.filter(unused, ended_at=None, granted_at__lt=old).count()
