"""Excel, Word and web pages: tables with their merged cells, in the order they are printed, and what is not read."""

from __future__ import annotations

import datetime as dt

import docx
import pytest

from madoguchi.engines.consultation.reading import errors
from madoguchi.engines.consultation.reading.source import Line, Row, Source, Table
from madoguchi.engines.consultation.reading.sources import Limits, open_source

from . import make_documents as make


@pytest.fixture(autouse=True)
def _read_here(monkeypatch):
    make.read_in_this_process(monkeypatch)


HEADER = ("No", "意見", "区の考え方", "区分")
# What every kind gives of the same document: 第1章 reaches over the row, the answer to 1 over two rows.
MERGED = [HEADER, ("第1章", "", "", ""), ("1", "あ", "い", "△"), ("2", "う", None, "○"), ("3", "え", "", "※")]


def table_of(source: Source) -> Table:
    (table,) = (one for page in source.pages for one in page.blocks if isinstance(one, Table))
    return table


def cells_of(source: Source) -> list[tuple[str | None, ...]]:
    return [row.cells for row in table_of(source).rows]


def results_book():
    made = make.book(
        意見=[HEADER, ("第1章",), (1, "あ", "い", "△"), (2, "う", None, "○"), (3, "え", None, "※")]
    )
    made["意見"].merge_cells("A2:D2")
    made["意見"].merge_cells("C3:C4")
    return made


def results_letter():
    made = docx.Document()
    made.add_heading("意見と区の考え方")
    table = made.add_table(rows=5, cols=4)
    for row, cells in enumerate(MERGED):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell or ""
    table.cell(1, 0).merge(table.cell(1, 3)).text = "第1章"
    table.cell(2, 2).merge(table.cell(3, 2)).text = "い"
    made.add_paragraph("以上")
    return made


