"""A message as we know it: the child's word, taken apart with care; of what it cannot read only the bytes."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from madoguchi.kernel import vault

_READER = "madoguchi.engines.consultation.mail_in.parsing"
_SECONDS = 30
_MEMORY = 1024 * 1024 * 1024
_ENDS = re.compile(rb"\r?\n\r?\n")
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_ID = re.compile(rb"^message-id:[ \t]*(\S[^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_WHO = re.compile(rb"^(?:from|date|subject):[^\r\n]*", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mail:
    """What it says. `notes` are keys of what could not be taken from it."""

    digest: str
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    to: tuple[str, ...] = ()
    automatic: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()
    papers: tuple[tuple[str, bytes], ...] = ()


def hear(raw: bytes) -> Mail:
    """Never raises for what a stranger wrote: a message nobody can read is one with the note `unreadable`."""
    try:
        told = vault.read_apart(_READER, raw, seconds=_SECONDS, memory=_MEMORY)
        if told.verdict != "fine":
            return unreadable(raw)
        head, _line, rest = told.drawn.partition(b"\n")
        said = json.loads(head)
        papers, place = [], 0
        for name, size in said["papers"]:
            papers.append((str(name), rest[place : place + int(size)]))
            place += int(size)
        return Mail(
            digest=digest_of(raw),
            subject=str(said["subject"]),
            sender=str(said["sender"]),
            sender_name=str(said["sender_name"]),
            to=tuple(map(str, said["to"])),
            automatic=str(said["automatic"]),
            text=str(said["text"]),
            notes=tuple(map(str, said["notes"])),
            papers=tuple(papers),
        )
    except (vault.NoAnswer, ValueError, TypeError, KeyError, RecursionError):
        return unreadable(raw)


def unreadable(raw: bytes, note: str = "unreadable") -> Mail:
    """Of a message nobody can read; `note` says why."""
    return Mail(digest=digest_of(raw), notes=(note,))


def digest_of(raw: bytes) -> str:
    """Its Message-ID and what it says. What a second way here added on top (Received, Delivered-To) does not count.

    The Message-ID alone is not enough: some programs give every mail the same, and whoever knows one could keep another's
    letter out. Taken from the bytes, so that it is the same whether or not the message could be read this time.
    """
    end = _ENDS.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    head = _FOLDED.sub(b" ", head)
    named = _ID.search(head)
    who = [named.group(1)] if named else [one.group(0) for one in _WHO.finditer(head)]
    said = hashlib.sha256(body.replace(b"\r\n", b"\n").strip()).digest()
    return hashlib.sha256(b"\0".join([*(b" ".join(one.split()) for one in who), said])).hexdigest()
