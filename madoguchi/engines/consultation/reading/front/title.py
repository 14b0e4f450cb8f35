"""The title: what stands over everything else."""

from __future__ import annotations

import re

from ..flow import Bit
from ..result import Read
from .desk import Desk, is_section, plain

_TALKS_OF_IT = re.compile(r"意見|パブリック|パブコメ|考え方|回答")
_NOT_IT = re.compile(
    r"^(?:資料|別紙|別添|参考|様式)\s*[0-9]*(?:-[0-9]+)?$|^(?:令和|平成)?[元0-9]+年[0-9]+月(?:[0-9]+日)?(?:現在|更新|公表)?$|^.{1,12}(?:課|部|局|室|係)$|^ページ番号|^更新日"
)
_COUNTS = re.compile(r"[0-9]\s*(?:件|名|人|団体)|[:：]\s*[0-9]")
_GOES_ON = re.compile(r"^(?:に対する|に対して|に寄せられた|に関する|に係る|について|へのご?意見|における)")
_LAST = 3  # a title of more lines is none
_FAR = 40
_MARGIN = 0.06  # of a page's height: running heads stand there


def read(desk: Desk) -> None:
    blocks = _blocks(desk)
    best = next((block for block in blocks if _TALKS_OF_IT.search("".join(bit.text for bit in block))), None)
    sure = best is not None
    chosen = best or (blocks[0][:1] if blocks else None)
    if chosen is None or (not sure and is_section(chosen[0].text)):
        desk.meta.title = Read(None, 0.5, "表題が見つかりません。")
        return
    place = next((place for place, block in enumerate(blocks) if block is chosen), 0)
    if place and _GOES_ON.match(chosen[0].text):
        chosen = [*blocks[place - 1], *chosen]
    text = "".join(bit.text for bit in chosen)
    reason = "" if sure else "意見や考え方という語のない、はじめの行を表題としました。"
    desk.meta.title = Read(text, 0.95 if sure else 0.5, reason)
    desk.take(*chosen)


def _blocks(desk: Desk) -> list[list[Bit]]:
    """Lines that stand together near the top, before anything that is numbered or told otherwise."""
    blocks: list[list[Bit]] = []
    block: list[Bit] = []
    for bit in desk.bits[: min(_FAR, desk.first)]:
        stops = (
            not bit.text
            or bit.index in desk.taken
            or len(bit.filled) > 1
            or bool(_COUNTS.search(plain(bit.text)))
        )
        in_margin = bit.y is not None and not _MARGIN < bit.y < 1 - _MARGIN
        skipped = bool(bit.text) and (in_margin or bool(_NOT_IT.match(plain(bit.text))))
        if stops or skipped or is_section(bit.text) or len(block) >= _LAST or bit.text.endswith("。"):
            if block:
                blocks.append(block)
            block = []
            if stops and bit.index in desk.taken and blocks:
                break
            if skipped or stops or bit.text.endswith("。"):
                continue
            if is_section(bit.text):
                if blocks:
                    break
                continue
        block.append(bit)
    return [*blocks, block] if block else blocks
