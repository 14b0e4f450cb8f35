"""How the call was made known: places and media, and groups it was explained to."""

from __future__ import annotations

import re

from ..flow import Bit
from .desk import Desk, is_section, is_sentence_row, plain

_HEAD = re.compile(
    r"周知(?:の)?方法|公表(?:の)?方法|公表(?:の)?場所|閲覧(?:の)?場所|(?:案|資料)の(?:公表|閲覧)|周知・公表|広報"
)
_BULLET = re.compile(r"^[-−・●○■◆]?\s*(?:[アイウエオカキ]|[(（][アイウエオカキ][)）]|[①-⑩])[\s.．、]\s*")
_DASH = re.compile(r"^[-−・●○]\s*")
_TOLD = re.compile(
    r"(?:等|など)?(?:への|にて)?(?:説明|意見聴取|報告)(?:会)?(?:[(（]\s*(?P<count>[0-9０-９]+)\s*団体\s*[)）])?$"
)
_DEED = re.compile(
    r"(?:への掲載|に掲載|への配架|に配架|への設置|での閲覧|での配布|での供覧|による周知|での公表|への掲示|で閲覧|での縦覧|にて閲覧|による公表)(?:・配布|・貸出)?$"
)
_AND_SO_ON = re.compile(r"\s*(など|等|ほか)$")
_REACH = 30


def read(desk: Desk) -> None:
    bits = desk.bits
    start = next(
        (
            bit
            for bit in desk.open()
            if bit.cells is None and _HEAD.search(bit.text) and len(bit.text) < 24 and "。" not in bit.text
        ),
        None,
    )
    if start is None:
        return
    entries: list[str] = []
    taken = [start]
    for bit in bits[start.index + 1 : start.index + _REACH]:
        if not bit.text:
            continue
        if is_sentence_row(bit):
            break
        if bit.index in desk.taken or (
            bit.cells is None
            and is_section(bit.text)
            and not _BULLET.match(bit.text)
            and not _DASH.match(bit.text)
        ):
            break
        _gather(entries, bit)
        taken.append(bit)
    for entry in entries:
        _understand(desk, entry)
    if desk.meta.announced or desk.meta.briefed_groups:
        desk.take(*taken)


def _gather(entries: list[str], bit: Bit) -> None:
    """One entry per bullet; lines without one go on with the entry before."""
    text = "\t".join(cell for _column, cell in bit.filled) if bit.cells is not None else bit.text
    bare = _DASH.sub("", text) if _BULLET.match(text) else text
    if _BULLET.match(text):
        entries.append(_BULLET.sub("", bare))
    elif text.startswith("・"):
        if entries and _TOLD.search(entries[-1].split("\n")[0]):
            entries[-1] += "\n" + text
        else:
            entries.append(text.lstrip("・").strip())
    elif entries and "\n" not in entries[-1]:
        entries[-1] += text
    else:
        entries.append(text)


def _understand(desk: Desk, entry: str) -> None:
    first, *listed = entry.split("\n")
    told = _TOLD.search(first)
    if not told:
        desk.meta.announced += announced(entry.replace("\n", ""))
        return
    names = [name.strip() for line in listed for name in re.split(r"[\t・]", line) if name.strip()]
    desk.meta.briefed_groups += names or list(split_outside(first[: told.start()], "・、"))
    if told["count"]:
        desk.meta.briefed_groups_printed = int(plain(told["count"]))


def announced(text: str) -> list[str]:
    """The places and media of one entry, without the words for what was done there."""
    found: list[str] = []
    more = _AND_SO_ON.search(text)
    text = _AND_SO_ON.sub("", text) if more else text
    for part in split_outside(text, "・、,，"):
        name = _DEED.sub("", part).strip()
        if name:
            found.append(name)
    return [*found, more[1]] if more and found else found


def split_outside(text: str, marks: str) -> list[str]:
    """Split at marks that do not stand inside brackets."""
    parts, depth, part = [], 0, ""
    for char in text:
        depth += (char in "（([「『") - (char in "）)]」』")
        if char in marks and depth <= 0:
            parts.append(part)
            part = ""
        else:
            part += char
    return [one.strip() for one in [*parts, part] if one.strip()]
