"""Reading the audit."""

from __future__ import annotations

from django.db.models import QuerySet

from ..refs import Actor, Ref
from .models import Event


def events_about(ref: Ref) -> QuerySet[Event]:
    """Everything recorded about one thing, oldest first."""
    return Event.objects.filter(about=str(ref))


def reads_about(ref: Ref) -> QuerySet[Event]:
    """Who looked at it, newest first."""
    return events_about(ref).filter(verb=Event.READ).order_by("-at", "-id")


def latest_read(ref: Ref, *, by: Actor) -> Event | None:
    """This person's own latest look, with its reason; None when they never looked."""
    return reads_about(ref).filter(actor_account=by.account).first()
