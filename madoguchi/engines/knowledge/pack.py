"""packs/*/knowledge: one Markdown page per file; `x.en.md` beside `x.md` is the same page in English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from pydantic import Field

from madoguchi.kernel.packs import Change, ChangeKind, Located, PackFolder, PackPart, Shape, register
from madoguchi.kernel.refs import Actor

from . import markdown, services

FOLDER = "knowledge"


class PageHead(Shape):
    """The front matter of a page."""

    title: str = Field(min_length=1, max_length=100)
    summary: str = Field("", max_length=200, description="one line under the title and in lists")
    life: int = Field(0, ge=0, le=99, description="1, 2, …: a life event of the front page, in this order")
    life_events: list[str] = Field([], description="procedures whose catalog names one of these stand here")
    checked_on: dt.date | None = Field(None, description="when somebody last checked the facts")


@dataclass(frozen=True, slots=True)
class PageFile:
    """One page by language, as read."""

    slug: str
    versions: dict[str, Located[PageHead]]


def load(folder: PackFolder) -> list[PageFile]:
    """All pages. Reports a name that cannot be an address, links nobody may follow, and empty pages."""
    pages = []
    for path, versions in folder.markdown_files(FOLDER, PageHead):
        slug = PurePosixPath(path).name.removesuffix(".md")
        if not slug.replace("-", "").isalnum() or not slug.isascii():
            message = _("ファイル名はページの住所になるので、英小文字、数字、- で付けます。")
            folder.problem(path, 0, "", message)
        for page in versions.values():
            if not page.text.strip():
                page.problem("", _("本文がありません。"))
            for link in markdown.refused_links(page.text):
                page.problem("", _("このリンク先は使えません：%s") % link)
        pages.append(PageFile(slug, versions))
    return pages


def apply(made: list[PageFile], by: Actor) -> Iterable[Change]:
    """Make the rows what the files say."""
    for file in made:
        head = file.versions["ja"].value
        for language, page in file.versions.items():
            kept = services.keep_page(
                slug=file.slug,
                language=language,
                title=page.value.title,
                summary=page.value.summary,
                body=page.text,
                # Where a page stands is said once, in the Japanese file.
                life=head.life,
                life_events=head.life_events,
                checked_on=head.checked_on,
                by=by,
            )
            if kept is not None:
                yield Change(FOLDER, kept, f"{page.value.title} ({language})")
    there = {(file.slug, language) for file in made for language in file.versions}
    for title in services.drop_pages_except(there, by=by):
        yield Change(FOLDER, ChangeKind.REMOVED, title)


register(
    PackPart(
        folder=FOLDER,
        order=11,
        load=load,
        apply=lambda made, by: list(apply(made, by)),
        models=(PageHead,),
    )
)
