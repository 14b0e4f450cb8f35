"""What people are told of a draw, each by the way they came."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.engines.messaging import services as messages
from madoguchi.kernel import calendar, clock, links
from madoguchi.kernel.identity import queries as people
from madoguchi.kernel.refs import SYSTEM

from . import queries
from .models import Channel, Entry, EntryState, Round, Win, WinState
from .services.answering import code_of

# What messaging calls its ways; whoever telephoned, wrote or came is told by letter.
_BY = {Channel.WEB: ("inbox", messages.MAIL), Channel.MAIL: (messages.MAIL,)}
_LETTER = ("post",)


def tell_result(round_: Round) -> None:
    """Everybody who was in the file hears how it went. Doing it again tells nobody twice."""
    for entry in _entries(round_):
        with override(entry.party.language):
            subject, body = _result(round_, entry)
            _tell(entry, "result", subject, body)


def tell_called_off(round_: Round) -> None:
    """Everybody who had entered hears that it is over, and why."""
    again = queries.redraw_of(round_)
    for entry in _entries(round_):
        with override(entry.party.language):
            title = queries.title_of(round_, entry.party.language)
            subject = _("抽選を取りやめました（%(title)s）") % {"title": title}
            body = _(
                "「%(title)s」の抽選を取りやめました。理由：%(why)s\nこの抽選での当選は、なかったことになります。受付番号は%(receipt)sです。"
            ) % {"title": title, "why": round_.ended_because, "receipt": entry.receipt}
            if again is not None:
                body += "\n" + _(
                    "抽選をやり直します。申し込みはそのまま引きつぎます。受付番号も同じです。出し直す必要はありません。"
                )
            _tell(entry, "called_off", subject, body)


def tell_lapsed(win: Win) -> None:
    """Who did not answer in time hears that it went to somebody else."""
    entry = win.entry
    with override(entry.party.language):
        title = queries.title_of(entry.round, entry.party.language)
        subject = _("お返事の期限を過ぎました（%(title)s）") % {"title": title}
        body = _(
            "「%(title)s」で当たった%(items)sは、期限までにお返事がなかったため、次の方にお回しします。"
            "受付番号は%(receipt)sです。"
        ) % {"title": title, "items": _said(entry, win.items), "receipt": entry.receipt}
        _tell(entry, f"lapsed:{win.pk}", subject, body)


def _entries(round_: Round) -> list[Entry]:
    rows = Entry.objects.filter(round=round_, state=EntryState.IN).select_related("party", "round")
    return list(rows.prefetch_related("wins", "runner_up"))


def _result(round_: Round, entry: Entry) -> tuple[str, str]:
    title = queries.title_of(round_, entry.party.language)
    wins = [win for win in entry.wins.all() if win.state != WinState.VOID]
    head = _("抽選の結果（%(title)s）") % {"title": title}
    said = [_("受付番号：%(receipt)s") % {"receipt": entry.receipt}]
    for win in wins:
        said.append(
            _("当選：第%(rank)s希望　%(items)s") % {"rank": win.rank, "items": _said(entry, win.items)}
        )
    if not wins:
        said.append(_("今回は当たりませんでした。"))
    asked = [win for win in wins if win.state == WinState.OFFERED and win.confirm_until]
    if asked:
        until = asked[0].confirm_until
        said.append(
            _("%(until)sまでにお返事ください。お返事がないと、次の方に回ります。")
            % {"until": calendar.said_date(clock.in_city(until).date()) if until else ""}
        )
        if not people.has_account(entry.party):
            said.append(
                _("返事の番号：%(code)s（電話や窓口でも、お返事できます）") % {"code": code_of(entry)}
            )
    for line in entry.runner_up.all():
        said.append(
            _("補欠：%(item)s　%(place)s番目") % {"item": _said(entry, [line.item]), "place": line.place}
        )
    said.append(_("抽選が正しく行われたかは、この抽選のページで、だれでも確かめられます。"))
    return head, "\n".join(said)


def _said(entry: Entry, items: list[str]) -> str:
    names = queries.titles(entry.round, entry.party.language)
    return _("、").join(names.get(item, item) for item in items)


def _tell(entry: Entry, what: str, subject: str, body: str) -> None:
    where = links.href(entry.ref) if entry.channel == Channel.WEB else ""
    messages.notify(
        kind=f"lottery.{what.partition(':')[0]}",
        about=entry.ref,
        recipient=entry.party,
        subject=subject,
        body=f"{body}\n{where}" if where else body,
        channels=_BY.get(Channel(entry.channel), _LETTER),
        by=SYSTEM,
        key=f"lottery.{what}:{entry.pk}",
    )
