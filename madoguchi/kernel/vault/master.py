"""The municipality's own keys: where they lie, which one is current, and making the first one.

A key file `k<number>.key` holds 32 bytes in base64 and is readable by its owner only. The id of a key is
its number and the beginning of its fingerprint, so that a key put back from the wrong box is noticed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
import tempfile
from pathlib import Path

from django.conf import settings

from .errors import MasterKeyMissing

_FILE = re.compile(r"k(\d+)\.key\Z")
_ID = re.compile(r"k(\d+)\.[0-9a-f]{8}\Z")
_read: dict[tuple[str, int, int], bytes] = {}


def keys() -> dict[str, bytes]:
    """All keys at hand by id, the current one last.

    `settings.VAULT_MASTER_KEY` ("k2:BASE64,k1:BASE64") stands above the files, so that an installation
    may keep its keys elsewhere and move to them by re-wrapping.
    """
    found = {_id(number, key): key for number, key in sorted(_from_files().items())}
    given = _from_settings()
    for number in sorted(given):
        key_id = _id(number, given[number])
        found.pop(key_id, None)
        found[key_id] = given[number]
    return found


def current(*, may_make: bool) -> tuple[str, bytes]:
    """The id and bytes of the key that wraps from now on; the first start makes it.

    Without `may_make` (something is sealed already) a missing key is a refusal: a new one would open nothing.
    """
    found = keys()
    if not found:
        if not may_make:
            raise MasterKeyMissing(key="k1", place=str(_folder()))
        _make(1)
        found = keys()
    return list(found.items())[-1]


def by_id(key_id: str) -> bytes:
    """The key of that id. Raises MasterKeyMissing."""
    key = keys().get(key_id)
    if key is None:
        raise MasterKeyMissing(key=key_id, place=str(_folder()))
    return key


def files() -> dict[str, Path]:
    """Where the keys that lie in files lie, by id."""
    return {_id(number, _file(path)): path for number, path in _paths()}


def are_given() -> bool:
    """Whether the settings give the keys; then no file is ever the current one."""
    return bool(_from_settings())


def add() -> str:
    """Make the next key file and return its id; it is current from now on."""
    numbers = [int(match[1]) for key_id in keys() if (match := _ID.match(key_id))]
    number = max(numbers, default=0) + 1
    return _id(number, _make(number))


def _make(number: int) -> bytes:
    """Write the key file unless somebody has; return what the file holds.

    The bytes are complete before the name exists and a hard link never replaces a file: of two first
    starts at once, one makes the key and both read the same.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / f"k{number}.key"
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".new-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(base64.b64encode(secrets.token_bytes(32)) + b"\n")
            new.flush()
            os.fsync(new.fileno())
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
    finally:
        Path(draft).unlink()
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return _from_files()[number]


def _from_files() -> dict[int, bytes]:
    return {number: _file(path) for number, path in _paths()}


def _paths() -> list[tuple[int, Path]]:
    folder = _folder()
    lying = folder.glob("k*.key") if folder.is_dir() else ()
    return [(int(match[1]), path) for path in lying if (match := _FILE.match(path.name))]


def _file(path: Path) -> bytes:
    """The key in a file, read again only when the file changed."""
    stat = path.stat()
    seen = (str(path), stat.st_mtime_ns, stat.st_ino)
    if seen not in _read:
        _read[seen] = _bytes(path.read_text(), path.name)
    return _read[seen]


def _from_settings() -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for part in str(getattr(settings, "VAULT_MASTER_KEY", "") or "").split(","):
        if part := part.strip():
            name, _colon, text = part.rpartition(":")
            number = int(name.removeprefix("k")) if name.removeprefix("k").isdigit() else 1
            found[number] = _bytes(text, name or "k1")
    return found


def _bytes(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise MasterKeyMissing(key=name, place=str(_folder()))
    return key


def _id(number: int, key: bytes) -> str:
    return f"k{number}.{hashlib.sha256(b'madoguchi master ' + key).hexdigest()[:8]}"


def _folder() -> Path:
    return Path(settings.VAULT_KEYS)
