"""A result as paper, plain text and table: laid out as a Japanese ward prints it, from the one `Result`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from madoguchi.engines.documents.services import Block, Cell, Column, Report, ReportTable
from madoguchi.kernel.calendar import said_weekday, wareki

from .results import Result, Row

KINDS = {
    "newsletter": "広報紙",
    "website": "ホームページ",
    "place": "閲覧場所",
    "group": "説明した団体",
    "sns": "SNS",
    "video": "動画",
    "lending": "貸出・配布",
}
HEADER = (
    "番号",
    "項目",
    "計画の項目",
    "意見の概要",
    "考え方",
    "考え方を共にする番号",
    "対応区分",
    "対応区分の意味",
    "同じ内容の意見の数",
    "その後",
    "その後の時期",
    "その後の内容",
    "出典",
)


def as_report(result: Result, *, on: dt.date, office: str, is_sample: bool) -> Report:
    """Sections 1 to 4; merged answer cells stand as merged cells."""
    return Report(
        title=_("「%(title)s」に寄せられた意見と区の考え方について") % {"title": result.document},
        date=on,
        office=office,
        is_sample=is_sample,
        landscape=True,
        blocks=(
            Block("1　意見の受付状況", facts=tuple(_reception(result))),
            Block("2　意見の内訳", table=_counts("項目", [*result.sections, ("合計", len(result.rows))])),
            Block("3　意見に対する対応状況", table=_counts("対応区分", _categories(result))),
            Block("4　寄せられた意見と区の考え方", lines=_remarks(result), table=_opinions(result)),
        ),
        closing=(result.source,) if result.source else (),
    )


def _reception(result: Result) -> Iterator[tuple[str, str]]:
    yield "期間", f"{_dated(result.opens_on)}から{_dated(result.closes_on)}まで"
    for kind, notices in groupby(result.notices, key=lambda one: one["kind"]):
        yield KINDS.get(kind, kind), "、".join(_notice(one) for one in notices)
    persons = [f"{result.persons}名"] if result.persons or not result.organisations else []
    if result.organisations:
        persons.append(f"{result.organisations}団体")
    if result.unknown:
        persons.append(f"不明{result.unknown}")
    yield "件数", f"{len(result.rows)}件（{'・'.join(persons)}）"
    if result.channels:
        yield "方法", "、".join(f"{name}{n}" for name, n in result.channels)
    for reason, note, n in result.withheld:
        yield "公表していないもの", f"{reason}：{n}件（{note}）"


def _dated(day: dt.date) -> str:
    return f"{wareki(day)}（{said_weekday(day)}）"


def _notice(one: dict[str, str]) -> str:
    return one["text"] + (f"（{one['except']}）" if one.get("except") else "")


def _categories(result: Result) -> list[tuple[str, int]]:
    rows = [(f"{one.sign}　{one.label}", one.n) for one in result.categories]
    return [*rows, ("合計", len(result.rows))]


def _counts(name: str, rows: Sequence[tuple[str, int]]) -> ReportTable:
    return ReportTable(
        (Column(name, 5), Column("件数", 0, "right")),
        tuple((Cell(label), Cell(f"{n}件")) for label, n in rows),
    )


def _remarks(result: Result) -> tuple[str, ...]:
    remarks = []
    if any(row.is_summary for row in result.rows):
        remarks.append("意見と考え方は、当デモの要約です。原文ではありません。")
    if result.uncategorised and any(one.n for one in result.categories):
        remarks.append("1件ごとの対応区分は原資料に記載がありません。")
    return tuple(remarks)


def _opinions(result: Result) -> ReportTable:
    columns = (
        Column("No", 0, "center"),
        Column("意見項目", 2),
        Column("意見の概要", 4),
        Column("区の考え方", 4),
        Column("対応区分", 0, "center"),
    )
    rows: list[tuple[Cell, ...]] = []
    above: tuple[str, ...] = ()
    reach = _reach(result.rows)
    for place, row in enumerate(result.rows):
        for depth, heading in enumerate(row.section):
            if row.section[: depth + 1] != above[: depth + 1]:
                rows.append((Cell(heading, wide=True),))
        above = row.section
        rows.append(_row(row, reach[place]))
    return ReportTable(columns, tuple(rows))


def _reach(rows: Sequence[Row]) -> list[int]:
    """Over how many rows the answer printed at each row reaches; 0 = it stands in the cell above."""
    reach = [1] * len(rows)
    start = 0
    for place in range(1, len(rows)):
        row, first = rows[place], rows[start]
        if (
            row.answered_with is not None
            and row.answered_with == first.number
            and row.section == first.section
        ):
            reach[start] += 1
            reach[place] = 0
        else:
            start = place
    return reach


def _row(row: Row, reach: int) -> tuple[Cell, ...]:
    said = row.opinion + (f"\n（同じ内容の意見 {row.same}件）" if row.same > 1 else "")
    cells = [Cell(str(row.number or "")), Cell(row.item or "―"), Cell(said)]
    if reach == 1 and row.answered_with is not None:
        cells.append(Cell(f"No.{row.answered_with}と同じ"))
    elif reach:
        cells.append(Cell(row.answer, rows=reach))
    return (*cells, Cell(row.category or "―"))


def as_text(result: Result) -> str:
    """Plain text for reading aloud, copying and old machines: one opinion a paragraph, no table."""
    lines = [f"「{result.document}」に寄せられた意見と区の考え方", "", "1　意見の受付状況"]
    lines += [f"{label}：{value}" for label, value in _reception(result)]
    lines += ["", "2　意見の内訳"]
    lines += [f"{title}：{n}件" for title, n in result.sections]
    lines += ["", "3　意見に対する対応状況"]
    lines += [f"{label}：{n}件" for label, n in _categories(result)]
    lines += ["", "4　寄せられた意見と区の考え方", *_remarks(result)]
    above: tuple[str, ...] = ()
    for row in result.rows:
        if row.section != above:
            lines += ["", "　".join(row.section)]
            above = row.section
        answer = f"No.{row.answered_with}と同じ" if row.answered_with is not None else row.answer
        lines += ["", f"No.{row.number}　{row.item}".rstrip(), f"意見：{row.opinion}"]
        if row.same > 1:
            lines.append(f"同じ内容の意見：{row.same}件")
        lines += [f"考え方：{answer}", f"対応区分：{row.category or '記載なし'} {row.label}".rstrip()]
        if row.outcome:
            when = f"（{row.outcome_on}）" if row.outcome_on else ""
            lines.append(f"その後：{row.outcome_label}{when} {row.outcome_words}")
    if result.source:
        lines += ["", f"出典：{result.source}"]
    return "\n".join(lines) + "\n"


def as_rows(result: Result) -> Iterator[tuple[str, ...]]:
    """The table of a CSV, after `HEADER`; every row whole, so that it can be sorted."""
    for row in result.rows:
        yield (
            str(row.number or ""),
            row.item,
            " ".join(row.items),
            row.opinion,
            row.answer,
            str(row.answered_with or ""),
            row.category,
            row.label,
            str(row.same),
            row.outcome_label,
            row.outcome_on,
            row.outcome_words,
            row.outcome_source,
        )
