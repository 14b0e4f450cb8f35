"""A new master key: made, put over every data key, and the old one taken away when nothing needs it any more."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.db.models import Count

from .. import audit
from ..db import writes
from ..refs import Actor, Ref
from . import master, sealing
from .errors import KeyInUse, MasterKeyMissing
from .models import DataKey


class MasterKey(NamedTuple):
    """One of the municipality's keys, and how many data keys it wraps."""

    id: str
    wraps: int
    is_current: bool


def master_keys() -> list[MasterKey]:
    """Every master key that is at hand or still needed, the current one last."""
    wraps = dict(
        DataKey.objects.filter(destroyed_at=None)
        .order_by()
        .values_list("wrapped_by")
        .annotate(count=Count("pk"))
    )
    held = list(master.keys())
    missing = [key_id for key_id in wraps if key_id not in held]
    return [MasterKey(key_id, wraps.get(key_id, 0), key_id == held[-1]) for key_id in [*missing, *held]]


def at_hand() -> set[str]:
    """The ids of the master keys that lie here: what they wrapped can be opened."""
    return set(master.keys())


def rotate(*, by: Actor) -> tuple[str, int]:
    """A new master key over every data key; the id of the key and how many were moved.

    A rotation that was cut short goes on instead of beginning another: while anything lies under an older key
    the newest one is not replaced. Nobody has to stop working. Where the settings give the keys none is made:
    a file would stand below them and wrap nothing. Raises MasterKeyMissing.
    """
    held = list(master.keys())
    older = DataKey.objects.filter(destroyed_at=None).exclude(wrapped_by=held[-1] if held else "")
    if not older.exists() and not master.are_given():
        sealing.new_master_key(by)
    moved = sealing.rewrap_all(by)
    return list(master.keys())[-1], moved


def waits_for_settings() -> bool:
    """Whether a rotation has nothing to do until the operator gives a newer key (MADO_MASTER_KEY)."""
    held = list(master.keys())
    older = DataKey.objects.filter(destroyed_at=None).exclude(wrapped_by=held[-1] if held else "")
    return master.are_given() and not older.exists()


@writes
def drop(*, key_id: str, by: Actor) -> None:
    """Take the file of an old key away. Raises KeyInUse while anything alive lies under it, MasterKeyMissing.

    Copies of the database from before the rotation open with the old key alone: who keeps such copies keeps
    the key with them, apart.
    """
    held = master.keys()
    if key_id not in held:
        raise MasterKeyMissing(key=key_id, place=str(settings.VAULT_KEYS))
    wraps = DataKey.objects.filter(destroyed_at=None, wrapped_by=key_id).count()
    if wraps or key_id == list(held)[-1]:
        raise KeyInUse(key=key_id, n=wraps)
    # By what the file holds: a key of the settings may bear the number of another one's file.
    place = master.files().get(key_id)
    if place is None:
        raise MasterKeyMissing(key=key_id, place=str(settings.VAULT_KEYS))
    audit.record("vault.master_key_dropped", Ref("vault", "master", key_id), by=by)
    place.unlink()
