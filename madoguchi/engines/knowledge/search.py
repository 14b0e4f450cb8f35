"""How pages are found."""

from __future__ import annotations

from collections.abc import Iterator

from madoguchi.kernel.refs import Ref
from madoguchi.kernel.search import Found, register

from . import markdown
from .models import Page


def _pages() -> Iterator[Found]:
    for page in Page.objects.all():
        yield Found(
            Ref("knowledge", "page", page.slug),
            title=page.title,
            text=f"{page.summary} {markdown.plain(page.body)}",
            language=page.language,
        )


register("page", _pages)
