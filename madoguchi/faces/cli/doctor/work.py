"""What nobody finished, and what is kept longer than it may be."""

from __future__ import annotations

from collections.abc import Iterator

from madoguchi.engines.procedures.queries import overseeing
from madoguchi.kernel import jobs
from madoguchi.kernel.vault.retention import erasing

from .report import Line, ask, bad, good

SEE = "業務の継続"
SEE_KEPT = "保存期間と廃棄"


def check() -> Iterator[Line]:
    halted = jobs.stuck().count()
    if halted:
        yield bad(
            "stuck",
            "work",
            f"{halted}件の仕事が、止まっています。",
            "職員の画面の「止まっているもの」か ./mado stuck",
            see=SEE,
        )
    else:
        yield good(
            "stuck",
            "work",
            "止まっている処理はありません（まだ送れていない知らせは、職員の画面の「止まっているもの」で見ます）。",
            see=SEE,
        )
    half = erasing.unfinished().count()
    if half:
        yield bad(
            "half_erased",
            "work",
            f"{half}件の消去が、途中で止まっています。",
            "ワーカーが動いているか確かめてください。つづきは自動で行われます。",
            see=SEE_KEPT,
        )
    else:
        yield good("half_erased", "work", "途中で止まった消去はありません。", see=SEE_KEPT)
    overdue = overseeing.overdue_for_disposal()
    if overdue:
        yield ask(
            "retention",
            "work",
            f"保存期間の過ぎた申請が{overdue}件、廃棄の決裁を待っています。",
            "職員の画面の「保存期間と廃棄」で、その課の責任者が確かめます。",
            see=SEE_KEPT,
        )
    else:
        yield good("retention", "work", "保存期間の過ぎた申請はありません。", see=SEE_KEPT)
