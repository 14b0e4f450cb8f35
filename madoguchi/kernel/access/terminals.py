"""Screens at a counter: opened by a member of staff on the device itself, stopped from any desk of the division."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from .. import audit, clock
from ..db import writes
from ..errors import NotFound
from ..identity import queries as identity
from ..identity import services as people
from ..identity.models import Kind
from ..refs import Actor, Ref, is_id, new_id
from . import limits, secrets
from .errors import CalledTooOften, KeyDivisionUnknown, NameThePlace, TooManyRequests
from .models import Terminal
from .queries import TERMINAL_KEEPERS

SEEN_NOTED_EVERY = dt.timedelta(minutes=1)
MOST_CALLS_A_MINUTE = 6
MOST_LETTERS = 60


@writes
def open_terminal(*, division: str, place: str, by: Actor) -> tuple[Terminal, str]:
    """Make a screen of the division; returns it with the secret, which nobody can read again.

    Raises NameThePlace, KeyDivisionUnknown.
    """
    place = " ".join(place.split())
    if not place or len(place) > MOST_LETTERS:
        raise NameThePlace
    found = identity.division(division)
    if found is None or by.account is None or division not in by.divisions_as(*TERMINAL_KEEPERS):
        raise KeyDivisionUnknown(division=division[:100])
    secret, terminal_id, now = secrets.made(secrets.TERMINAL), new_id(), clock.now()
    account = people.open_account(
        kind=Kind.MACHINE,
        login=f"terminal:{terminal_id.hex[-12:]}",
        password=None,
        name=f"{found.name} {place}の端末"[:100],
        by=by,
    )
    terminal = Terminal.objects.create(
        pk=terminal_id,
        account=account,
        division=found,
        place=place,
        digest=secrets.digest(secret),
        opened_by=by.account,
        opened_at=now,
        last_seen_at=now,
    )
    audit.record("terminal.opened", Ref.to(terminal), by=by, facts={"division": division})
    return terminal, secret


@writes
def stop_terminal(*, terminal_id: str, by: Actor) -> Terminal:
    """From this moment its secret opens nothing. Raises NotFound for another division's."""
    terminal = _mine(terminal_id, by)
    if Terminal.objects.filter(pk=terminal.pk, stopped_at=None).update(
        stopped_at=clock.now(), called_at=None
    ):
        audit.record("terminal.stopped", Ref.to(terminal), by=by)
    terminal.refresh_from_db()
    return terminal


def call_staff(*, terminal: Terminal, by: Actor) -> None:
    """係員を呼ぶ: shown at the desks of the division until somebody says they went. Raises CalledTooOften."""
    try:
        limits.spend(f"terminal:{terminal.pk}", per_minute=MOST_CALLS_A_MINUTE)
    except TooManyRequests:
        raise CalledTooOften from None
    _call(terminal, by)


@writes
def _call(terminal: Terminal, by: Actor) -> None:
    # Pressed twice is one call, and it keeps the moment of the first.
    if Terminal.objects.filter(pk=terminal.pk, called_at=None, stopped_at=None).update(called_at=clock.now()):
        audit.record("terminal.called", Ref.to(terminal), by=by)


@writes
def went_to_terminal(*, terminal_id: str, by: Actor) -> None:
    """行きました: the call is answered. Raises NotFound for another division's."""
    terminal = _mine(terminal_id, by)
    if Terminal.objects.filter(pk=terminal.pk, called_at__isnull=False).update(called_at=None):
        audit.record("terminal.answered", Ref.to(terminal), by=by)


def note_terminal_seen(*, terminal: Terminal) -> None:
    """Write down that the screen was used just now, once a minute at most."""
    now = clock.now()
    if terminal.last_seen_at and now - terminal.last_seen_at < SEEN_NOTED_EVERY:
        return
    old = Q(last_seen_at=None) | Q(last_seen_at__lt=now - SEEN_NOTED_EVERY)
    with writes():
        Terminal.objects.filter(old, pk=terminal.pk).update(last_seen_at=now)


def _mine(terminal_id: str, by: Actor) -> Terminal:
    found = Terminal.objects.filter(division__in=by.divisions_as(*TERMINAL_KEEPERS))
    terminal = found.filter(pk=terminal_id).first() if is_id(terminal_id) else None
    if terminal is None:
        raise NotFound
    return terminal
