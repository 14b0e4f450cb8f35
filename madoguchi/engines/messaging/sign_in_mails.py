"""Sends the mails of signing in, which the kernel wrote: codes, and what changed. Nothing of them stays here."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.kernel.identity.ways_in import mails

from . import mail


def send_sign_in_mail(mail_id: str) -> None:
    """Send it and wipe it. A mail server that is away raises, and the job is tried again until the mail is too late.

    At least once: a code that comes twice is the same code.
    """
    letter = mails.waiting(mail_id)
    if letter is None:
        return
    if mail.is_demo() and not mail.is_reserved(letter.address):
        # A demo writes to nobody who may exist.
        mails.settle(mail_id=mail_id, outcome="held")
        return
    with override(letter.language):
        subject = mail.one_line(letter.subject)
        lines = [
            *letter.lines,
            "",
            _("このメールは送信専用です。返信していただいても、お読みすることができません。"),
        ]
        if mail.is_demo():
            subject = _("【見本】") + subject
            lines += ["", _("これはデモの見本です。本当の手続きのお知らせではありません。")]
        EmailMessage(
            subject=subject,
            body="\n".join(lines),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[letter.address],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()
    mails.settle(mail_id=mail_id, outcome="sent")
