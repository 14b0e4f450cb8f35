"""Plain text and CSV: encodings, lines as an editor counts them, and tables of tabs and commas."""

from __future__ import annotations

import pytest

from madoguchi.engines.consultation.reading import errors
from madoguchi.engines.consultation.reading.source import Line, Row, Source, Table
from madoguchi.engines.consultation.reading.sources import Limits, open_source

RESULTS = """意見と区の考え方について

17件（3名・1団体）

No\t意見\t区の考え方\t対応区分
全体に関すること\t\t\t
1\tＩＣＴを使えない方への配慮を①～③まで進めてほしい。\t代替手段を設けます。\t○

No\t意見\t区の考え方\t対応区分
2\t費用を比べているのか。\t\t□
以上
"""


def lines_of(source: Source) -> list[tuple[int, str]]:
    return [(one.number, one.text) for one in source.pages[0].blocks if isinstance(one, Line)]


def tables_of(source: Source) -> list[list[Row]]:
    return [list(one.rows) for page in source.pages for one in page.blocks if isinstance(one, Table)]


def test_lines_keep_the_number_an_editor_shows_and_neighbouring_tabs_are_a_table():
    source = open_source("結果.txt", RESULTS.encode())

    assert (source.kind, source.notes) == ("text", ())
    assert lines_of(source) == [
        (1, "意見と区の考え方について"), (2, ""), (3, "17件（3名・1団体）"), (4, ""), (8, ""), (11, "以上"),
    ]  # fmt: skip
    first, second = tables_of(source)
    assert [row.number for row in first] == [5, 6, 7]
    assert first[1].cells == ("全体に関すること", "", "", "")
    assert second == [
        Row(("No", "意見", "区の考え方", "対応区分"), 9),
        Row(("2", "費用を比べているのか。", "", "□"), 10),
    ]


@pytest.mark.parametrize(
    ("encoding", "called"),
    [
        ("cp932", "Shift_JIS（CP932）"),
        ("euc_jis_2004", "EUC-JP"),
        ("iso2022_jp_2004", "ISO-2022-JP"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-8-sig", ""),
    ],
)
def test_every_encoding_of_japanese_offices_gives_the_same_document(encoding, called):
    source = open_source("結果.txt", RESULTS.replace("～", "から").encode(encoding))

    assert source.pages == open_source("結果.txt", RESULTS.replace("～", "から").encode()).pages
    assert source.notes == ((f"文字コードは{called}として読みました。",) if called else ())


def test_windows_line_ends_and_form_feeds_are_taken_off_and_the_page_is_marked():
    source = open_source("a.txt", "一\r\n二\r\n\f三\r\nあ\tい\r\n\fう\tえ\r\nお\tか\r\n".encode())

    assert source.pages[0].blocks == (
        Line("一", 1),
        Line("二", 2),
        Line("三", 3, breaks=True),
        Line("あ\tい", 4),
        Line("", 5, breaks=True),
        Table((Row(("う", "え"), 5), Row(("お", "か"), 6))),
    )


def test_a_single_line_of_tabs_is_a_row_only_where_it_goes_on_with_the_table_before_it():
    source = open_source("a.txt", "あ\tい\n\n1\t2\t3\n\nx\ty\tz\nu\tv\tw\n\n4\t5\t6\n".encode())

    assert [len(rows) for rows in tables_of(source)] == [2, 1]
    assert (3, "1\t2\t3") in lines_of(source)


def test_broken_bytes_are_replaced_and_their_lines_are_named():
    content = RESULTS.encode().replace("代替".encode(), b"\xe4\xbb\xff", 1)

    source = open_source("a.txt", content)

    assert source.notes == ("文字として読めない部分があり、「\ufffd」に置き換えました（7行目）。",)
    assert tables_of(source)[1] == tables_of(open_source("a.txt", RESULTS.encode()))[1]


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe\n\0"])
def test_a_file_with_nothing_in_it_is_refused(content):
    with pytest.raises(errors.DocumentEmpty):
        open_source("a.txt", content)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), errors.DocumentKindUnknown),
        (bytes(range(256)) * 8, errors.DocumentKindUnknown),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), errors.DocumentIsOld),
        (b"PK\x03\x04 and nothing more", errors.DocumentUnreadable),
        (b"%PDF-1.7 and nothing more", errors.DocumentUnreadable),
    ],
)
def test_what_is_in_the_file_decides_and_not_its_name(content, refusal):
    with pytest.raises(errors.Refusal) as refused:
        open_source("結果.txt", content)

    assert type(refused.value) is refusal


def test_more_lines_or_bytes_than_may_be_are_refused_with_the_figure():
    with pytest.raises(errors.DocumentTooLarge, match="3行まで"):
        open_source("a.txt", b"a\nb\nc\nd\n", Limits(rows=3))
    with pytest.raises(errors.DocumentTooLarge, match="1MB"):
        open_source("a.txt", b"a" * (1024 * 1024 + 1), Limits(size=1024 * 1024))


def test_csv_of_excel_keeps_quoted_commas_and_line_breaks_and_the_line_where_a_row_begins():
    content = (
        '意見の一覧,,\r\nNo,意見,区分\r\n1,"長い, 意見で\r\n改行もある","○"\r\n\r\n2,"「""引用""」",△\r\n'
    )

    source = open_source("一覧.csv", content.encode("cp932"))

    assert source.kind == "csv"
    assert source.pages[0].blocks == (
        Line("意見の一覧", 1),
        Table((Row(("No", "意見", "区分"), 2), Row(("1", "長い, 意見で\n改行もある", "○"), 3))),
        Line("", 5),
        Table((Row(("2", '「"引用"」', "△"), 6),)),
    )


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found_and_short_rows_are_filled_up(delimiter):
    rows = [("No", "意見", "区分"), ("1", "あ、い", "○"), ("2", "う"), ("3", "え", "△")]
    content = "\n".join(delimiter.join(row) for row in rows)

    (table,) = tables_of(open_source("一覧.csv", content.encode()))

    assert [row.cells for row in table] == [*rows[:2], ("2", "う", ""), rows[3]]


def test_a_quotation_mark_that_never_ends_is_told():
    source = open_source("一覧.csv", 'No,意見\n1,"あ\n2,い\n'.encode())

    assert len(source.notes) == 1
    assert "引用符" in source.notes[0]
