"""Handing out what the vault keeps."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

from madoguchi.kernel import vault

# What a browser may show by itself. Everything else is saved, never opened in our own address.
SHOWN_INLINE = {"application/pdf", "image/jpeg", "image/png", "image/webp"}


def send_file(stored: Any) -> HttpResponse:
    """The file, readable by whom the view let in, kept by no cache and never taken for a page."""
    response = HttpResponse(vault.open_file(stored), content_type=stored.content_type)
    way = "inline" if stored.content_type in SHOWN_INLINE else "attachment"
    response.headers["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(stored.name)}"
    response.headers["Cache-Control"] = "private, no-store"
    return response