PAGE = """<!doctype html><html><head><meta charset="shift_jis"><title>題</title><script>"<p>いいえ</p>"</script></head>
<body><h1>意見と<br>区の考え方</h1><p>4件　（2名）<span style="display: none">隠れた名</span></p><ul><li>ア<li>イ</ul>
<table><caption>対応</caption><thead><tr><th>No<th>意見<th>区の考え方<th>区分</thead><tr><td colspan=4>第1章
<tr><td>1<td>あ<td rowspan=2>い<td>△<tr><td>2<td>う<td>○<tr><td>3<td>え<td><td>※</table>以上</body></html>"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("結果.xlsx", make.saved(results_book())),
        ("結果.docx", make.saved(results_letter())),
        ("結果.html", PAGE.encode("cp932")),
    ],
)
def test_merged_cells_are_the_same_in_every_kind_of_file(name, content):
    source = open_source(name, content)

    assert source.kind == name.rpartition(".")[2]
    assert cells_of(source) == MERGED


def test_excel_gives_numbers_and_dates_as_its_sheet_shows_them():
    forms = {
        "General": 3.0, "0.0%": 0.125, '#,##0"円"': 12345, '#,##0;"▲"#,##0': -5, '"No."000': 7, "0.0#": 2.5,
        '[$-411]ggge"年"m"月"d"日"': dt.date(2022, 12, 11), '[$-ja-JP-x-gannen]ggge"年"': dt.date(2019, 5, 1),
        "yyyy/m/d(aaa)": dt.date(2019, 5, 1), 'yyyy"年"m"月"d"日" h:mm': dt.datetime(2023, 1, 13, 17, 5),
    }  # fmt: skip
    made = make.book(数=[tuple(forms.values()), (12, 0.1 + 0.2, True)])
    for column, form in enumerate(forms, 1):
        made["数"].cell(1, column).number_format = form

    first, second = cells_of(open_source("数.xlsx", make.saved(made)))

    assert first == (
        "3", "12.5%", "12,345円", "▲5", "No.007", "2.5",
        "令和4年12月11日", "令和元年", "2019/5/1(水)", "2023年1月13日 17:05",
    )  # fmt: skip
    assert second[:3] == ("12", "0.3", "TRUE")


def test_a_date_in_a_form_that_only_japanese_excel_knows_by_number_is_a_date():
    made = make.book(日=[(44906,)])
    content = make.saved(made)
    styles = make.part_of(content, "xl/styles.xml").replace(b'<xf numFmtId="0"', b'<xf numFmtId="31"')

    source = open_source("日.xlsx", make.with_parts(content, {"xl/styles.xml": styles}))

    assert source.pages[0].blocks == (Line("2022年12月11日", 1),)


def test_excel_tells_what_is_hidden_what_has_no_value_and_leaves_hidden_sheets_out():
    made = make.book(
        意見=[HEADER, (1, "あ", "い", "△"), (2, "=1+1", "う", "○")], 集計=[("合計", 2)], 名簿=[("氏名",)]
    )
    made["意見"].row_dimensions[2].hidden = True
    made["意見"].column_dimensions["C"].hidden = True
    made["名簿"].sheet_state = "hidden"

    source = open_source("意見.xlsx", make.saved(made))

    opinions, totals = (page.blocks[0] for page in source.pages)
    assert [row.cells for row in opinions.rows] == [HEADER, ("1", "あ", "い", "△"), ("2", "", "う", "○")]
    assert (totals.name, totals.rows) == ("集計", (Row(("合計", "2"), 1),))
    assert source.notes == (
        "シート「意見」の、表示されていない行も読みました（2行目）。",
        "シート「意見」の、表示されていない列も読みました（C列）。",
        "シート「意見」に、計算結果が保存されていない式があり、空欄として読みました（B3）。",
        "表示されていないシートは読みませんでした（名簿）。",
    )


def test_a_cell_far_away_does_not_make_a_million_empty_rows():
    made = results_book()
    made["意見"]["A1048576"] = "端"

    blocks = open_source("意見.xlsx", make.saved(made)).pages[0].blocks

    assert blocks[1:] == (Line("", 6), Line("端", 1048576))


def test_a_sheet_has_headings_and_several_tables_each_as_wide_as_it_is_written():
    rows = [
        ("意見と区の考え方",),
        (),
        ("項目", "件数"),
        ("全体", 1),
        ("合計", 1),
        (),
        HEADER,
        ("第1章",),
        (1, "あ", "い", "△"),
    ]

    page = open_source("意見.xlsx", make.saved(make.book(結果=rows))).pages[0]

    assert page.blocks == (
        Line("意見と区の考え方", 1),
        Line("", 2),
        Table((Row(("項目", "件数"), 3), Row(("全体", "1"), 4), Row(("合計", "1"), 5)), "結果"),
        Line("", 6),
        Table((Row(HEADER, 7), Row(("第1章", "", "", ""), 8), Row(("1", "あ", "い", "△"), 9)), "結果"),
    )


def test_word_keeps_the_order_of_its_body_and_reads_insertions_without_deletions():
    made = results_letter()
    paragraph = made.paragraphs[-1]._p
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for kind, run in (("ins", "<w:t>です。</w:t>"), ("del", "<w:delText>でした。</w:delText>")):
        paragraph.append(docx.oxml.parse_xml(f"<w:{kind} {ns}><w:r>{run}</w:r></w:{kind}>"))

    source = open_source("結果.docx", make.saved(made))

    heading, table, end = source.pages[0].blocks
    assert (heading, end) == (Line("意見と区の考え方", 1), Line("以上です。", 7))
    assert [row.number for row in table.rows] == [2, 3, 4, 5, 6]
    assert source.notes == ("変更履歴が残っています。追加は本文として、削除は消えたものとして読みました。",)


def test_a_web_page_is_read_as_it_is_shown():
    source = open_source("結果.html", PAGE.encode("cp932"))

    lines = [one.text for one in source.pages[0].blocks if isinstance(one, Line)]
    assert lines == ["意見と", "区の考え方", "4件　（2名）", "ア", "イ", "対応", "以上"]
    assert "画面に出ない部分は読みませんでした。" in source.notes


def test_a_file_under_another_name_is_read_by_what_is_in_it():
    source = open_source("結果.csv", make.saved(results_book()))

    assert source.kind == "xlsx"
    assert source.notes == ("ファイル名は「.csv」ですが、中身はExcelなので、そのように読みました。",)


def test_macros_are_not_run_and_told():
    content = make.with_parts(make.saved(results_book()), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})

    source = open_source("結果.xlsm", content)

    assert cells_of(source) == MERGED
    assert source.notes == ("マクロが入っていましたが、動かさずに無視しました。",)


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("a.xlsx", make.saved(results_book()), "xl/worksheets/sheet1.xml"),
        ("a.docx", make.saved(results_letter()), "word/document.xml"),
    ],
)
def test_entities_in_xml_reach_no_file_and_unfold_nothing(tmp_path, name, content, part):
    (tmp_path / "secret").write_text("ひみつの鍵")
    trap = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{(tmp_path / "secret").as_uri()}"><!ENTITY a "ばくだん">'
    trap += (
        "".join(f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in zip("abcdef", "bcdefg", strict=True)) + "]>"
    )
    xml = make.part_of(content, part).decode()
    head, _mark, rest = xml.partition("?>") if xml.startswith("<?xml") else ("", "", xml)
    xml = (head + "?>" if head else "") + trap + rest.replace("え", "&s;&g;")

    try:
        read = str(open_source(name, make.with_parts(content, {part: xml.encode()})))
    except (errors.DocumentUnreadable, errors.DocumentTooHard):
        read = ""

    assert "ひみつの鍵" not in read
    assert "ばくだん" not in read


def test_an_archive_that_unfolds_without_end_is_refused_before_it_is_unfolded():
    bomb = make.with_parts(make.saved(results_book()), {"xl/media/image1.png": bytes(3 * 1024 * 1024)})
    assert len(bomb) < 30_000

    with pytest.raises(errors.DocumentTooLarge):
        open_source("a.xlsx", bomb, Limits(unfolded=2 * 1024 * 1024))


def test_more_cells_than_may_be_are_refused_with_the_figure():
    with pytest.raises(errors.DocumentTooLarge, match="10マス"):
        open_source("a.xlsx", make.saved(results_book()), Limits(cells=10))


def test_a_page_nested_too_deep_is_refused_and_not_half_read():
    with pytest.raises(errors.DocumentUnreadable):
        open_source("a.html", b"<html><body><p>a" + b"<div>" * 3000 + "意見".encode())


def test_a_damaged_package_and_an_archive_of_other_things_are_refused():
    content = make.saved(results_letter())

    with pytest.raises(errors.DocumentUnreadable):
        open_source("a.docx", make.with_parts(content, {"word/document.xml": b"<w:document"}))
    with pytest.raises(errors.DocumentKindUnknown):
        open_source("a.zip", make.with_parts(content, {}).replace(b"word/document.xml", b"word/dokument.xml"))
