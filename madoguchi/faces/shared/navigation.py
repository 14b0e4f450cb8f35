"""The rows of links at the top and the foot of the portal. What is not built is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAIN: tuple[tuple[Promise, str, tuple[str, ...]], ...] = (
    (_("手続きをさがす"), "portal:home", ()),
    (_("予約"), "portal:booking:areas", ()),
    (_("わたしの手続き"), "portal:procedures:mine", ()),
    (_("区の計画"), "portal:plan:overview", ()),
    (_("意見と、その後"), "portal:opinions:index", ()),
)
FOOTER: tuple[tuple[Promise, str, tuple[str, ...]], ...] = (
    *MAIN,
    (_("いまの待ち人数"), "portal:queue:board", ()),
    (_("借りられる機器"), "portal:records:things", ()),
    (_("相談の事例"), "portal:records:stories", ()),
    (_("会議と議事録"), "portal:councils:list", ()),
    (_("担当の係をさがす"), "portal:directory:divisions", ()),
    (_("アクセシビリティ方針"), "portal:knowledge:page", ("accessibility",)),
    (_("個人情報のあつかい"), "portal:knowledge:page", ("privacy",)),
    (_("この見本について"), "portal:knowledge:page", ("about",)),
)


@dataclass(frozen=True, slots=True)
class NavLink:
    title: Promise
    href: str
    is_current: bool


def main(request: HttpRequest) -> list[NavLink]:
    """The main row; the entry whose address begins this one is current."""
    return _links(request, MAIN)


def footer(request: HttpRequest) -> list[NavLink]:
    """The row at the foot, which is also the phone's menu."""
    return _links(request, FOOTER)


def _links(request: HttpRequest, entries: tuple[tuple[Promise, str, tuple[str, ...]], ...]) -> list[NavLink]:
    found = []
    for title, route, args in entries:
        try:
            href = reverse(route, args=args)
        except NoReverseMatch:
            continue
        is_current = request.path == href or (href != "/" and request.path.startswith(href))
        found.append(NavLink(title, href, is_current))
    return found
