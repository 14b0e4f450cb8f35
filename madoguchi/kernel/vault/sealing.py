"""Envelope encryption: AES-256-GCM under a data key, the data key wrapped (RFC 3394) by a master key."""

from __future__ import annotations

import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from .. import audit, clock
from ..db import added, within, writes
from ..refs import Actor, Ref
from . import master, storage
from .errors import KeyDestroyed, MasterKeyMissing, SealBroken
from .models import DataKey, FileState, Lookup, StoredFile
from .retention import outside

_FORM = b"\x01"  # the first byte of everything sealed: AES-256-GCM, 12 bytes of nonce, then the rest
_NONCE = 12
_BATCH = 200


def new_key(about: Ref | str, **fixed: Any) -> DataKey:
    """A fresh data key for what belongs to `about`."""
    row = DataKey(about=str(about), created_at=clock.now(), **_wrapped(secrets.token_bytes(32)), **fixed)
    with within():
        return added(row)


def seal(key: DataKey, document: dict[str, Any], context: str) -> bytes:
    """`document` sealed; only the same key and the same `context` open it, so it cannot be moved elsewhere."""
    # "surrogatepass": a broken character typed by a resident is kept, not refused, and comes back the same.
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return seal_bytes(key, text.encode("utf-8", "surrogatepass"), context)


def unseal(key: DataKey, blob: bytes, context: str) -> dict[str, Any]:
    """What `seal` sealed. Raises KeyDestroyed, or SealBroken when anything was changed or moved."""
    document: dict[str, Any] = json.loads(unseal_bytes(key, blob, context).decode("utf-8", "surrogatepass"))
    return document


def seal_bytes(key: DataKey, content: bytes, context: str) -> bytes:
    """`content` sealed for `context` under a random nonce."""
    nonce = secrets.token_bytes(_NONCE)
    return _FORM + nonce + AESGCM(opened(key)).encrypt(nonce, content, _bound(key, context))


def unseal_bytes(key: DataKey, blob: bytes, context: str) -> bytes:
    """What `seal_bytes` sealed."""
    blob = bytes(blob)
    if key.destroyed_at is not None:
        raise KeyDestroyed
    if blob[:1] != _FORM:
        raise SealBroken
    nonce, sealed = blob[1 : 1 + _NONCE], blob[1 + _NONCE :]
    try:
        return AESGCM(opened(key)).decrypt(nonce, sealed, _bound(key, context))
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def seal_with(secret: bytes, document: dict[str, Any], context: str) -> bytes:
    """`document` sealed under a key that is nobody's row: its owner keeps it, itself sealed, and drops it."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    nonce = secrets.token_bytes(_NONCE)
    content = text.encode("utf-8", "surrogatepass")
    return _FORM + nonce + AESGCM(secret).encrypt(nonce, content, context.encode())


def unseal_with(secret: bytes, blob: bytes, context: str) -> dict[str, Any]:
    """What `seal_with` sealed. Raises SealBroken."""
    try:
        text = AESGCM(secret).decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], context.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error
    document: dict[str, Any] = json.loads(text.decode("utf-8", "surrogatepass"))
    return document


def opened(key: DataKey) -> bytes:
    """The data key itself, in memory only."""
    if key.destroyed_at is not None:
        raise KeyDestroyed
    try:
        return aes_key_unwrap(master.by_id(key.wrapped_by), bytes(key.wrapped))
    except InvalidUnwrap as error:
        raise SealBroken from error


@writes
def destroy_key(key: DataKey, by: Actor) -> None:
    """Erase everything sealed with `key`: the key, its files with their names, its blind index entries.

    Doing it twice is doing it once.
    """
    now = clock.now()
    mine = DataKey.objects.filter(pk=key.pk, destroyed_at=None)
    if not mine.update(wrapped=b"", wrapped_by="", destroyed_at=now):
        return
    files = StoredFile.objects.filter(key=key).exclude(state=FileState.ERASED)
    paths = list(files.values_list("storage_path", flat=True))
    files.update(state=FileState.ERASED, name="", sha256="", size=0)
    Lookup.objects.filter(about=key.about).delete()
    audit.record("vault.key_destroyed", Ref.to(key), by=by, facts={"about": key.about, "files": len(paths)})
    storage.remove_after_commit(paths)
    outside.note_key(key)
    key.wrapped, key.wrapped_by, key.destroyed_at = b"", "", now


def new_master_key(by: Actor) -> str:
    """Make the next master key; `rewrap_all` then moves every data key under it."""
    with writes():
        key_id = master.add()
        audit.record("vault.master_key_made", Ref("vault", "master", key_id), by=by)
    return key_id


def rewrap_all(by: Actor) -> int:
    """Wrap every data key with the current master key; returns how many were moved.

    What is sealed is not touched, and nobody has to stop working: a key moved meanwhile by somebody else
    is left as it is. Can be stopped and started again at any time.
    """
    wrapping, _key = master.current(may_make=False)
    moved = 0
    while batch := list(_wrapped_elsewhere(wrapping)[:_BATCH]):
        with writes():
            for row in batch:
                mine = DataKey.objects.filter(pk=row.pk, wrapped_by=row.wrapped_by, destroyed_at=None)
                moved += mine.update(**_wrapped(opened(row)))
    with writes():
        audit.record("vault.rewrapped", Ref("vault", "master", wrapping), by=by, facts={"keys": moved})
    return moved


def _wrapped_elsewhere(wrapping: str) -> Any:
    return DataKey.objects.filter(destroyed_at=None).exclude(wrapped_by=wrapping).order_by("pk")


def _wrapped(key: bytes) -> dict[str, Any]:
    try:
        key_id, wrapping = master.current(may_make=False)
    except MasterKeyMissing:
        # Only where nothing was ever sealed is a missing master key a first start.
        key_id, wrapping = master.current(may_make=not DataKey.objects.exists())
    return {"wrapped": aes_key_wrap(wrapping, key), "wrapped_by": key_id}


def _bound(key: DataKey, context: str) -> bytes:
    return f"{key.pk}|{context}".encode()
