"""2-D codes on slips and screens: an address to open on one's own telephone."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from madoguchi.kernel import links
from madoguchi.kernel.refs import Ref


@dataclass(frozen=True, slots=True)
class Code:
    """The picture, and the address in it."""

    picture: SafeString
    address: str


def ticket_code(secret: str) -> Code | None:
    """To the page of a number, by the secret on its slip; None where this installation does not show such pages."""
    path = links.href(Ref("queue", "slip", secret))
    return code(settings.PUBLIC_URL.rstrip("/") + path) if path else None


def code(address: str) -> Code:
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=4, svgclass="qr", lineclass=None, omitsize=True
    )
    return Code(mark_safe(drawn), address)  # noqa: S308  drawn by us: squares of a picture
