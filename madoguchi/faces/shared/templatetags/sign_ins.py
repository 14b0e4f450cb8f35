"""How the pages of sign-in name what proves a person."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.identity.ways_in import recovery

register = template.Library()

NAMES = {
    "passkey": _("パスキー"),
    "totp": _("認証アプリ"),
    "card": _("職員証"),
    "recovery": _("もどるための番号"),
}


@register.filter
def factor_name(kind: str) -> object:
    """What people call it."""
    return NAMES.get(kind, kind)


@register.filter
def has_card(account: object) -> bool:
    """Whether somebody of the list, with `own_factors` at hand, has a staff card that works."""
    return any(one.kind == "card" for one in getattr(account, "own_factors", ()))


@register.filter
def document_name(key: str) -> object:
    """The kind of paper a clerk saw."""
    return recovery.DOCUMENTS.get(key, key)
