"""PDFs: ruled tables with merged cells and broken rows, lines with their place, two columns, and what cannot be read."""

from __future__ import annotations

import pytest

from madoguchi.engines.consultation.reading import errors
from madoguchi.engines.consultation.reading.source import Line, Source, Table
from madoguchi.engines.consultation.reading.sources import Limits, open_source

from . import make_documents as make

ANSWER = "現在、地区区民館をはじめとする区立施設に、無線LANを設置しています。"
RESULTS = f"""
= 情報化基本計画（素案）に寄せられた意見と区の考え方
意見件数 4件（2名）
#table({make.COLUMNS}, {make.HEADER}
  table.cell(colspan: 4)[第4章 取組項目],
  [1], [どこの区立施設に公衆無線LANがあるのか分かるように、表示してほしい。],
  table.cell(rowspan: 2)[{ANSWER}

  今後、公開します。], [△],
  [2], [区独自のものを整備してほしい。], [○],
  [3], [答えのない意見], [], [※],
)
以上
"""


@pytest.fixture(autouse=True)
def _read_here(monkeypatch):
    make.read_in_this_process(monkeypatch)


def tables_of(source: Source) -> list[list[tuple[str | None, ...]]]:
    return [
        [row.cells for row in one.rows]
        for page in source.pages
        for one in page.blocks
        if isinstance(one, Table)
    ]


def texts_of(source: Source, page: int = 0) -> list[str]:
    return [one.text for one in source.pages[page].blocks if isinstance(one, Line)]


def test_a_ruled_table_keeps_merged_cells_and_joins_wrapped_lines_but_not_paragraphs():
    source = open_source("結果.pdf", make.pdf(RESULTS))

    assert (source.kind, source.notes) == ("pdf", ())
    assert tables_of(source) == [
        [
            ("No", "意見の概要", "区の考え方", "対応区分"),
            ("第4章 取組項目", "", "", ""),
            (
                "1",
                "どこの区立施設に公衆無線LANがあるのか分かるように、表示してほしい。",
                f"{ANSWER}\n今後、公開します。",
                "△",
            ),
            ("2", "区独自のものを整備してほしい。", None, "○"),
            ("3", "答えのない意見", "", "※"),
        ]
    ]


def test_lines_stand_round_the_table_in_order_with_their_place_and_size():
    page = open_source("結果.pdf", make.pdf(RESULTS)).pages[0]

    lines = [one for one in page.blocks if isinstance(one, Line)]
    assert [(one.number, one.text, one.size, one.breaks) for one in lines] == [
        (1, "意見と区の考え方", 8.0, True),
        (2, "情報化基本計画（素案）に寄せられた意見と区の考え方", 14.0, False),
        (3, "意見件数 4件（2名）", 10.0, False),
        (9, "以上", 10.0, False),
        (10, "1 / 1", 10.0, False),
    ]
    assert [type(one) for one in page.blocks] == [Line, Line, Line, Table, Line, Line]
    assert lines[1].x == lines[2].x
    assert lines[0].y is not None and lines[0].y < 0.06
    assert lines[-1].y is not None and lines[-1].y > 0.94


def test_a_table_over_pages_repeats_its_header_and_a_broken_row_goes_on_as_it_is_printed():
    long = "長い意見がここに続きます。" * 110
    rows = f"[1], [{long}], [{long}], [△], [2], [短い意見], [短い答え], [○],"

    source = open_source("結果.pdf", make.pdf(f"#table({make.COLUMNS}, {make.HEADER} {rows})"))

    first, second = tables_of(source)
    assert first[0] == second[0] == ("No", "意見の概要", "区の考え方", "対応区分")
    assert (first[1][0], first[1][3], second[1][0], second[1][3]) == ("1", "△", "", "")
    assert (first[1][1] or "") + (second[1][1] or "") == long
    assert second[2] == ("2", "短い意見", "短い答え", "○")
    assert [texts_of(source, page)[-1] for page in (0, 1)] == ["1 / 2", "2 / 2"]


def test_a_table_ruled_without_its_outer_sides_keeps_its_first_and_last_column():
    sides = "stroke: (x, y) => (left: if x > 0 {0.5pt}, top: 0.5pt, bottom: 0.5pt),"
    body = f"#table({make.COLUMNS}, {sides} {make.HEADER} [1], [あ], [い], [△]) = つぎの題 #table(columns: 2, [a], [b])"

    assert tables_of(open_source("結果.pdf", make.pdf(body))) == [
        [("No", "意見の概要", "区の考え方", "対応区分"), ("1", "あ", "い", "△")],
        [("a", "b")],
    ]


def test_two_columns_of_text_are_read_one_after_the_other():
    body = f"#columns(2)[{'左の段の文章がここに続きます。' * 12} #colbreak() {'右の段の文章もここに続きます。' * 12}]"

    texts = texts_of(open_source("便り.pdf", make.pdf("= 区報の題\n" + body)))

    assert texts[:2] == ["意見と区の考え方", "区報の題"]
    assert (
        "".join(texts[2:-1]) == "左の段の文章がここに続きます。" * 12 + "右の段の文章もここに続きます。" * 12
    )


def test_a_list_in_two_columns_is_read_line_by_line():
    rows = "".join(f"[・団体その{n}], [・会その{n}]," for n in range(8))

    texts = texts_of(open_source("便り.pdf", make.pdf(f"#table(columns: (1fr, 1fr), stroke: none, {rows})")))

    assert texts[1:-1] == [f"・団体その{n}  ・会その{n}" for n in range(8)]


def test_a_frame_round_a_heading_is_no_table():
    source = open_source("便り.pdf", make.pdf("#rect[お知らせ]\n本文です。"))

    assert tables_of(source) == []
    assert texts_of(source)[1:3] == ["お知らせ", "本文です。"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (make.locked(make.pdf(RESULTS), "himitsu"), errors.DocumentLocked),
        (make.pdf_of_pictures(), errors.DocumentHasNoText),
        (make.pdf(RESULTS)[:3000], errors.DocumentUnreadable),
    ],
)
def test_locked_scanned_and_damaged_pdfs_are_refused_each_in_its_own_words(content, refusal):
    with pytest.raises(errors.Refusal) as refused:
        open_source("結果.pdf", content)

    assert type(refused.value) is refusal


def test_a_pdf_that_only_forbids_changes_is_read():
    content = make.locked(make.pdf(RESULTS), "")

    assert tables_of(open_source("結果.pdf", content)) == tables_of(
        open_source("結果.pdf", make.pdf(RESULTS))
    )


def test_pages_without_text_among_others_are_told_and_too_many_pages_are_refused():
    content = make.pdf("一 #pagebreak() #page(header: none, numbering: none)[] 三")

    assert open_source("a.pdf", content).notes == (
        "文字のないページがあります（2ページ）。画像の文字は読めません。",
    )
    with pytest.raises(errors.DocumentTooLarge, match="2ページまで"):
        open_source("a.pdf", content, Limits(pages=2))
