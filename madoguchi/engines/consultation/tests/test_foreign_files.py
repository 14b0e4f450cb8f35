"""The same kind of document as CSV, Excel, HTML and PDF; two readings put together; many opinions; damaged files."""

from __future__ import annotations

import random
import time
import unicodedata

import openpyxl
import pytest

from madoguchi.engines.consultation.queries import read_documents
from madoguchi.engines.consultation.reading import Reading, read
from madoguchi.engines.consultation.reading.flow import flow
from madoguchi.engines.consultation.reading.sources import open_source
from madoguchi.kernel.errors import Refusal

from . import make_documents as make
from .foreign import DOCUMENTS, Foreign
from .seeds import NAMES, needs_seeds, seed

TITLE = "例野市防災計画（案）への意見と市の考え方"
PERIOD = "募集期間：令和６年６月３日（月）から令和６年７月２日（火）まで"
ROWS = [
    ["番号", "章", "意見の概要", "市の考え方", "区分"],
    [1, "第1章", "避難所に段ボールの寝台を置いてほしい。", "備蓄に加えます。", "Ａ"],
    [2, None, "ペットと避難したい。", "同行避難の場所を示します。", "Ａ"],
    [3, "第2章", "防災無線が聞こえない。", "戸別の受信機を貸し出しています。", "Ｂ"],
    [4, None, "窓を閉めると何も聞こえない。", None, "Ｂ"],
    [5, None, "訓練を夜にも行うべき。", "検討します。", "Ｃ"],
]
TOLD = [
    (1, "避難所に段ボールの寝台を置いてほしい。", "備蓄に加えます。", None, "A", "第1章"),
    (2, "ペットと避難したい。", "同行避難の場所を示します。", None, "A", "第1章"),
    (3, "防災無線が聞こえない。", "戸別の受信機を貸し出しています。", None, "B", "第2章"),
    (4, "窓を閉めると何も聞こえない。", "戸別の受信機を貸し出しています。", 3, "B", "第2章"),
    (5, "訓練を夜にも行うべき。", "検討します。", None, "C", "第2章"),
]


def told(reading: Reading) -> list[tuple[object, ...]]:
    return [
        (
            one.no.value,
            one.opinion.value,
            one.answer.value,
            one.answer_shared_from.value,
            one.category.value,
            one.item.value,
        )
        for one in reading.opinions
    ]


def as_excel() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for cells in [[TITLE], [PERIOD], [], *ROWS, [], ["Ａ：反映する"], ["Ｂ：実施済み"], ["Ｃ：検討する"]]:
        sheet.append(cells)
    for merged in ("B5:B6", "B7:B9", "D7:D8"):
        sheet.merge_cells(merged)
    return make.saved(book)


def as_csv() -> bytes:
    lines = [",".join("" if cell is None else str(cell) for cell in cells) for cells in ROWS]
    return "\r\n".join(lines).encode("cp932")


def as_html() -> bytes:
    spans = {(1, 1): 2, (3, 1): 3, (3, 3): 2}
    rows = "".join(
        "<tr>" + "".join(
            f"<td rowspan='{spans.get((at, column), 1)}'>{cell}</td>" for column, cell in enumerate(cells) if cell is not None
        ) + "</tr>"
        for at, cells in enumerate(ROWS)
    )  # fmt: skip
    return f"<html><body><h1>{TITLE}</h1><p>{PERIOD}</p><table>{rows}</table></body></html>".encode()


def as_pdf() -> bytes:
    spans = {(1, 1): 2, (3, 1): 3, (3, 3): 2}
    cells = ",".join(
        f"table.cell(rowspan: {spans.get((at, column), 1)})[{cell}]"
        for at, row in enumerate(ROWS)
        for column, cell in enumerate(row)
        if cell is not None
    )
    return make.pdf(f"{TITLE}\n\n{PERIOD}\n\n#table(columns: (1.2cm, 2cm, 1fr, 1fr, 1.6cm), {cells})")


@pytest.mark.parametrize(
    ("name", "data"), [("結果.xlsx", as_excel()), ("結果.html", as_html()), ("結果.pdf", as_pdf())]
)
def test_read_gives_the_same_from_excel_html_and_pdf_with_merged_cells(name: str, data: bytes):
    reading = read(name, data)

    assert told(reading) == TOLD
    assert reading.meta.title.value == TITLE
    assert str(reading.meta.period.value.start) == "2024-06-03"
    assert [check for check in reading.checks if check.ok is False] == []
    assert reading.unread == ([(1, "意見と区の考え方")] if name.endswith("pdf") else [])  # its running head


def test_read_of_a_csv_says_that_it_took_empty_cells_for_those_above():
    reading = read("結果.csv", as_csv())

    assert told(reading) == TOLD
    assert [(one.no.value, [name for name, _read in one.unsure()]) for one in reading.opinions if any(one.unsure())] == [
        (2, ["item"]), (4, ["item"]), (5, ["item"]),
    ]  # fmt: skip


