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
    "fixed_page": _("案内"),
    "booking_area": _("予約"),
    "division": _("係"),
    "plan_item": _("区の計画"),
    "call": _("意見の募集"),
    "opinion": _("意見と、その後"),
}
# What somebody did in another's name, as that one reads it. Anything else is told as "did something".
DEEDS = {
    "mandate.offered": _("代理をたのみました"),
    "mandate.accepted": _("代理を引き受けました"),
    "mandate.acting_begun": _("あなたの手続きをひらきました"),
    "draft.begun": _("書きはじめました"),
    "kept.used": _("登録されている内容を使いました"),
    "case.received": _("出しました"),
    "case.moved": _("手続きを先へ進めました"),
    "case.correction_answered": _("直してほしいところに答えました"),
    "case.signature_asked": _("署名のお願いを作りました"),
}


def deed_name(verb: str) -> Promise | str:
    """What was done, in plain words."""
    return DEEDS.get(verb, _("手続きをあつかいました"))


def channel_name(key: str) -> Promise | str:
    """How people call a channel."""
    return CHANNELS.get(key, key)


def kind_name(key: str) -> Promise | str:
    """How a search result is announced."""
    return KINDS.get(key, "")
