"""Small things of the booking calendar: `{% load booking_desk %}`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel import clock

from ..booking import drawing

register = template.Library()


@register.filter
def in_address(value: dt.datetime) -> str:
    """20261124T0900, as an address has it."""
    return f"{clock.in_city(value):%Y%m%dT%H%M}"


MODES = {"venue": _("会場"), "online": _("オンライン"), "visit": _("訪問")}
DEEDS = {
    "booking.held": _("仮押さえ"),
    "booking.made": _("予約"),
    "booking.cancelled": _("取り消し"),
    "booking.lapsed": _("期限切れ"),
    "booking.let_go": _("仮押さえをやめた"),
    "booking.offered": _("空きの案内"),
    "booking.attended": _("来ました"),
    "booking.no_show": _("来ませんでした"),
    "booking.paid": _("お支払いを受け取った"),
    "booking.refunded": _("お返しした"),
    "booking.moved": _("変更"),
    "booking.changed": _("変更"),
    "booking.noted": _("メモ"),
    "booking.imported": _("ほかのシステムから取り込み"),
}


@register.filter
def booking_mark(mark: str) -> Any:
    """予約, 来所未確認, 仮押さえ … as the calendar says it."""
    return drawing.WORDS[mark]


@register.filter
def is_same(one: Any, other: Any) -> bool:
    """Whether both are the same row."""
    return one == other


@register.filter
def booking_mode(mode: str) -> Any:
    """会場, オンライン, 訪問"""
    return MODES.get(mode, mode)


@register.filter
def booking_deed(verb: str) -> Any:
    """What was done, in a word."""
    return DEEDS.get(verb, _("手続き"))
