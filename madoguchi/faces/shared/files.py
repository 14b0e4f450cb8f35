"""Handing out what the vault keeps."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

from madoguchi.kernel import vault

# What a browser may show by itself. Everything else is saved, never opened in our own address.
# Of an uploaded PDF that is never the file itself but its drawn pages, and pictures were drawn anew too.
SHOWN_INLINE = {"application/pdf", "image/jpeg", "image/png"}
# It may fetch, run and submit nothing, and stands in no frame.
ALONE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# In a sandbox Chrome and Safari show no PDF at all, and Chrome's viewer styles itself inline.
VIEWED = {"application/pdf": f"{ALONE}; style-src 'unsafe-inline'"}


def send_file(stored: Any) -> HttpResponse:
    """The file, readable by whom the view let in, kept by no cache and never taken for a page."""
    return send_content(vault.open_file(stored), stored.content_type, stored.name)


def send_content(content: bytes, content_type: str, name: str) -> HttpResponse:
    """The same for what is kept nowhere: a paper drawn only to be looked at."""
    response = HttpResponse(content, content_type=content_type)
    way = "inline" if content_type in SHOWN_INLINE else "attachment"
    response.headers["Content-Disposition"] = (
        f"{way}; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = VIEWED.get(content_type, f"{ALONE}; sandbox")
    return response
