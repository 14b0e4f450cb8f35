"""Packs carry no way to reach the real ward: its telephone, FAX and mail are citations, never contacts."""

from __future__ import annotations

import re

import pytest

from .reading import PACKS

FILES = sorted(path for path in PACKS.rglob("*") if path.suffix in {".yaml", ".csv", ".md"})
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\d.-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])")
DATE = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKS)))
def test_a_pack_file_holds_no_real_contact(path):
    text = DATE.sub("", path.read_text(encoding="utf-8"))
    assert [mail for mail in MAIL.findall(text) if not mail.endswith("@mihon.invalid")] == []
    assert [phone for phone in PHONE.findall(text) if not phone.startswith("00-0000-")] == []
    assert "nerima.tokyo" not in text.replace("https://www.city.nerima.tokyo.jp/", "")
