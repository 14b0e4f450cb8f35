"""The mailbox, by IMAP: what lies there untaken, each with the moment the server got it, and moving away what we have."""

from __future__ import annotations

import datetime as dt
import imaplib
import ipaddress
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from madoguchi.kernel import clock

_SECONDS = 30
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")


class NotSafe(Exception):
    """Without TLS the password would travel open: only to a server on this machine."""


@dataclass(frozen=True, slots=True)
class Lying:
    """One message in the folder, before it is fetched."""

    uid: str
    size: int
    arrived_at: dt.datetime


class Box:
    """The open folder."""

    def __init__(self, mailbox: BaseMailBox) -> None:
        self._mailbox = mailbox
        done = settings.MAIL_IN["done"]
        if not mailbox.folder.exists(done):
            mailbox.folder.create(done)

    def lying(self, most: int) -> tuple[list[Lying], int]:
        """The oldest `most` messages, and how many more there are. Nothing is marked as read."""
        uids = self._mailbox.uids("ALL", charset=None)
        return list(self._described(uids[:most])), max(len(uids) - most, 0)

    def _described(self, uids: list[str]) -> Iterator[Lying]:
        if not uids:
            return
        _said, lines = self._mailbox.client.uid("FETCH", ",".join(uids), "(RFC822.SIZE INTERNALDATE)")
        for line in lines:
            if not isinstance(line, bytes):
                continue
            uid, size = _UID.search(line), _SIZE.search(line)
            if uid and size:
                yield Lying(uid[1].decode(), int(size[1]), _moment(line))

    def fetch(self, uid: str, *, only_head: bool = False) -> bytes | None:
        """The message as it lies there; None when it is gone meanwhile."""
        wanted = "(BODY.PEEK[HEADER])" if only_head else "(BODY.PEEK[])"
        _said, answer = self._mailbox.client.uid("FETCH", uid, wanted)
        return next((bytes(one[1]) for one in answer if isinstance(one, tuple)), None)

    def put_away(self, uid: str) -> None:
        """It is ours: out of the folder, into the one beside it. Only after it is committed here."""
        self._mailbox.move(uid, settings.MAIL_IN["done"])


def is_set() -> bool:
    return bool(settings.MAIL_IN["host"])


@contextmanager
def opened() -> Iterator[Box]:
    """The folder of the settings. Raises OSError, imaplib's and imap_tools' errors, NotSafe."""
    said = settings.MAIL_IN
    password = Path(said["password_file"]).read_text(encoding="utf-8").strip()
    with _mailbox(said).login(said["user"], password, said["folder"]) as mailbox:
        yield Box(mailbox)


def _mailbox(said: dict[str, Any]) -> BaseMailBox:
    host, port = said["host"], said["port"]
    if said["tls"] == "none":
        if not _is_here(host):
            raise NotSafe
        return MailBoxUnencrypted(host, port, timeout=_SECONDS)
    kind = MailBoxStartTls if said["tls"] == "starttls" else MailBox
    return kind(host, port, timeout=_SECONDS, ssl_context=ssl.create_default_context())


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _moment(line: bytes) -> dt.datetime:
    """When the server got it; never later than now."""
    found = imaplib.Internaldate2tuple(line)
    if found is None:
        return clock.now()
    at = dt.datetime.fromtimestamp(time.mktime(found), clock.JST)
    return min(at, clock.now())
