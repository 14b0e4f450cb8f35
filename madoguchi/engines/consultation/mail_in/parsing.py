"""What a mail says, read in a child process (`answer`): a stranger's message can make any parser work for hours.

Knows nothing of tables or settings. Back go a line of JSON and, after it, the attachments one after the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from lxml import html
from lxml.etree import LxmlError, iterwalk

from .charsets import decoded

MOST_TEXT = 200_000
MOST_PAPERS = 30
MOST_HEADER = 2000
DEEPEST = 20
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "Resent-To", "To", "Cc")
_LISTS = ("List-Id", "List-Post", "List-Unsubscribe", "List-Help", "Mailing-List")
_ROBOTS = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", re.IGNORECASE)
_BLOCKS = frozenset(
    {"address", "blockquote", "br", "div", "dt", "h1", "h2", "h3", "h4", "hr", "li", "p", "tr"}
)
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})


@dataclass
class Found:
    """What was found in the parts of a message."""

    texts: list[str] = field(default_factory=list)
    papers: list[tuple[str, bytes]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, key: str) -> None:
        if key not in self.notes:
            self.notes.append(key)


def answer(content: bytes, **_limits: Any) -> tuple[dict[str, Any], bytes]:
    """The whole message as data. Whatever else can go wrong, the child says `unreadable`."""
    message: EmailMessage = message_from_bytes(content, policy=policy.default)  # type: ignore[assignment]
    found = Found()
    _walk(message, found, depth=0)
    text = "\n\n".join(one.strip() for one in found.texts if one.strip()).replace("\0", " ")
    if len(text) > MOST_TEXT:
        found.note("long")
    said = {
        "subject": _header(message, "Subject"),
        "sender": _address(message, "From"),
        "sender_name": _sender_name(message),
        "to": sorted({one for name in _TO for one in _addresses(message, name)})[:100],
        "automatic": _automatic(message),
        "text": text[:MOST_TEXT],
        "notes": found.notes,
        "papers": [[name, len(paper)] for name, paper in found.papers],
    }
    line = json.dumps(said, ensure_ascii=True).encode()
    return {"verdict": "fine"}, b"\n".join((line, b"".join(paper for _name, paper in found.papers)))


# ------------------------------------------------------------------ headers


def _raw(message: EmailMessage, name: str) -> Iterator[str]:
    for known, value in message.raw_items():
        if known.lower() == name.lower():
            yield str(value)


def _header(message: EmailMessage, name: str) -> str:
    """One line of it, whatever stands there: what the library cannot take apart is shown as it came."""
    try:
        value = str(message[name] or "")
    except Exception:  # noqa: BLE001  a header written to break parsers
        value = next(_raw(message, name), "")
    return _one_line(value)


def _one_line(value: str) -> str:
    whole = value.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in whole).split())[:MOST_HEADER]


def _addresses(message: EmailMessage, name: str) -> list[str]:
    try:
        found = [one.addr_spec for value in message.get_all(name, []) for one in value.addresses]
    except Exception:  # noqa: BLE001  Delivered-To is no address header to the library, or one it cannot read
        found = [
            one for value in _raw(message, name) for one in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", value)
        ]
    return [one for one in (_one_line(address).lower() for address in found) if one]


def _address(message: EmailMessage, name: str) -> str:
    return next(iter(_addresses(message, name)), "")


def _sender_name(message: EmailMessage) -> str:
    try:
        return _one_line(message["From"].addresses[0].display_name)
    except Exception:  # noqa: BLE001  no From, or one nobody can read: then there is no name
        return ""


def _automatic(message: EmailMessage) -> str:
    """Why no person wrote this: auto, list, bounce; "" for a letter of somebody (RFC 3834, RFC 2369, RFC 3464)."""
    submitted = _header(message, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return "auto"
    if any(name in message for name in _LISTS):
        return "list"
    if _header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}:
        return "list"
    if any(name in message for name in ("X-Autoreply", "X-Autorespond")):
        return "auto"
    empty = any(value.strip() == "<>" for value in _raw(message, "Return-Path"))
    if empty or message.get_content_type() == "multipart/report" or _ROBOTS.match(_address(message, "From")):
        return "bounce"
    return ""


# ------------------------------------------------------------------ parts


def _walk(part: EmailMessage, found: Found, *, depth: int) -> None:
    if depth > DEEPEST:
        found.note("deep")
    elif part.get_content_type() == "multipart/alternative":
        _alternative(part, found, depth)
    elif part.is_multipart() and part.get_content_maintype() == "multipart":
        for one in part.iter_parts():
            _walk(one, found, depth=depth + 1)  # type: ignore[arg-type]
    elif _is_text(part):
        found.texts.append(_text(part, found))
    else:
        _paper(part, found)


def _alternative(part: EmailMessage, found: Found, depth: int) -> None:
    """The same letter in several forms: the plain one, unless there is nothing in it."""
    forms = []
    for one in part.iter_parts():
        form = Found()
        _walk(one, form, depth=depth + 1)  # type: ignore[arg-type]
        found.papers += form.papers[: MOST_PAPERS - len(found.papers)]
        found.notes += [note for note in form.notes if note not in found.notes]
        forms.append("\n\n".join(form.texts))
    found.texts.append(next((text for text in forms if text.strip()), ""))


def _is_text(part: EmailMessage) -> bool:
    is_file = part.get_content_disposition() == "attachment" or bool(_name(part))
    return part.get_content_type() in {"text/plain", "text/html"} and not is_file


def _name(part: EmailMessage) -> str:
    try:
        return _one_line(part.get_filename() or "")
    except Exception:  # noqa: BLE001  a name written to break parsers
        return ""


def _bytes(part: EmailMessage) -> bytes:
    if part.is_multipart():  # a message inside the message
        return b"".join(one.as_bytes() for one in part.iter_parts())  # type: ignore[union-attr]
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: EmailMessage, found: Found) -> str:
    content = _bytes(part)
    try:
        charset = part.get_content_charset() or ""
    except Exception:  # noqa: BLE001  the same of a charset
        charset = ""
    text, sure = decoded(content, charset)
    if not sure:
        found.note("charset")
    return _of_html(text) if part.get_content_type() == "text/html" else text.replace("\r\n", "\n")


def _of_html(text: str) -> str:
    """What a reader sees of a page, in lines."""
    if not text.strip():
        return ""
    try:
        tree = html.fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except LxmlError:
        return ""  # nothing but comments
    said: list[str] = []
    for event, node in iterwalk(tree, events=("start", "end", "comment", "pi")):
        is_element = isinstance(node.tag, str)
        if is_element and node.tag in _BLOCKS:
            said.append("\n")
        if event == "start":
            said.append("" if node.tag in _UNSEEN else _spaced(node.text))
        else:
            said.append(_spaced(node.tail))
    lines = (line.strip() for line in "".join(said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _spaced(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _paper(part: EmailMessage, found: Found) -> None:
    content = _bytes(part)
    if not content and not _name(part):
        return
    if len(found.papers) >= MOST_PAPERS:
        found.note("many")
        return
    found.papers.append((_name(part), content))
