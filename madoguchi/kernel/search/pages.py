"""Pages that are always there (待ち人数, 抽選): found by their name and by the words people use for them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import override

from ..links import PAGES
from ..refs import Ref
from ..text import CODES, JAPANESE
from .index import put, remove

KIND = "fixed_page"


def put_page(name: str, title: Promise, *, names: Iterable[str] = (), there: bool = True) -> None:
    """Make the page that `settings.PAGES` calls `name` findable in every language; not `there`: unfindable.

    `title` is a lazy translation, told in each language; `names` may be words of any language.
    """
    ref = Ref(PAGES, KIND, name)
    if not there:
        remove(ref)
        return
    for language in CODES:
        with override(language):
            said = str(title)
        put(
            ref,
            kind=KIND,
            title=said,
            text="",
            language=language,
            names=names if language == JAPANESE else (),
        )
