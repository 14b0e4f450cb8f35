"""Small words of the portal for keys the engines use."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHANNELS = {
    "web": _("インターネット"),
    "counter": _("窓口"),
    "post": _("郵送"),
    "phone": _("電話"),
}
KINDS = {
    "procedure": _("手続き"),
    "page": _("案内"),
    "division": _("係"),
    "plan_item": _("区の計画"),
}


def channel_name(key: str) -> Promise | str:
    """How people call a channel."""
    return CHANNELS.get(key, key)


def kind_name(key: str) -> Promise | str:
    """How a search result is announced."""
    return KINDS.get(key, "")
