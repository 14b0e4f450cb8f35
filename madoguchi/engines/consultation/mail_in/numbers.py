"""A マイナンバー in a mail is never kept: its digits are covered, and with them goes the mail as it came."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from email.message import EmailMessage

from madoguchi.kernel import text

from .heard import Mail

COVER = "＊"


def covered(raw: bytes, mail: Mail) -> tuple[bytes, Mail]:
    """As it came; or, where a number like that stands in what it says, a mail that says the same without its digits."""
    subject, words = _covered(mail.subject), _covered(mail.text)
    if (subject, words) == (mail.subject, mail.text):
        return raw, mail
    mail = replace(mail, subject=subject, text=words, notes=(*mail.notes, "masked"))
    made = EmailMessage(policy=policy.SMTP)
    made["Subject"] = subject
    if mail.sender.isascii() and "@" in mail.sender:
        made["From"] = mail.sender
    made.set_content(words)
    return made.as_bytes(), mail


def _covered(words: str) -> str:
    for start, end in reversed(text.my_numbers(words)):
        words = words[:start] + COVER * (end - start) + words[end:]
    return words
