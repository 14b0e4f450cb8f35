"""Looking for planted words: every table and column, plain and opened with every living key, files, the database's own bytes."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from madoguchi.kernel.vault import DataKey, StoredFile, open_file, sealing
from madoguchi.kernel.vault.errors import SealBroken

# The pack itself, the audit's own fingerprints and Django's: nothing of a resident.
NOT_PEOPLE = {"django_migrations", "django_content_type"}


@dataclass
class Spy:
    """Remembers under which key and context everything was sealed, as an attacker with the code would work out."""

    sealed: dict[bytes, tuple[Any, str]] = field(default_factory=dict)
    brief: dict[bytes, tuple[bytes, str]] = field(default_factory=dict)

    def watch(self, patch: Any) -> None:
        whole, inner = sealing.seal_bytes, sealing.seal_with

        def seal_bytes(key: Any, content: bytes, context: str) -> bytes:
            blob = whole(key, content, context)
            self.sealed[blob] = (key.pk, context)
            return blob

        def seal_with(secret: bytes, document: dict[str, Any], context: str) -> bytes:
            blob = inner(secret, document, context)
            self.brief[blob] = (secret, context)
            return blob

        patch.setattr(sealing, "seal_bytes", seal_bytes)
        patch.setattr(sealing, "seal_with", seal_with)

    def opened(self, blob: bytes, keys: dict[Any, DataKey]) -> bytes:
        """What a blob says to whoever holds every key that is alive; b"" for nothing."""
        known = self.sealed.get(blob)
        if known is None or known[0] not in keys:
            return b""
        try:
            content = sealing.unseal_bytes(keys[known[0]], blob, known[1])
        except SealBroken:
            return b""
        return content + self._brief(content, keys)

    def _brief(self, content: bytes, keys: dict[Any, DataKey]) -> bytes:
        """Answers sealed once more: open while their own key still lies, sealed, in some row."""
        if b'"_brief"' not in content:
            return b""
        blob = b64decode(json.loads(content)["_brief"])
        secret, context = self.brief[blob]
        alive = any(secret in self.opened(key, keys) for key in self.lying_keys)
        return (
            json.dumps(sealing.unseal_with(secret, blob, context), ensure_ascii=False).encode()
            if alive
            else b""
        )

    lying_keys: list[bytes] = field(default_factory=list)


def cells() -> Iterator[tuple[str, Any]]:
    """(table.column, value) of everything in the database."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in NOT_PEOPLE or table.startswith("search_words_"):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    yield f"{table}.{name}", value


def hits(words: dict[str, str], spy: Spy) -> set[tuple[str, str]]:
    """(what, where) of every planted word that the database still says, to whoever holds all keys that are alive."""
    keys = {key.pk: key for key in DataKey.objects.filter(destroyed_at=None)}
    everything = list(cells())
    spy.lying_keys = [bytes(v) for at, v in everything if at.endswith("sealed_brief_key") and v]
    found: set[tuple[str, str]] = set()
    for at, value in everything:
        found |= {(what, at) for what in _in(_text(value, spy, keys), words)}
    return found


def hits_in_files(words: dict[str, str], spy: Spy) -> set[tuple[str, str]]:
    """The same for every file of the vault, sealed or not."""
    keys = {key.pk: key for key in DataKey.objects.filter(destroyed_at=None)}
    found: set[tuple[str, str]] = set()
    for path in Path(settings.VAULT_ROOT).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            said = (content + spy.opened(content, keys)).decode("utf-8", "replace")
            found |= {(what, path.name) for what in _in(said, words)}
    return found


def hits_in_safe_files(words: dict[str, str]) -> set[tuple[str, str]]:
    """Planted words in every file one can still open, packed ones unpacked."""
    found: set[tuple[str, str]] = set()
    for stored in StoredFile.objects.filter(state="safe"):
        content = open_file(stored)
        if content[:2] == b"PK":
            packed = zipfile.ZipFile(io.BytesIO(content))
            content = b"".join(packed.read(name) for name in packed.namelist())
        found |= {(what, str(stored.pk)) for what in _in(content.decode("utf-8", "replace"), words)}
    return found


def _text(value: Any, spy: Spy, keys: dict[Any, DataKey]) -> str:
    if isinstance(value, bytes | memoryview):
        blob = bytes(value)
        return (blob + spy.opened(blob, keys)).decode("utf-8", "replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    if text[:1] in "{[" and "\\u" in text:
        # Django keeps JSON in ASCII on SQLite: the words stand in it all the same.
        text += text.encode().decode("unicode_escape", "replace")
    return text


def _in(said: str, words: dict[str, str]) -> set[str]:
    folded = unicodedata.normalize("NFKC", said)
    return {what for what, word in words.items() if word in said or word in folded}


def raw_hits(words: dict[str, str], path: Path) -> set[tuple[str, str]]:
    """Planted words in the bytes of a file, such as the database's own: deleted rows and free pages too."""
    content = path.read_bytes() if path.exists() else b""
    found = set()
    for what, word in words.items():
        escaped = json.dumps(word).strip('"').encode()  # as JSON in ASCII
        if word.encode() in content or (escaped != word.encode() and escaped in content):
            found.add((what, path.name))
    return found
