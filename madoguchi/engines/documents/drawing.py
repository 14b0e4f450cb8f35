"""Drawing a letter with typst: data in, PDF out. One compiler per process, because it holds the fonts."""

from __future__ import annotations

import datetime as dt
import functools
import json
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from madoguchi.kernel import clock
from madoguchi.kernel.calendar import wareki
from madoguchi.kernel.text import normal

from .errors import LetterNotDrawn
from .glyphs import Glyphs, without_selectors
from .letter import Letter
from .report import Report, ReportTable

LAYOUTS = Path(__file__).with_name("layouts")
FONT_PACKAGES = ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold")
PDF_STANDARDS = ["ua-1"]

_one_at_a_time = threading.Lock()


def draw(letter: Letter) -> bytes:
    """The letter as PDF/UA-1: fonts embedded, text that can be read out and copied. Raises LetterNotDrawn.

    Nothing a person wrote reaches typst as source, only as JSON strings; the compiler sees the folder of
    layouts and no other. A character our fonts lack is drawn as 〓, and the letter says so at its end.
    """
    return _drawn("letter", _data(letter), letter.date, letter.template)


def draw_report(report: Report) -> bytes:
    """A paper with tables as PDF/UA-1, under the same rules as a letter. Raises LetterNotDrawn."""
    return _drawn("report", _report_data(report), report.date, "report")


def _drawn(layout: str, data: dict[str, Any], date: dt.date, name: str) -> bytes:
    said = json.dumps(data, ensure_ascii=False)
    drawable = _glyphs().drawable(said)
    if drawable != said:
        drawable = json.dumps({**json.loads(drawable), "lacks_characters": True}, ensure_ascii=False)
    try:
        return _compiled(layout, drawable, date, name)
    except typst.TypstError:
        # A variant of a kanji the font does not know: better the plain kanji than no letter.
        try:
            return _compiled(layout, without_selectors(drawable), date, name)
        except typst.TypstError as error:
            raise LetterNotDrawn(template=name) from error


def _compiled(layout: str, said: str, date: dt.date, name: str) -> bytes:
    at_midnight = dt.datetime.combine(date, dt.time(), clock.JST)
    with _one_at_a_time:
        drawn = _compiler(layout).compile(
            format="pdf",
            sys_inputs={layout: said},
            pdf_standards=PDF_STANDARDS,  # type: ignore[arg-type]
            timestamp=int(at_midnight.timestamp()),
        )
    if not isinstance(drawn, bytes):
        raise LetterNotDrawn(template=name)
    return drawn


@functools.cache
def _glyphs() -> Glyphs:
    return Glyphs(font for package in FONT_PACKAGES for font in Path(_folder(package)).glob("*.otf"))


@functools.cache
def _compiler(layout: str) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[_folder(package) for package in FONT_PACKAGES],
    )
    return typst.Compiler(str(LAYOUTS / f"{layout}.typ"), root=str(LAYOUTS), font_paths=fonts)


def _folder(package: str) -> str:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LetterNotDrawn(template=package)
    return str(spec.submodule_search_locations[0])


def _data(letter: Letter) -> dict[str, Any]:
    """What the layout reads. Control and direction characters are taken out: they could reorder what is read."""
    return {
        "title": normal(letter.title),
        "number": normal(letter.number),
        "date": wareki(letter.date),
        "year": letter.date.year,
        "month": letter.date.month,
        "day": letter.date.day,
        "to_name": normal(letter.to_name),
        "to_address": _lines(letter.to_address),
        "from_office": normal(letter.from_office),
        "from_post": normal(letter.from_post),
        "paragraphs": _all(letter.paragraphs),
        "facts": _pairs(letter.facts),
        "sections": [
            {"title": normal(section.title), "facts": _pairs(section.facts)} for section in letter.sections
        ],
        "reasons": _all(letter.reasons),
        "appeal_notice": _all(letter.appeal_notice),
        "closing": _all(letter.closing),
        "contact": _all(letter.contact),
        "legal_basis": _lines(letter.legal_basis),
        "is_sample": letter.is_sample,
        "is_practice": letter.is_practice,
        "lacks_characters": False,
    }


def _report_data(report: Report) -> dict[str, Any]:
    return {
        "title": normal(report.title),
        "date": wareki(report.date),
        "year": report.date.year,
        "month": report.date.month,
        "day": report.date.day,
        "office": normal(report.office),
        "lead": _all(report.lead),
        "closing": _all(report.closing),
        "is_sample": report.is_sample,
        "landscape": report.landscape,
        "blocks": [
            {
                "heading": normal(block.heading),
                "lines": _all(block.lines),
                "facts": _pairs(block.facts),
                "table": _table(block.table) if block.table else None,
            }
            for block in report.blocks
        ],
    }


def _table(table: ReportTable) -> dict[str, Any]:
    return {
        "columns": [
            {"title": normal(column.title), "width": column.width, "align": column.align}
            for column in table.columns
        ],
        "rows": [
            [{"text": _lines(cell.text), "rows": cell.rows, "wide": cell.wide} for cell in row]
            for row in table.rows
        ],
    }


def _all(texts: Any) -> list[str]:
    return [said for text in texts if (said := _lines(text))]


def _pairs(facts: Any) -> list[list[str]]:
    return [[_lines(label), _lines(value) or "（記入なし）"] for label, value in facts]


def _lines(text: str) -> str:
    return "\n".join(normal(line) for line in str(text).splitlines()).strip()
