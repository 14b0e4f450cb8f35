"""One results document, brought as six kinds of file, is read as the same opinions."""

from __future__ import annotations

import csv
import html
import io

import docx
import pytest

from madoguchi.engines.consultation.reading.reading import read

from . import make_documents as make

TITLE = ("情報化基本計画（素案）に寄せられた意見と区の考え方", "", "意見件数 4件（2名）", "")
HEADER = ("No", "意見の概要", "区の考え方", "対応区分")
ROWS = [
    (
        "1",
        "どこの施設に公衆無線LANがあるのか、分かるように表示してほしい。",
        "施設の入口に表示していきます。",
        "△",
    ),
    ("2", "区独自の公衆無線LANを整備してほしい。", "令和6年度から順に整備します。", "◎"),
    ("3", "費用を比べているのか知りたい。", "導入の前に、効果と経費を比べています。", "□"),
    ("4", "わかりやすい計画だと感じた。", "引き続き、わかりやすい情報発信に努めます。", "－"),
]
TABLE = [HEADER, *ROWS]


def as_text() -> bytes:
    return "\n".join([*TITLE, *("\t".join(row) for row in TABLE)]).encode("cp932")


def as_csv() -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([*([line] for line in TITLE), *TABLE])
    return out.getvalue().encode("utf-8-sig")


def as_excel() -> bytes:
    return make.saved(make.book(結果=[*((line,) for line in TITLE), *TABLE]))


def as_word() -> bytes:
    made = docx.Document()
    for line in TITLE:
        made.add_paragraph(line)
    table = made.add_table(rows=len(TABLE), cols=len(HEADER))
    for row, cells in zip(table.rows, TABLE, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return make.saved(made)


def as_page() -> bytes:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in TITLE)
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in TABLE)
    return f"<!doctype html><body>{lines}<table>{rows}</table>".encode()


def as_pdf() -> bytes:
    lines = "\n\n".join(TITLE)
    rows = "".join(f"[{cell}]," for row in ROWS for cell in row)
    # The last opinions stand on a second page, under the same running head and the same headings.
    return make.pdf(f"{lines}\n#v(20cm)\n#table({make.COLUMNS}, {make.HEADER} {rows})")


@pytest.fixture(autouse=True)
def _read_here(monkeypatch):
    make.read_in_this_process(monkeypatch)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.txt", as_text),
        ("a.csv", as_csv),
        ("a.xlsx", as_excel),
        ("a.docx", as_word),
        ("a.html", as_page),
        ("a.pdf", as_pdf),
    ],
)
def test_the_same_results_are_read_from_every_kind_of_file(name, made):
    reading = read(name, made())

    assert [
        (one.no_printed, one.opinion.value, one.answer.value, one.category.value) for one in reading.opinions
    ] == ROWS
    assert [one.section_path.value for one in reading.opinions] == [()] * 4
    assert reading.unread == []
