"""One round: what lies in the mailbox is received, committed, and only then put away on the server."""

from __future__ import annotations

import datetime as dt
import imaplib
import logging
import time
from dataclasses import replace
from email.utils import parseaddr

from django.conf import settings

from madoguchi.engines.booking.services import mailed
from madoguchi.kernel.refs import SYSTEM

from ..models import Arrival
from ..models.receiving import Channel
from ..services import arriving
from . import addressing, box
from .heard import Mail, hear
from .numbers import covered

log = logging.getLogger(__name__)

NAME = "mail"
MOST = 50  # of one round: the worker has other work, too
MOST_SECONDS = 60


def fetch_mails() -> int:
    """Take in what lies there; returns how many were put away. One that fails stays and stops no other.

    A crash between our commit and the server's move leaves the mail where it was: the next round knows it by its
    digest, makes nothing of it a second time, and moves it.
    """
    if not box.is_set():
        return 0
    try:
        with box.opened() as folder:
            lying, left = folder.lying(MOST)
            done = _all_of(folder, lying)
    except Exception as error:
        arriving.round_went(name=NAME, by=SYSTEM, failed_with=type(error).__name__)
        raise
    arriving.round_went(name=NAME, by=SYSTEM, left=left + len(lying) - done)
    return done


def _all_of(folder: box.Box, lying: list[box.Lying]) -> int:
    until, done = time.monotonic() + MOST_SECONDS, 0
    for one in lying:
        if time.monotonic() > until:
            break
        try:
            done += _take(folder, one)
        except (OSError, imaplib.IMAP4.error):
            raise  # the server is gone: the rest waits for the next round
        except Exception:
            log.exception("mail %s stays in the mailbox", one.uid)
    return done


def _take(folder: box.Box, one: box.Lying) -> bool:
    is_large = one.size > settings.MAIL_IN["largest"]
    raw = folder.fetch(one.uid, only_head=is_large)
    if raw is None:
        return False
    mail = hear(raw)
    if not is_large and _is_for_a_draw(mail):
        folder.put_away(one.uid)
        return True
    if is_large:
        # Only its head is here; the whole of it lies in the folder it is moved to.
        mail = replace(mail, text="", papers=(), notes=("too_large",))
    arrival = receive_mail(raw=raw, mail=mail, at=one.arrived_at)
    arriving.take_papers(arrival=arrival, papers=mail.papers, by=SYSTEM)
    folder.put_away(one.uid)
    return True


def _is_for_a_draw(mail: Mail) -> bool:
    """An application that came to `…+<key of a draw>@…` and is in that draw now; anything unclear is read by a person."""
    if mail.automatic or mail.sender in _ours():
        return False
    tags = [tag for one in mail.to if (tag := addressing.tag_of(one))]
    return bool(tags) and mailed.take_mail(tags=tags, text=mail.text, sender=mail.sender, digest=mail.digest)


def receive_mail(*, raw: bytes, mail: Mail, at: dt.datetime) -> Arrival:
    """Keep one mail: a comment on the call it is for, or on the desk's list of what is to be sorted."""
    call, why = addressing.call_for(mail.to)
    if mail.automatic or mail.sender in _ours():
        call, why = None, str(Arrival.Why.AUTOMATIC)
    return arriving.take(arrived=arrived_of(raw, mail, at), call=call, why=why, by=SYSTEM)


def arrived_of(raw: bytes, mail: Mail, at: dt.datetime) -> arriving.Arrived:
    raw, mail = covered(raw, mail)
    return arriving.Arrived(
        channel=Channel.MAIL,
        digest=mail.digest,
        raw=raw,
        content_type="message/rfc822",
        arrived_at=at,
        subject=mail.subject,
        sender=mail.sender,
        sender_name=mail.sender_name,
        text=mail.text,
        automatic=mail.automatic,
        notes=mail.notes,
    )


def _ours() -> set[str]:
    """Addresses our own mails come from: what comes from there is an echo."""
    return {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].casefold(), settings.MAIL_IN["user"].casefold()}
