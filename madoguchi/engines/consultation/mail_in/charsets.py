"""Bytes of a Japanese mail as text: the charset it names, what is really meant by that name, and what is likely."""

from __future__ import annotations

import re
from contextlib import suppress

import charset_normalizer

# What mail programs call by these names holds the letters of Windows as well: ①, ㈱, ～.
_MEANT = {
    "shift_jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jis_2004",
    "iso-2022-jp": "iso2022_jp_ext",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "": "utf-8",
}
_IS_JIS = b"\x1b$"
_SWITCH = re.compile(rb"\x1b(\$[@B]|\$\([A-Z]|\([A-Z])")


def decoded(content: bytes, charset: str) -> tuple[str, bool]:
    """The text, and whether every letter of it is sure."""
    name = charset.strip().lower()
    if _IS_JIS in content:  # also where the mail says ASCII, or nothing
        with suppress(UnicodeDecodeError):
            return _jis(content), True
    for codec in (_MEANT.get(name, name), "utf-8"):
        with suppress(UnicodeDecodeError, LookupError):
            return content.decode(codec), True
    best = charset_normalizer.from_bytes(content[:100_000]).best()
    return content.decode(best.encoding if best else "utf-8", "replace"), False


def _jis(content: bytes) -> str:
    """ISO-2022-JP as Windows sends it, with the letters NEC and IBM added: each row as EUC, where they have a place."""
    said, mode, place = [], b"(B", 0
    for switch in [*_SWITCH.finditer(content), None]:
        stretch = content[place : switch.start() if switch else len(content)]
        if mode in (b"$B", b"$@"):
            said.append(bytes(one | 0x80 if one > 0x20 else one for one in stretch).decode("euc_jis_2004"))
        elif mode == b"(I":
            said.append(bytes(one | 0x80 for one in stretch).decode("cp932"))
        else:
            said.append(stretch.decode("ascii"))
        if switch:
            mode, place = switch.group(1), switch.end()
    return "".join(said)
