"""Heads of blocks outside of the database: one JSON line a block, in a file that only grows.

Whoever may change everything in the database still cannot take a line out of a file that lies elsewhere (another
disk, another zone, a mailbox); so a tail that was cut off shows.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from .errors import HeadsDisagree, HeadsUnreadable
from .models import Block

FILE = "heads.jsonl"


@dataclass(frozen=True, slots=True)
class Head:
    """A block as it is told outside."""

    number: int
    count: int
    digest: str
    previous: str
    sealed_at: str
    key: str
    signature: str

    @classmethod
    def of(cls, block: Block) -> Head:
        return cls(
            number=block.number,
            count=block.count,
            digest=block.digest,
            previous=block.previous,
            sealed_at=block.sealed_at.isoformat(),
            key=block.key,
            signature=block.signature,
        )

    @classmethod
    def read(cls, line: str) -> Head:
        """Raises ValueError."""
        said = json.loads(line)
        if not isinstance(said, dict) or set(said) != set(cls.__slots__):
            raise ValueError("not the head of a block")
        whole = {name for name, value in said.items() if type(value) is int}
        texts = {name for name, value in said.items() if isinstance(value, str)}
        if whole != {"number", "count"} or texts != set(said) - whole:
            raise ValueError("not the head of a block")
        return cls(**said)

    def line(self) -> str:
        return json.dumps(asdict(self), sort_keys=True) + "\n"


def place() -> Path:
    """Our own file, in MADO_AUDIT_HEADS."""
    return Path(settings.AUDIT_HEADS) / FILE


def read(path: Path) -> Iterator[Head]:
    """Every head in the file but a last line that was cut short. Raises HeadsUnreadable, OSError."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield Head.read(line)
            except ValueError as error:
                if line.endswith("\n"):
                    raise HeadsUnreadable(path=str(path), line=number) from error


def is_torn(path: Path) -> bool:
    """Whether the last line was cut short."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        return size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"


def export(path: Path | None = None) -> int:
    """Write the blocks the file does not know yet, down to the disk; returns how many.

    A line cut short by a crash is written anew. Raises HeadsDisagree, and adds nothing, where the last head in
    the file is not the block of that number: a database put back from a backup, or tampered with.
    """
    path = path or place()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _last(path, file.fileno())
        if known and not Block.objects.filter(pk=known.number, digest=known.digest).exists():
            raise HeadsDisagree(path=str(path), number=known.number)
        file.seek(0, os.SEEK_END)
        new = 0
        for block in Block.objects.filter(number__gt=known.number if known else 0).iterator(chunk_size=1000):
            file.write(Head.of(block).line().encode())
            new += 1
        if new:
            file.flush()
            os.fsync(file.fileno())
    return new


def newest(path: Path | None = None) -> Head | None:
    """The last whole head in the file; None where there is none. Raises HeadsUnreadable."""
    path = path or place()
    if not path.exists():
        return None
    with path.open("rb") as file:
        return _last(path, file.fileno(), mend=False)


def _last(path: Path, file: int, *, mend: bool = True) -> Head | None:
    """The last whole head; `mend` cuts half a line after it away. Only the end of the file is read."""
    size = os.fstat(file).st_size
    tail = os.pread(file, 8192, max(0, size - 8192))
    whole, newline, torn = tail.rpartition(b"\n")
    if torn and mend:
        os.ftruncate(file, size - len(torn))
    if not newline:
        return None
    try:
        return Head.read(whole.rpartition(b"\n")[2].decode())
    except ValueError as error:
        raise HeadsUnreadable(path=str(path), line=whole.count(b"\n") + 1) from error


def take_in(given: Iterable[Head], path: Path) -> int:
    """Keep heads that came from another zone beside those kept already. Raises HeadsDisagree, and keeps none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = {head.number: head.digest for head in read(path)}
        new = [head for head in given if _is_new(head, known, path)]
        file.writelines(head.line() for head in sorted(new, key=lambda head: head.number))
        file.flush()
        os.fsync(file.fileno())
    return len(new)


def _is_new(head: Head, known: dict[int, str], path: Path) -> bool:
    if known.get(head.number, head.digest) != head.digest:
        raise HeadsDisagree(path=str(path), number=head.number)
    return head.number not in known


def lines() -> Iterator[str]:
    """The heads of all blocks, as they stand in the database."""
    for block in Block.objects.all().iterator(chunk_size=1000):
        yield Head.of(block).line()
