"""The last copy of `mado backup`: how old, and whether it could be read. Other ways of copying leave no trace here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from madoguchi.kernel import clock

from ..backup import making, record
from .report import Line, ask, bad, good

CODE, AREA, SEE = "backups", "settings", "業務の継続"
OLD = dt.timedelta(days=2)
ELSE = "置き場所、鍵の写し、戻す訓練の記録は、人が確かめてください。"


def check() -> Iterator[Line]:
    """One line, never a guess: what was not made by `mado backup` is not known here."""
    last = record.read()
    if last is None:
        yield ask(
            CODE,
            AREA,
            "写し（バックアップ）の記録がありません。ほかのやり方の写しは、このソフトからは分かりません。",
            f"./mado backup DIR をタイマーで動かすか、ほかのやり方の写しの日付を確かめてください。{ELSE}",
            see=SEE,
        )
        return
    age = clock.now() - last.made
    said = f"最後の写しは{max(age.days, 0)}日前です（{last.made.astimezone(clock.JST):%Y-%m-%d %H:%M}、{last.place}）。"
    if not last.is_whole or _is_changed(last):
        yield bad(
            CODE, AREA, f"{said}読めないところがあります。", f"./mado backup check {last.place}", see=SEE
        )
    elif age > OLD:
        yield ask(CODE, AREA, said, f"./mado backup DIR を毎日動かしてください。{ELSE}", see=SEE)
    elif not Path(last.place).is_dir():
        yield ask(CODE, AREA, f"{said}置き場所は、いまは見えません。", ELSE, see=SEE)
    else:
        yield good(CODE, AREA, f"{said}とったときに、全部読めました。", see=SEE, detail=[ELSE])


def _is_changed(last: record.Last) -> bool:
    """Whether the place is there and holds no longer that copy. The rest of it is read by `mado backup check`."""
    try:
        return making.digest(Path(last.place) / making.MANIFEST) != last.manifest
    except OSError:
        return Path(last.place).is_dir()
