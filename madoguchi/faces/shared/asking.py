"""A request as our views see it, after the middleware has added who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from madoguchi.kernel.refs import Actor

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class Asked(HttpRequest):
    """For annotations only: nothing is ever made of this class."""

    actor: Actor
    account: Any  # identity's Account, or None
    party: Any  # identity's Party, or None
    htmx: HtmxDetails
    LANGUAGE_CODE: str
    terminal: Any  # access's Terminal, on a screen at a counter
