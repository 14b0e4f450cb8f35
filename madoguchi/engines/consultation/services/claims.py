"""Compare-and-set on rows that carry a version: whoever read it first changes it, the other is told."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from madoguchi.kernel.errors import SomebodyWasFaster

from ..models import Call


def change(row: Any, **fields: Any) -> None:
    """Write `fields` on the row as it was read. Raises SomebodyWasFaster when it is not that row any more."""
    as_read = type(row).objects.filter(pk=row.pk, version=row.version)
    if not as_read.update(version=F("version") + 1, **fields):
        raise SomebodyWasFaster
    row.version += 1
    for name, value in fields.items():
        setattr(row, name, value)


def take_turn(call: Call) -> Call:
    """Of what comes in, is cut or is published at the same moment the second waits here; gives the call as it is now.

    SQLite's gate lets one writer in anyway; on PostgreSQL it is this row. So a result never freezes while something
    that belongs in it is being received.
    """
    Call.objects.filter(pk=call.pk).update(version=F("version"))
    return Call.objects.get(pk=call.pk)
