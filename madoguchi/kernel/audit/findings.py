"""What verifying can find, in words an operator can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Words(NamedTuple):
    ja: str
    en: str
    is_tampering: bool = True


WORDS: dict[str, Words] = {
    "row_changed": Words(
        "ブロック{block}の記録 {event} が、封をしたあとに書き換えられています。",
        "Block {block}: row {event} was changed after it was sealed.",
    ),
    "row_deleted": Words(
        "ブロック{block}の記録 {event} が、消されています。",
        "Block {block}: row {event} was deleted.",
    ),
    "row_inserted": Words(
        "ブロック{block}に、封をしたときにはなかった記録 {event} が入れられています。",
        "Block {block}: row {event} was put in after it was sealed.",
    ),
    "rows_inserted": Words(
        "ブロック{block}に、封をしたときにはなかった記録が{n}件入れられています。",
        "Block {block}: {n} rows were put in after it was sealed.",
    ),
    "row_unreadable": Words(
        "ブロック{block}の記録 {event} は、封をしたときに読めませんでした。列に入るはずのない値が、直接書き込まれています。",
        "Block {block}: row {event} could not be read when it was sealed: what no column can hold had been written into it.",
    ),
    "rows_missing": Words(
        "ブロック{block}から、記録が{n}件、跡形なく消されています。",
        "Block {block}: {n} rows were taken out without a trace.",
    ),
    "row_backdated": Words(
        "ブロック{block}の記録 {event} は、前に封じられたブロックより前の時刻を名のっています。あとから作られた記録です。",
        "Block {block}: row {event} claims a time before an earlier block was sealed: it was made afterwards.",
    ),
    "row_laid_late": Words(
        "ブロック{block}の記録 {event} は、過去の時刻を名のっています（デモの1週間）。",
        "Block {block}: row {event} claims a past time (the demo's week).",
        False,
    ),
    "row_unregistered": Words(
        "記録 {event} は、どのブロックにもなく、封を待ってもいません。データベースの見張りを外して入れられています。",
        "Row {event} lies in no block and waits for none: it was put in past the guards of the database.",
    ),
    "row_gone_unsealed": Words(
        "記録 {event} が、封をする前に消されています。",
        "Row {event} was deleted before it was sealed.",
    ),
    "seal_changed": Words(
        "ブロック{block}で、記録 {event} の封印が書き換えられています（記録そのものは元のままです）。",
        "Block {block}: the seal of row {event} was changed (the row itself is as it was).",
    ),
    "seal_without_block": Words(
        "記録 {event} の入っていたブロックが、なくなっています。",
        "The block that held row {event} is gone.",
    ),
    "block_changed": Words(
        "ブロック{block}が書き換えられています。中の記録か、順序か、ブロックの数字が、封をしたときと違います。",
        "Block {block} was changed: its rows, their order or its own figures are not those that were sealed.",
    ),
    "block_forged": Words(
        "ブロック{block}の署名が、この自治体の鍵のものではありません。",
        "Block {block}: the signature is not by a key of this municipality.",
    ),
    "block_unlinked": Words(
        "ブロック{block}が、前のブロックにつながっていません。",
        "Block {block} does not follow from the block before it.",
    ),
    "block_missing": Words(
        "ブロック{block}から{until}までが、消されています。",
        "Blocks {block} to {until} were deleted.",
    ),
    "head_differs": Words(
        "ブロック{block}は、外に控えたものと違います。",
        "Block {block} is not the one that was told outside.",
    ),
    "head_forged": Words(
        "控えのブロック{block}の行は、この自治体の鍵で署名されたものではないか、同じ番号の別の行と食い違っています。",
        "Heads file: the line of block {block} is not signed by a key of this municipality, or contradicts another.",
    ),
    "head_unreadable": Words(
        "控えのファイルの{n}行目が読めません。",
        "Heads file: line {n} cannot be read.",
    ),
    "tail_cut": Words(
        "データベースはブロック{block}で終わっていますが、控えは{until}まであります。"
        "記録{n}件が切り取られたか、古いバックアップから戻されています。",
        "The database ends at block {block}, the heads go on to {until}: "
        "{n} rows were cut off, or an older backup was put back.",
    ),
    "heads_short": Words(
        "控えはブロック{block}まで、データベースは{until}までです。この先は、まだ外に控えられていません。",
        "The heads end at block {block}, the database at {until}: what follows is not yet told outside.",
        False,
    ),
    "heads_torn": Words(
        "控えのファイルの最後の行が途中で切れています。そこまでの行で確かめました。",
        "The last line of the heads file is cut short; what stands before it was used.",
        False,
    ),
    "heads_none": Words(
        "控えのファイルがありません。末尾が切り取られていないかは、確かめられませんでした。",
        "There is no heads file: whether a tail was cut off could not be told.",
        False,
    ),
    "overdue": Words(
        "{n}件の記録が、30分以上、封を待っています。ワーカーが動いているか、お確かめください。",
        "{n} rows have waited to be sealed for more than 30 minutes: see whether the worker runs.",
        False,
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing."""

    code: str
    block: int | None = None
    event: str = ""
    until: int | None = None
    n: int | None = None

    @property
    def is_tampering(self) -> bool:
        return WORDS[self.code].is_tampering

    def __str__(self) -> str:
        return f"{self._said(WORDS[self.code].ja)} {self._said(WORDS[self.code].en)}"

    def _said(self, words: str) -> str:
        event = self.event or (f"（ほか{self.n}件 / {self.n} more）" if self.n else "")
        block = "?" if self.block is None else self.block
        return words.format(block=block, event=event, until=self.until, n=self.n)
