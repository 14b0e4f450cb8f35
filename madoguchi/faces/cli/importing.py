"""`mado import`: what others wrote, read and told before anything is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .prepare import wake_django
from .say import say

if TYPE_CHECKING:
    from madoguchi.engines.consultation.queries import Documents

_MOST = 40  # doubts shown for one document; --json tells all
FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)


@click.group("import", short_help="read documents that others published")
def import_() -> None:
    """Read documents that were published elsewhere. Without --apply nothing is kept and no database is needed."""


@import_.command(short_help="results of public comments: opinions and answers")
@FILES
@click.option(
    "--json",
    "to",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write the whole reading to this file (- for the screen).",
)
@click.option(
    "--apply", "keep", is_flag=True, help="Keep them for review on the desk (意見 › 資料の取り込み)."
)
def opinions(files: tuple[Path, ...], to: Path | None, keep: bool) -> int:
    """Read results documents (text, CSV, Excel, Word, PDF, HTML); files of one document are put together.

    With --apply they are kept for review on the desk, each file once; people decide there what is unsure.

    Exit code 0 when every file was read, doubts or not; 2 when one was refused or holds no opinions.
    """
    wake_django()
    from madoguchi.engines.consultation.queries import read_documents

    found = read_documents([(path.name, path.read_bytes()) for path in files])
    if to is not None:
        _write(found, to)
    if to is None or str(to) != "-":
        for line in _told(found):
            say(line)
    if keep:
        for line in _kept(files):
            say(line)
    return 2 if found.refused or any(_is_unread(reading) for reading in found.readings) else 0


@import_.command(short_help="ticket history of another system, for congestion and estimates")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def tickets(file: Path) -> int:
    """Read a CSV with the columns counter, issued_at, called_at, ended_at, one line a number, and keep its sums.

    Times are the city's (2026-04-01 09:12:30), or carry their zone. Whole or not at all; the same file again changes
    nothing, and days this system counted itself stay as they are.
    """
    wake_django()
    from madoguchi.engines.queue.services import import_tickets
    from madoguchi.kernel.refs import SYSTEM

    found = import_tickets(data=file.read_bytes(), by=SYSTEM)
    say(
        f"{file.name}: 番号 {found.numbers}件、窓口 {found.lines}か所、{found.since} – {found.until}（{found.days}日）"
    )
    if found.kept_days:
        say(f"  このシステムで数えた {found.kept_days}日分（窓口ごと）は、そのまま残しました。")
    return 0


def _kept(files: tuple[Path, ...]) -> Iterator[str]:
    """Each file through the same service as an upload on the desk."""
    from madoguchi.engines.consultation.services import take_document
    from madoguchi.kernel.errors import Refusal
    from madoguchi.kernel.refs import SYSTEM

    for path in files:
        try:
            row = take_document(name=path.name, data=path.read_bytes(), by=SYSTEM)
        except Refusal as refusal:
            yield f"{path.name}: 保存しません。{refusal} ({refusal.code})"
            continue
        if row.same_as is not None:
            yield f"{path.name}: 保存しました。{row.same_as.name} と同じ資料です。"
        else:
            unsure = row.doubts.filter(state="open").count()
            yield f"{path.name}: 保存しました。たしかでないところ {unsure}か所（窓口の「意見 › 資料の取り込み」で見直します）"


def _is_unread(reading: Any) -> bool:
    """No opinions found, where the document does not say that there were none."""
    return not reading.is_read and reading.meta.opinions_printed.value != 0


def _write(found: Documents, to: Path) -> None:
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=1)
    if str(to) == "-":
        say(text)
    else:
        to.write_text(text + "\n", encoding="utf-8")


def _told(found: Documents) -> Iterator[str]:
    for reading in found.readings:
        yield from _reading(reading)
    for document in found.merged:
        for report in document.reports:
            yield from _merge(report)
    for name, refusal in found.refused:
        yield f"{name}: 読み取れません。{refusal} ({refusal.code})"


def _reading(reading: Any) -> Iterator[str]:
    meta = reading.meta
    yield f"■ {reading.name}"
    yield f"  表題: {meta.title.value or '（なし）'}"
    yield f"  体裁: {meta.layout} — {meta.layout_reason}"
    period = meta.period.value
    if period is not None:
        yield f"  期間: {period.start} – {period.end}（{period.calendar_days}日、開庁日 {period.opening_days}日）"
    printed = (meta.opinions_printed.value, meta.persons.value, meta.organisations.value)
    yield "  意見: {}件（資料の件数 {}、{}人、{}団体）".format(len(reading.opinions), *map(_or, printed))
    for check in reading.checks:
        sign = {True: "○", False: "×", None: "－"}[check.ok]
        yield f"  {sign} {check.what}: 資料 {_or(check.printed)} / 読み取り {_or(check.found)}"
    doubts = [
        f"  ? {one.line}行目 No.{one.no.value} {name}: {read.confidence:.2f} {read.reason}"
        for one in reading.opinions
        for name, read in one.unsure()
    ]
    yield from doubts[:_MOST]
    if len(doubts) > _MOST:
        yield f"  ? ほか {len(doubts) - _MOST}か所（--json で全部）"
    for problem in reading.problems:
        yield f"  ! {problem.line}行目 {problem.message}" if problem.line else f"  ! {problem.message}"
    for line, text in reading.unread:
        yield f"  … {line}行目は読み取っていません: {text[:60]}"


def _merge(report: Any) -> Iterator[str]:
    yield f"■ 同じ資料です: {report.kept} ＋ {report.other}（一致 {report.likeness:.1%}）"
    yield f"  文字の違い {len(report.differences)}か所（{report.cells}マス）"
    for one in report.differences:
        yield f"  ≠ No.{one.no} {one.field}: 「{one.kept}」／「{one.other}」（…{one.near}…）"
    yield f"  対応区分の食い違い {len(report.conflicts)}件"
    for one in report.conflicts:
        yield f"  ≠ No.{one.no}: {one.kept_printed or '（空欄）'}／{one.other_printed or '（空欄）'}"
    for name, numbers in report.missing_marks.items():
        yield f"  {name} で失われた記号 {len(numbers)}件: No.{', '.join(map(str, numbers))}"
    for name, numbers in report.only_in.items():
        if numbers:
            yield f"  {name} にだけある意見: No.{', '.join(map(str, numbers))}"


def _or(value: Any) -> str:
    return "（なし）" if value is None else str(value)
