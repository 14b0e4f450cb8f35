"""Markdown as pages may use it: headings, lists, links, tables, emphasis. No HTML, no pictures, no scripts."""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt

# Our own addresses, the web, mail and telephone. Everything else (javascript:, data:, //host) stays plain text.
_LINK = re.compile(r"^(/(?!/)|#|https?://|mailto:|tel:)", re.IGNORECASE)

_WRITTEN_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")


class _Restricted(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 (the name markdown-it calls)
        return bool(_LINK.match(url.strip()))


def _reader() -> MarkdownIt:
    reader = _Restricted("commonmark", {"html": False, "linkify": False, "typographer": False})
    return reader.enable("table").disable(["image", "html_block", "html_inline"])


@lru_cache(maxsize=256)
def render(body: str) -> str:
    """Safe HTML of a page's body."""
    return str(_reader().render(body))


@lru_cache(maxsize=256)
def plain(body: str) -> str:
    """The words alone, for the search index."""
    blocks = (
        "".join(
            " " if child.type in {"softbreak", "hardbreak"} else child.content
            for child in token.children or ()
        )
        for token in _reader().parse(body)
    )
    return " ".join(words for words in blocks if words)


def refused_links(body: str) -> list[str]:
    """Links that were written and will not be one, so that a pack's writer hears of it."""
    return [url for url in _WRITTEN_LINK.findall(body) if not _LINK.match(url.strip())]
