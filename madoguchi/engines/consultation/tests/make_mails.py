"""Mails as people and machines send them, in bytes."""

from __future__ import annotations

import io
from email.message import EmailMessage

import pypdf

from .post_office import ADDRESS

SENDER = "aoi@mihon.invalid"


def plain(
    text: str = "家から待ち人数を見たいです。", *, number: int = 1, to: str = ADDRESS, **headers: str
) -> bytes:
    return _letter(text, number, to, headers).as_bytes()


def _letter(text: str, number: int, to: str, headers: dict[str, str]) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = headers.pop("sender", f"見本 葵 <{SENDER}>")
    mail["To"] = to
    mail["Subject"] = headers.pop("subject", "意見を送ります")
    mail["Message-ID"] = f"<mail-{number}@mihon.invalid>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def japanese(text: str = "①番の文字での呼び出しに賛成です。㈱の例もあります。", *, number: int = 2) -> bytes:
    """ISO-2022-JP as Windows sends it: with the circled numbers NEC added."""
    head = (
        f"From: =?ISO-2022-JP?B?GyRCOCtLXBsoQg==?= <{SENDER}>\r\nTo: {ADDRESS}\r\n"
        f"Message-ID: <mail-{number}@mihon.invalid>\r\nSubject: =?ISO-2022-JP?B?GyRCMFU4KxsoQg==?=\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    )
    return head.encode("ascii") + jis(text) + b"\r\n"


def jis(text: str) -> bytes:
    """Each double-byte letter by its place in EUC, as CP50220 has it."""
    said, is_wide = b"", False
    for letter in text:
        wide = letter.encode("euc_jis_2004") if ord(letter) > 127 else b""
        if bool(wide) != is_wide:
            said += b"\x1b$B" if wide else b"\x1b(B"
            is_wide = bool(wide)
        said += bytes(one & 0x7F for one in wide) if wide else letter.encode("ascii")
    return said + (b"\x1b(B" if is_wide else b"")


def with_papers(*, number: int = 3) -> bytes:
    """A PDF, which is taken, and a Word file, which is not."""
    mail = _letter("くわしくは付けた紙のとおりです。", number, ADDRESS, {})
    mail.add_attachment(pdf(), maintype="application", subtype="pdf", filename="意見書.pdf")
    mail.add_attachment(
        b"PK\x03\x04word/document.xml", maintype="application", subtype="msword", filename="意見.docx"
    )
    return mail.as_bytes()


def pdf() -> bytes:
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def automatic(*, number: int = 5) -> bytes:
    return plain(
        "ただいま不在です。", number=number, Auto_Submitted="auto-replied", subject="Re: 受け付けました"
    )


def hostile() -> bytes:
    """Line breaks in headers, parts in parts in parts, no Message-ID, and ten megabytes of it."""
    head = (
        b"From: =?utf-8?B?44GC44GqDQpCY2M6IGV2aWxAbWlob24uaW52YWxpZA==?= <a@mihon.invalid>\r\n"
        b"To: iken@mihon.invalid\r\nSubject: =?utf-8?Q?=0D=0ABcc:_evil@mihon.invalid?=\r\n"
        b"Date: never\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    )
    deep = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(60)
    )
    text = b"--b60\r\nContent-Type: text/plain; charset=no-such-charset\r\n\r\n" + b"x" * 70 + b"\r\n"
    flood = b"--b0\r\nContent-Type: text/plain\r\n\r\n" + (b"a" * 76 + b"\r\n") * 135_000 + b"--b0--\r\n"
    return head + deep + text + flood
