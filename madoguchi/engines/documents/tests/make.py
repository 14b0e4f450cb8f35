"""Letters."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from pypdf import PdfReader

from madoguchi.engines.documents.services import Letter
from madoguchi.kernel.refs import Ref

CASE = Ref("procedures", "case", "0198c0de")
APPEAL = ("この決定に不服があるときは、3か月以内に審査請求をすることができます。",)


def a_letter(**more: Any) -> Letter:
    said = {
        "template": "nintei_tsuchi",
        "title": "児童手当 認定通知書",
        "number": "2611-0427-7",
        "date": dt.date(2026, 11, 22),
        "to_name": "𠮷田 髙﨑",
        "to_address": "〒000-0001\n架空県見本市見本町1-2-3",
        "from_office": "子育て支援課",
        "from_post": "見本市長",
        "paragraphs": ["次のとおり認定しましたので、お知らせします。"],
        "decides": "grants",
    }
    return Letter(**{**said, **more})


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """The text layer without spaces and line ends: those are the layout's."""
    return "".join("".join(page.extract_text().split()) for page in reader(pdf).pages)
