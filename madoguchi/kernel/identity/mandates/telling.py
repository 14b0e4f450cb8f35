"""Mails about a mandate, to those it ties together. No name, procedure or code stands in one: who signs in reads those."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ... import links
from ..models import Account, Kind, Party
from ..ways_in import contacts
from . import queries
from .models import Mandate

_OFFERED = gettext_lazy("あなたの手続きの代理をたのむコードが作られました。")
_ACCEPTED = gettext_lazy("あなたがたのんだ代理が、引き受けられました。")
_CONFIRMED = gettext_lazy("窓口で届けられた代理が、確認されました。")
_ENDED = gettext_lazy("代理が1つ終わりました。")


def offered(row: Mandate) -> None:
    """Nobody else is known yet: the one in whose name it is, in case it was not them."""
    _tell(row.principal, _OFFERED)


def accepted(row: Mandate) -> None:
    _tell(row.principal, _ACCEPTED)


def confirmed(row: Mandate) -> None:
    """Whom the desk wrote down, on both sides."""
    for party in _told(row):
        _tell(party, _CONFIRMED)


def ended(row: Mandate, *, by_party: object = None) -> None:
    """Everybody but who ended it; of what had never begun nobody."""
    if row.begun_at is None:
        return
    for party in _told(row):
        if party.pk != by_party:
            _tell(party, _ENDED)


def _told(row: Mandate) -> list[Party]:
    # Held up by 秘匿 it is over for the agent, and nothing tells them more.
    sides = [row.principal] if row.suspended_at is not None else [row.principal, row.agent]
    return [party for party in sides if party is not None]


def _tell(party: Party, what: Promise) -> None:
    """In the language its reader uses, not that of who did it."""
    with override(party.language):
        lines = [
            str(what),
            "",
            _("くわしいことは、メールには書いていません。サインインして、次のページで見てください。"),
            settings.PUBLIC_URL.rstrip("/") + links.page("agents"),
            _("心当たりがないときは、そのページで取り消すか、窓口にお知らせください。"),
        ]
        accounts = Account.objects.usable().filter(kind=Kind.RESIDENT, pk__in=queries.accounts_of(party.pk))
        for account in accounts:
            contacts.tell(account, subject=_("代理についてのお知らせ"), lines=lines)