def test_two_files_of_one_foreign_document_are_put_together():
    lost = as_csv().decode("cp932").replace("Ａ", "").replace("検討します。", "検討いたします。")

    found = read_documents([("結果.csv", lost.encode()), ("結果.xlsx", as_excel())])

    [document] = found.documents
    [report] = document.reports
    assert (report.kept, report.other) == ("結果.xlsx", "結果.csv")
    assert [(one.no, one.field, one.kept, one.other) for one in report.differences] == [
        (5, "answer", "", "いた")
    ]
    assert report.missing_marks == {"結果.csv": [1, 2]}
    assert report.conflicts == []


def test_two_different_documents_stay_two():
    other = as_csv().decode("cp932").replace("避難", "通学").replace("防災", "給食").replace("。", "です。")

    found = read_documents([("一.csv", as_csv()), ("二.csv", other.encode())])

    assert len(found.documents) == 2
    assert found.merged == []


def many(count: int) -> bytes:
    parts = [f"第{part}章 取組その{part}" for part in range(1, 21)]
    lines = [
        "例野市総合計画（案）に対する意見と市の考え方",
        "",
        f"意見の件数 {count}件",
        "",
        "番号\t意見の概要\t市の考え方\t区分",
    ]
    for number in range(1, count + 1):
        if number % (count // 20) == 1:
            lines.append(f"{parts[number // (count // 20)]}\t\t\t")
        answer = "" if number % 7 == 3 else f"{number}番の件について、調べたうえで、順に進めていきます。"
        lines.append(
            f"{number}\t道路の{number}番の区間を広げてほしい。人が歩くには狭い。\t{answer}\t{'ABC'[number % 3]}"
        )
        if number % 40 == 0:
            lines += ["", "番号\t意見の概要\t市の考え方\t区分"]
    return "\n".join(lines).encode()


@pytest.mark.slow  # ten thousand opinions: the time is what is asked
def test_read_takes_time_in_proportion_to_the_number_of_opinions():
    began = time.process_time()
    small = read("千.txt", many(1_000))
    for_small = time.process_time() - began
    began = time.process_time()
    large = read("万.txt", many(10_000))
    for_large = time.process_time() - began

    assert (len(small.opinions), len(large.opinions)) == (1_000, 10_000)
    assert [check for check in large.checks if check.ok is False] == []
    assert for_large < 30 * max(for_small, 0.1)


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def sentences_lost(data: bytes) -> list[tuple[int, str]]:
    """Sentences of the file that stand nowhere in its reading: neither read, nor named as unread or as a problem."""
    reading = read("資料.txt", data)
    told = [problem.message for problem in reading.problems] + [text for _line, text in reading.unread]
    told += [
        reading.meta.title.value or "",
        *reading.meta.announced,
        *(entry.label for entry in reading.meta.legend),
    ]
    for one in reading.opinions:
        told += [
            one.opinion.value,
            one.answer.value,
            one.item.value or "",
            *one.section_path.value,
            *one.other.values(),
        ]
    everything = squeezed("\n".join(told))
    return [
        (bit.number, sentence)
        for bit in flow(open_source("資料.txt", data))
        for cell in (bit.cells or (bit.text,))
        if cell and "。" in cell
        for sentence in cell.split("。")
        if len(squeezed(sentence)) > 11 and squeezed(sentence) not in everything
    ]


@needs_seeds
@pytest.mark.slow  # a hundred damaged documents
@pytest.mark.parametrize("name", NAMES)
def test_read_of_a_damaged_document_loses_no_sentence_without_saying_so(name: str):
    """Lines taken out, doubled, cut, swapped: what is left ends up in the reading, or is named as unread."""
    lines = seed(name).read_text(encoding="utf-8").split("\n")
    rng = random.Random(name)

    for _time in range(25):
        assert sentences_lost(_mutated(rng, lines).encode(errors="replace")) == []


@pytest.mark.parametrize("asked", DOCUMENTS, ids=lambda asked: asked.name)
def test_read_of_a_damaged_foreign_document_never_breaks_down(asked: Foreign):
    lines = asked.data.decode().split("\n")
    rng = random.Random(asked.name)

    for _time in range(8):
        try:
            reading = read("資料.txt", _mutated(rng, lines).encode(errors="replace"))
        except Refusal:
            continue  # nothing was left of it
        assert reading.is_read or reading.problems


@needs_seeds
@pytest.mark.parametrize("name", NAMES)
def test_read_tells_by_totals_that_a_row_is_gone(name: str):
    lines = seed(name).read_text(encoding="utf-8").split("\n")
    rows = [one.line for one in read(name, "\n".join(lines).encode()).opinions]

    for at in random.Random(name).sample(rows, 5):
        reading = read(name, "\n".join([*lines[: at - 1], *lines[at:]]).encode())
        assert any(check.ok is False for check in reading.checks)


def _mutated(rng: random.Random, lines: list[str]) -> str:
    lines = list(lines)
    for _change in range(rng.randint(1, 12)):
        at = rng.randrange(len(lines))
        match rng.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[rng.randrange(len(lines))])
            case 2:
                lines[at] = lines[at][: rng.randint(0, len(lines[at]))]
            case 3:
                lines[at] = lines[at].replace("\t", " ")
            case 4:
                lines[at] += rng.choice(["\f", "\0", "\t", "<p>", "①", "\u200b", "３", "※", "合計", "\ud7ff"])
            case _:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
        if not lines:
            lines = [""]
    return "\n".join(lines)
