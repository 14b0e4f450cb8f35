"""Sending what is due: one connection for a batch, each result written down before the next mail."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Iterator

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from madoguchi.kernel import clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import queries as identity

from . import mail
from .models import Channel, Delivery, State

log = logging.getLogger(__name__)

BATCH = 50
# A claim that was not finished by then belongs to a worker that died: the mail is due again.
CLAIM_FOR = dt.timedelta(minutes=10)
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1440))


def deliver_due(limit: int = 500) -> int:
    """Send the mails that are due, up to `limit`; returns how many were sent.

    At least once: between the server's yes and our row a crash makes us ask again, under the same Message-ID.
    """
    sent = 0
    connection = get_connection()
    try:
        for batch in _claimed(limit):
            for place, delivery in enumerate(batch):
                address = _address(delivery)
                if address is None:
                    continue
                try:
                    connection.open()
                except (smtplib.SMTPException, OSError) as error:
                    # Nobody is there: asking once for each mail would keep the worker waiting for hours.
                    for waiting in batch[place:]:
                        _failed(waiting, error, about_mail=False)
                    return sent
                sent += _send(delivery, address, connection)
        return sent
    finally:
        _close(connection)


def _claimed(limit: int) -> Iterator[list[Delivery]]:
    """Deliveries that are due, a batch at a time, each ours alone by compare-and-set."""
    while limit > 0:
        now = clock.now()
        batch = list(_due(now)[: min(BATCH, limit)])
        if not batch:
            return
        limit -= len(batch)
        with writes():
            mine = [row for row in batch if _claim(row, now)]
        for delivery in mine:
            delivery.attempts += 1
        yield mine


def _due(now: dt.datetime) -> QuerySet[Delivery]:
    queued = Delivery.objects.filter(state=State.QUEUED, channel=Channel.MAIL, next_attempt_at__lte=now)
    return queued.order_by("next_attempt_at", "id").select_related("message", "recipient__key")


def _claim(delivery: Delivery, now: dt.datetime) -> bool:
    unclaimed = Delivery.objects.filter(
        pk=delivery.pk,
        state=State.QUEUED,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at,
    )
    return bool(unclaimed.update(attempts=delivery.attempts + 1, next_attempt_at=now + CLAIM_FOR))


def _address(delivery: Delivery) -> str | None:
    """The recipient's address as of now; None, with the reason written down, when nothing is to be sent there."""
    try:
        address = str(identity.profile(delivery.recipient).get("email") or "").strip()
    except Refusal as refusal:
        _settle(delivery, State.FAILED, last_error=str(refusal))
        return None
    if not address:
        reason = _("メールアドレスの登録がありません。郵送か電話でお知らせしてください。")
        _settle(delivery, State.FAILED, last_error=reason)
    elif not mail.is_address(address):
        reason = _("メールアドレスの書き方が正しくありません。本人に確かめてください。")
        _settle(delivery, State.FAILED, last_error=reason)
    elif mail.is_demo() and not mail.is_reserved(address):
        reason = _("見本の環境からは、実在するかもしれない宛先へは送りません。")
        _settle(delivery, State.HELD, last_error=reason)
    else:
        return address
    return None


def _send(delivery: Delivery, address: str, connection: BaseEmailBackend) -> bool:
    """Whether the server took it. Either way the row says so when this returns."""
    letter = mail.mail_for(delivery, address)
    try:
        try:
            connection.send_messages([letter])
        except smtplib.SMTPServerDisconnected:
            # Servers end long connections as they please: once more, over a new one.
            _close(connection)
            connection.open()
            connection.send_messages([letter])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        _failed(delivery, error)
        if not isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
            _close(connection)
        return False
    sealed = vault.seal(delivery.recipient.key, {"mail": address}, context=delivery.address_context)
    _settle(
        delivery,
        State.SENT,
        sent_at=clock.now(),
        address=sealed,
        last_error="",
        provider_id=mail.message_id(delivery),
    )
    return True


def _failed(delivery: Delivery, error: Exception, *, about_mail: bool = True) -> None:
    reason = _reason(error)
    log.info("mail %s, attempt %s: %s", delivery.pk, delivery.attempts, reason)
    if (about_mail and _is_final(error)) or delivery.attempts > len(WAITS):
        _settle(delivery, State.FAILED, last_error=reason)
    else:
        later = clock.now() + WAITS[delivery.attempts - 1]
        _settle(delivery, State.QUEUED, next_attempt_at=later, last_error=reason)


def _is_final(error: Exception) -> bool:
    """A 5xx about this mail is the server's last word; anything else may be better in an hour."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code >= 500
    # A header Django will not write (ValueError), or an address the server cannot spell: never better later.
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)


def _reason(error: Exception) -> str:
    """What the server said, as a code: its words may repeat the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _words in error.recipients.values()})
        return _("宛先が受け付けられませんでした（%(codes)s）。") % {"codes": "、".join(map(str, codes))}
    if isinstance(error, smtplib.SMTPResponseException):
        return _("メールサーバーに断られました（%(code)s）。") % {"code": error.smtp_code}
    return _("メールサーバーにつながりませんでした（%(error)s）。") % {"error": type(error).__name__}


@writes
def _settle(delivery: Delivery, state: str, **changed: object) -> None:
    """Write the result down, unless the row is no longer ours."""
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.QUEUED, attempts=delivery.attempts)
    if mine.update(state=state, **changed):
        delivery.state = state


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        log.debug("the mail server had gone", exc_info=True)
