"""From bytes to letters: which of the encodings that Japanese offices use, and what could not be read in it."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from .listed import listed
from .outcome import Note, NoText

# What such files come in. Without this fence short Japanese texts are taken for Chinese or Korean.
_LIKELY = ["cp932", "euc_jp", "euc_jis_2004"]
_WIDE = ["utf_16_le", "utf_16_be"]
_MARKS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_CALLED = {
    "utf_8": "UTF-8",
    "utf_16_le": "UTF-16",
    "utf_16_be": "UTF-16",
    "utf_32_le": "UTF-32",
    "utf_32_be": "UTF-32",
    "cp932": "Shift_JIS（CP932）",
    "euc_jp": "EUC-JP",
    "euc_jis_2004": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP",
    "iso2022_jp_2004": "ISO-2022-JP",
    "iso2022_jp_ext": "ISO-2022-JP",
}
_BROKEN = "\ufffd"
_SAMPLE = 64 * 1024  # bytes
_NOISE = 0.3  # of its letters strange
_FEW = 5  # strange letters, that a short text may have
_MOST_STRANGE = 0.05  # of the letters: beyond that it is no text in any encoding we know
# Latin, signs, kana, kanji, hangul, full and half widths, and the kanji that few machines have.
_USUAL = re.compile(
    "[\t\n\f\r -~\xa0-\u024f\u0391-\u0451\u2000-\u27bf\u2e80-\u9fff\uac00-\ud7a3\ue000-\ufaff\uff01-\uffee\U0001f000-\U0003ffff]+"
)
# What no text has, apart from tab, line ends and the form feed that begins a page.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def decoded(data: bytes) -> tuple[str, list[Note]]:
    """The text, and notes on how it was read. Raises NoText."""
    _refuse_noise(data[:_SAMPLE])
    encoding, body = _encoding_of(data)
    text = body.decode(encoding, "replace")
    if _strange(text) > max(_FEW, len(text) * _MOST_STRANGE):
        raise NoText
    notes: list[Note] = []
    if encoding != "utf_8":
        notes.append(("encoding", {"name": _CALLED[encoding]}))
    if _BROKEN in text:
        notes.append(("broken_bytes", {"lines": _lines_with(_BROKEN, text)}))
    if _CONTROL.search(text):
        notes.append(("controls", {"lines": _lines_with(_CONTROL.pattern, text)}))
        text = _CONTROL.sub("", text)
    return text, notes


def _refuse_noise(sample: bytes) -> None:
    """A look at the beginning, since working through megabytes of no text takes memory and time."""
    encoding, body = _encoding_of(sample)
    if _lost(body, encoding) > _NOISE and len(body) == _SAMPLE:
        raise NoText


def _encoding_of(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    if b"\x1b$" in data:  # ISO-2022-JP is ASCII with escapes, and so is always UTF-8 as well
        return _of_escapes(data), data
    try:
        data.decode("utf_8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf_8", data
    # Nearly all bytes are letters of some script in UTF-16. A real text in it has line feeds or figures, and so zeros.
    likely = _WIDE if b"\0" in data else _LIKELY
    found = from_bytes(data, cp_isolation=likely).best()
    if found is not None:
        return found.encoding, data
    # A byte is broken somewhere, so that no encoding fits all through: the one in which least is lost.
    return min(("utf_8", *likely), key=lambda one: _lost(data, one)), data


def _of_escapes(data: bytes) -> str:
    return min(("iso2022_jp", "iso2022_jp_2004", "iso2022_jp_ext"), key=lambda one: _lost(data, one))


def _lost(data: bytes, encoding: str) -> float:
    text = data.decode(encoding, "replace")
    return _strange(text) / (len(text) or 1)


def _strange(text: str) -> int:
    return len(text) - sum(len(usual) for usual in _USUAL.findall(text))


def _lines_with(pattern: str, text: str) -> str:
    numbers = [n for n, line in enumerate(text.split("\n"), 1) if re.search(pattern, line)]
    return listed(numbers)
