"""The key that signs blocks: Ed25519, a file beside the vault's keys. Its public half is for everybody.

`audit<number>.key` holds the 32 private bytes in base64, for its owner only; `audit<number>.pub` the public half
as PEM. The public files are all that verifying needs, so they may lie where the private one never was.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from django.conf import settings

from .errors import AuditKeyMissing

_KEY = re.compile(r"audit(\d+)\.(?:key|pub)\Z")
_SAYS = b"madoguchi audit block\n"  # a signature of ours under something else proves nothing here


def sign(digest: str, *, may_make: bool) -> tuple[str, str]:
    """The id of the present key and its signature under a block's digest. Raises AuditKeyMissing.

    Only where nothing was ever sealed is a missing key a first start.
    """
    numbers = _numbers()
    if not numbers:
        if not may_make:
            raise AuditKeyMissing(place=str(folder()))
        add()
        numbers = _numbers()
    key = _private(numbers[-1])
    # `add` may have ended between its two files, and what is signed here is to be verified.
    if not (public := _public_file(numbers[-1])).exists():
        _keep(public, pem(key.public_key()).encode())
    return key_id(key.public_key()), key.sign(_SAYS + digest.encode()).hex()


def is_signed(digest: str, signature: str, public: Ed25519PublicKey | None) -> bool:
    """Whether `signature` was made under `digest` by the holder of the key. An unknown key has signed nothing."""
    if public is None:
        return False
    try:
        public.verify(bytes.fromhex(signature), _SAYS + digest.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def trusted(*files: Path) -> dict[str, Ed25519PublicKey]:
    """The public keys in the named files by id; without any, those that lie beside our own. Raises ValueError."""
    found = {}
    for path in files or sorted(folder().glob("audit*.pub")):
        public = load_pem_public_key(path.read_bytes())
        if not isinstance(public, Ed25519PublicKey):
            raise ValueError(f"{path}: not an Ed25519 key")
        found[key_id(public)] = public
    return found


def key_id(public: Ed25519PublicKey) -> str:
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def pem(public: Ed25519PublicKey) -> str:
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def add() -> str:
    """Make the next key; it signs from now on. Of two that start at once, one makes it and both use it."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Not a number whose private half was lost: what it signed is still to be verified.
    number = max(_numbers("key") + _numbers("pub"), default=0) + 1
    _keep(place / f"audit{number}.key", base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()))
    public = _private(number).public_key()
    _keep(_public_file(number), pem(public).encode())
    return key_id(public)


def folder() -> Path:
    return Path(settings.VAULT_KEYS)


def _public_file(number: int) -> Path:
    return folder() / f"audit{number}.pub"


def _private(number: int) -> Ed25519PrivateKey:
    path = folder() / f"audit{number}.key"
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes()))
    except ValueError as error:
        raise AuditKeyMissing(place=str(path)) from error


def _numbers(ending: str = "key") -> list[int]:
    place = folder()
    names = [path.name for path in place.glob(f"audit*.{ending}")] if place.is_dir() else []
    return sorted(int(match[1]) for name in names if (match := _KEY.match(name)))


def _keep(path: Path, content: bytes) -> None:
    """Whole or not at all: the bytes are on the disk before the name exists, and a link replaces nothing."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
    finally:
        Path(draft).unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
