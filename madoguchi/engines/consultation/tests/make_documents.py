"""Files as offices bring them, made by the programs' own libraries. What stands in them is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
import typst
from noto_cjk_sans_jp_regular import FONT_PATH
from PIL import Image

from madoguchi.engines.consultation.reading.sources import inside
from madoguchi.kernel import vault
from madoguchi.kernel.vault import apart

HEAD = """
#set page(paper: "a4", margin: 2cm, numbering: "1 / 1", header: text(8pt)[意見と区の考え方])
#set text(font: "Noto Sans CJK JP", size: 10pt, lang: "ja")
"""
COLUMNS = "columns: (1.2cm, 1fr, 1fr, 1.6cm)"
HEADER = "table.header([No], [意見の概要], [区の考え方], [対応\\ 区分]),"


def pdf(body: str) -> bytes:
    made = typst.compile((HEAD + body).encode(), font_paths=[str(FONT_PATH.parent)], ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def pdf_of_pictures() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 300), "white").save(out, "PDF")
    return out.getvalue()


def locked(content: bytes, password: str) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(content))
    writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def book(**sheets: Sequence[Sequence[object]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return made


def saved(made: openpyxl.Workbook | docx.document.Document) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same package, with these parts put in place of its own or beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name)


def read_in_this_process(
    monkeypatch: pytest.MonkeyPatch, *, faults: type[Exception] | tuple[()] = ()
) -> None:
    """For tests of what is read: without a child, whose libraries take half a second to wake for each file.

    The child calls a file unreadable whatever a library raises; here only `faults` are, and others are seen.
    """

    def here(_reader: str, content: bytes, *, seconds: int, memory: int, **asked: Any) -> apart.Answer:
        try:
            said, told = inside.answer(content, **asked)
        except faults:
            return apart.Answer("unreadable")
        return apart.Answer(**said, drawn=told)

    monkeypatch.setattr(vault, "read_apart", here)
