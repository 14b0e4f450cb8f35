"""What a program may be let do, in words for the person who lets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing a program may be allowed. `is_for_machines`: also without a resident behind it."""

    key: str
    title: Any
    is_for_machines: bool = True


SCOPES = (
    Scope("drafts", _("手続きの下書きを書く・読む")),
    Scope("submit", _("書き終えた手続きを、あなたにかわって送る")),
    Scope("cases", _("送った手続きの経過とお知らせを見る")),
    Scope("corrections", _("「直してほしいところ」に答える"), is_for_machines=False),
    Scope("withdraw", _("送った手続きを取り下げる"), is_for_machines=False),
    Scope("bookings", _("施設や講座などの予約をする・見る・取り消す")),
    Scope("tickets", _("窓口の番号をとる")),
)
KEYS = tuple(scope.key for scope in SCOPES)
FOR_MACHINES = tuple(scope.key for scope in SCOPES if scope.is_for_machines)


def chosen(keys: Iterable[str]) -> list[Scope]:
    """The scopes of these keys, in the order in which they are told to people."""
    wanted = set(keys)
    return [scope for scope in SCOPES if scope.key in wanted]
