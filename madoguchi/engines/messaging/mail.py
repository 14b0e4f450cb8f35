"""How a notice looks as a mail, and to whom a demo may write."""

from __future__ import annotations

import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.kernel import links, packs

from .models import Channel, Delivery

RESERVED = (".invalid", ".example", ".test")


def is_demo() -> bool:
    """Whether nothing may leave this installation: asked for by the operator, or because the pack is a demo."""
    return bool(settings.DEMO or packs.pack_info().get("demo"))


def is_address(address: str) -> bool:
    """Whether a mail can be addressed so."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def is_reserved(address: str) -> bool:
    """Whether the address belongs to nobody in the world (RFC 2606)."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return f".{domain}".endswith(RESERVED)


def mail_for(delivery: Delivery, address: str) -> EmailMessage:
    """The mail: that there is something, and where to read it. Never what people stated."""
    with override(delivery.message.language):
        subject = one_line(delivery.message.subject)
        if is_demo():
            subject = _("【見本】") + subject
        sender = settings.DEFAULT_FROM_EMAIL
        return EmailMessage(
            subject=subject,
            body="\n".join(_lines(delivery, subject)),
            from_email=sender,
            to=[address],
            headers={"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"},
        )


def message_id(delivery: Delivery) -> str:
    """The same for every attempt, so that a mail sent twice by a crash is shown once."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
    return f"<{delivery.pk}@{domain}>"


def _lines(delivery: Delivery, subject: str) -> list[str]:
    lines = [subject, ""]
    ways = set(
        delivery.message.deliveries.filter(recipient=delivery.recipient).values_list("channel", flat=True)
    )
    if Channel.INBOX in ways:
        lines += [
            _("くわしい内容は、次のページでご覧ください（サインインが必要です）。"),
            settings.PUBLIC_URL.rstrip("/") + links.href(delivery.message.ref, "portal"),
        ]
    elif Channel.POST in ways:
        lines += [_("くわしい内容は、郵送でお届けします。")]
    else:
        lines += [_("くわしい内容は、窓口か電話でお尋ねください。")]
    lines += ["", _("このメールには、申請の内容は書かれていません。")]
    lines += [_("このメールは送信専用です。返信していただいても、お読みすることができません。")]
    if is_demo():
        lines += ["", _("これはデモの見本です。本当の手続きのお知らせではありません。")]
    return lines


def one_line(text: str) -> str:
    """`text` without anything that could begin another header."""
    kept = (" " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character for character in text)
    return " ".join("".join(kept).encode("utf-8", "replace").decode().split())
