"""One line of the report for each thing looked at, and the report as Markdown and as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

GOOD, ASK, BAD = "○", "△", "×"
FORM = 1
# What the lines are ordered by: points of view an auditor of a municipality will know, in our own words.
AREAS = {
    "files": "ファイルと鍵 Files and keys",
    "settings": "設定 Settings",
    "database": "データベース Database",
    "record": "記録 Audit record",
    "people": "職員のアカウント Staff accounts",
    "programs": "プログラムと端末 Programs and terminals",
    "web": "Web のまもり Web",
    "work": "止まっている仕事・保存期間 Work and retention",
    "packages": "部品 Packages",
}
ABOUT = (
    "「地方公共団体における情報セキュリティポリシーに関するガイドライン」（総務省）の観点を参考に、"
    "このソフトが自分で確かめられることだけを、私たちの言葉で並べたものです。"
    "基準への適合を示すものではなく、運用・体制・建物・契約は見ていません。 "
    "Self-checks only; no claim of conformance."
)


@dataclass(frozen=True, slots=True)
class Line:
    """○ in order, △ a person should look, × not in order. `see`: the point of view it belongs to."""

    code: str
    area: str
    mark: str
    said: str
    todo: str = ""
    see: str = ""
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Something to read through rather than to judge."""

    code: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Report:
    made_at: dt.datetime
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def count(self, mark: str) -> int:
        return sum(line.mark == mark for line in self.lines)

    @property
    def is_in_order(self) -> bool:
        return not self.count(BAD)


def good(code: str, area: str, said: str, *, see: str = "", detail: Sequence[str] = ()) -> Line:
    return Line(code, area, GOOD, said, "", see, tuple(detail))


def ask(code: str, area: str, said: str, todo: str, *, see: str = "", detail: Sequence[str] = ()) -> Line:
    return Line(code, area, ASK, said, todo, see, tuple(detail))


def bad(code: str, area: str, said: str, todo: str, *, see: str = "", detail: Sequence[str] = ()) -> Line:
    return Line(code, area, BAD, said, todo, see, tuple(detail))


def as_json(report: Report) -> str:
    told = {
        "form": FORM,
        "made_at": report.made_at.isoformat(),
        "about": ABOUT,
        "in_order": report.is_in_order,
        "counts": {mark: report.count(mark) for mark in (GOOD, ASK, BAD)},
        "areas": AREAS,
        "lines": [asdict(line) for line in report.lines],
        "tables": [asdict(table) for table in report.tables],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def as_markdown(report: Report) -> str:
    return "\n".join(_markdown(report)) + "\n"


def _markdown(report: Report) -> list[str]:
    counts = "　".join(f"{mark} {report.count(mark)}" for mark in (GOOD, ASK, BAD))
    lines = [
        "# 点検の記録 mado doctor",
        "",
        f"{report.made_at:%Y-%m-%d %H:%M}（日本時間） — {counts}",
        "",
        f"{GOOD} よい in order　{ASK} 人が確かめる a person should look　{BAD} 直す not in order",
        "",
        ABOUT,
    ]
    for area, title in AREAS.items():
        lines += ["", f"## {title}", ""]
        for line in (one for one in report.lines if one.area == area):
            lines += _line(line)
    for table in report.tables:
        lines += ["", f"## {table.title}", "", _row(table.heads), _row(["---"] * len(table.heads))]
        lines += [_row(row) for row in table.rows]
    return lines


def _line(line: Line) -> list[str]:
    told = [f"- {line.mark} {_plain(line.said)}（{line.code}）"]
    if line.todo:
        told.append(f"  - すること: {_plain(line.todo)}")
    if line.see:
        told.append(f"  - 観点: {line.see}")
    return told + [f"  - {_plain(one)}" for one in line.detail]


def _row(cells: Sequence[Any]) -> str:
    return f"| {' | '.join(_plain(str(cell)).replace('|', chr(92) + '|') for cell in cells)} |"


def _plain(text: str) -> str:
    """One line of text: a name out of the database must not draw headings into the report."""
    return " ".join(text.split()).replace("<", "＜")
