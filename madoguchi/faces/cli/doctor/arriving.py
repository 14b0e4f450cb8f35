"""The mailbox and the FAX folder opinions come to: when each was last looked into with success, and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from madoguchi.engines.consultation.queries.desk import arrivals
from madoguchi.kernel import clock

from .files import is_open
from .report import Line, ask, bad, good

AREA, SEE = "work", "業務の継続"
HOURS = 1


def check() -> Iterator[Line]:
    """A line for each that is set up, and one for what waits to be sorted."""
    rows = {row.name: row for row in arrivals.rounds()}
    for name, is_set, called in (
        ("mail", bool(settings.MAIL_IN["host"]), "意見のメールボックス"),
        ("fax", bool(settings.FAX_FOLDER), "意見のファクスのフォルダー"),
    ):
        if is_set:
            yield _line(name, called, rows.get(name))
    password = Path(settings.MAIL_IN["password_file"])
    if settings.MAIL_IN["host"] and password.exists() and is_open(password, most=0o600):
        yield bad(
            "mail_in_password",
            AREA,
            "メールボックスのパスワードのファイルを、ほかの人も読めます。",
            f"chmod 600 {password}",
            see=SEE,
        )
    waiting = arrivals.waiting()
    if waiting:
        yield ask(
            "to_sort",
            AREA,
            f"どの募集あてか分からないメールやファクスが{waiting}通、仕分けを待っています。",
            "職員の画面の「意見」から「仕分け待ち」を開きます。",
            see=SEE,
        )


def _line(name: str, called: str, row: Any) -> Line:
    code = f"{name}_in"
    todo = "ワーカーが動いているか、設定（docs/operations.md）が合っているか確かめてください。"
    if row is None:
        return bad(code, AREA, f"{called}を、まだ一度も見ていません。", todo, see=SEE)
    last = row.succeeded_at
    said = f"{last.astimezone(clock.JST):%Y-%m-%d %H:%M}" if last else "まだありません"
    if not arrivals.is_since(row, HOURS):
        why = row.failed_with or "理由は分かりません"
        return bad(
            code, AREA, f"{called}を読めていません（{why}）。最後に読めたとき：{said}。", todo, see=SEE
        )
    left = row.left
    if left:
        return ask(code, AREA, f"{called}に{left}通残っています。最後に読めたとき：{said}。", todo, see=SEE)
    return good(code, AREA, f"{called}を読めています。最後に読めたとき：{said}。", see=SEE)
