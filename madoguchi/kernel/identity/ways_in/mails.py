"""Mails of sign-in: written here as sealed rows, sent by the engine that sends mails (its job `identity.mail`).

The kernel knows no mail server. Address and words are wiped as soon as the mail has left, or can help no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from ... import clock, jobs, vault
from ...db import writes
from ...refs import Ref, is_id
from . import keys
from .models import SignInMail

JOB = "identity.mail"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent, for a moment in memory only."""

    address: str
    subject: str
    lines: tuple[str, ...]
    language: str


@writes
def send(*, address: str, subject: str, lines: Sequence[str], lasts: dt.timedelta) -> None:
    """Put a mail down in the language that is active now; after `lasts` it would only confuse, and is not sent."""
    now = clock.machine()
    row = SignInMail(
        key=keys.of_mails(), language=get_language() or "ja", made_at=now, expires_at=now + lasts
    )
    words = {"address": address, "subject": str(subject), "lines": [str(line) for line in lines]}
    row.sealed = vault.seal(row.key, words, context=row.context)
    row.save()
    jobs.enqueue(JOB, about=Ref.to(row), payload={"mail": str(row.pk)}, key=f"{JOB}:{row.pk}")


def waiting(mail_id: str) -> Letter | None:
    """The mail, while it still has to leave; one that is too late is wiped."""
    row = SignInMail.objects.select_related("key").filter(pk=mail_id).first() if is_id(mail_id) else None
    if row is None or row.settled_at is not None:
        return None
    if row.expires_at <= clock.machine():
        settle(mail_id=mail_id, outcome="late")
        return None
    words = vault.unseal(row.key, bytes(row.sealed), context=row.context)
    return Letter(words["address"], words["subject"], tuple(words["lines"]), row.language)


@writes
def settle(*, mail_id: str, outcome: str) -> None:
    """It has left, or never will: its words are wiped."""
    unsettled = SignInMail.objects.filter(pk=mail_id, settled_at=None)
    unsettled.update(sealed=b"", settled_at=clock.machine(), outcome=outcome)


@writes
def forget_old() -> None:
    """Mails nobody sent in time are wiped; rows of last week go."""
    now = clock.machine()
    late = SignInMail.objects.filter(settled_at=None, expires_at__lt=now)
    late.update(sealed=b"", settled_at=now, outcome="late")
    SignInMail.objects.filter(made_at__lt=now - dt.timedelta(days=7)).delete()
