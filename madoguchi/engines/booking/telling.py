"""Telling people what became of a booking, in their language and by their way. Written by the worker, never in the rush."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from madoguchi.engines.messaging import services as messaging
from madoguchi.engines.records import queries as records
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import said_day
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party, PartyKind
from madoguchi.kernel.packs import queries as packs
from madoguchi.kernel.refs import SYSTEM
from madoguchi.kernel.text import said_of

from .area_rules import rules_of
from .models import Booking, Channel, Mode, Paid, Resource, State, Waiting, WaitState
from .queries import free, public
from .times import cancel_until


@dataclass(frozen=True, slots=True)
class News:
    """What is told: the words, and after which deed."""

    kind: str
    subject: Any
    body: Any


MADE = News(
    "booking.made",
    _("予約をお受けしました（%(receipt)s）"),
    _(
        "予約番号は %(receipt)s です。\n%(title)s\n%(what)s\n%(when)s\n%(where)s%(fee)s\n"
        "取り消すときは、%(until)sまでにお願いします。"
    ),
)
CANCELLED = News(
    "booking.cancelled",
    _("予約を取り消しました（%(receipt)s）"),
    _("次の予約を取り消しました。\n%(title)s\n%(what)s\n%(when)s%(refund)s"),
)
CALLED_OFF = News(
    "booking.called_off",
    _("予約の日に使えなくなりました（%(receipt)s）"),
    _(
        "申し訳ありません。次の予約は、区の都合で取り消しました。\n%(title)s\n%(what)s\n%(when)s\n理由: %(why)s%(refund)s%(near)s\n"
        "ほかの時間や場所を、予約のページか電話で選び直せます。"
    ),
)
SERIES = News(
    "booking.series_made",
    _("くり返しの予約をお受けしました（%(number)s件）"),
    _(
        "次の日の予約をお受けしました。\n%(title)s\n%(what)s\n%(days)s\n%(where)s\n"
        "予約番号は、日ごとにちがいます。1日だけを取り消すこともできます。"
    ),
)
NEAR = 3
LAPSED = News(
    "booking.lapsed",
    _("仮押さえの時間が過ぎました（%(receipt)s）"),
    _(
        "次の仮押さえは、お返事の期限が過ぎたため、取り消しになりました。\n%(title)s\n%(what)s\n%(when)s\n"
        "まだ空いていれば、もう一度予約できます。"
    ),
)
CHANGED = News(
    "booking.changed",
    _("予約の内容が変わりました（%(receipt)s）"),
    _(
        "予約番号は %(receipt)s です。いまの内容は次のとおりです。\n%(title)s\n%(what)s\n%(when)s\n%(where)s%(why_line)s"
    ),
)
SOON = News(
    "booking.soon",
    _("予約の日が近づきました（%(receipt)s）"),
    _(
        "%(when)sの予約です。\n%(title)s\n%(what)s\n%(where)s\n来られなくなったときは、早めに取り消してください。"
    ),
)
OFFERED = News(
    "booking.offered",
    _("空きが出ました。%(until)sまでにお返事ください"),
    _(
        "お待ちの時間に空きが出ました。\n%(title)s\n%(what)s\n%(when)s\n%(until)sまで、あなたのために取っておきます。"
        "予約するかどうかを「わたしの予約」か電話でお返事ください。お返事がないときは、次の方にお回しします。"
    ),
)
WAITS = News(
    "booking.waits",
    _("空き待ちをお受けしました"),
    _(
        "次の時間の空き待ちをお受けしました。\n%(title)s\n%(what)s\n%(when)s\n空きが出たら、順番にお知らせします。"
    ),
)
BY_VERB = {
    "booking.made": MADE,
    "booking.cancelled": CANCELLED,
    "booking.lapsed": LAPSED,
    "booking.changed": CHANGED,
    "booking.moved": CHANGED,
}


def tell(booking: Booking, verb: str, version: int) -> None:
    """Say what `verb` did. Saying it twice is saying it once; what is of no use any more is not said."""
    news = BY_VERB.get(verb)
    if verb == "booking.cancelled" and booking.by_city:
        news = CALLED_OFF
    if verb == "booking.lapsed" and booking.made_by is None and not booking.about:
        return
    if news is None or (news is MADE and booking.state == State.CANCELLED):
        return
    if news is MADE and booking.series is not None:
        _tell_series(booking)
        return
    send(news, booking, key=f"{news.kind}:{booking.pk}:{version}")


def _tell_series(booking: Booking) -> None:
    """One message for all days that were booked by one wish, whichever of them the worker comes to first."""
    rows = list(Booking.objects.filter(series=booking.series, state=State.BOOKED).order_by("starts_at"))
    with override(booking.party.language):
        days = "\n".join(
            f"{moment(one.starts_at)}〜{clock.in_city(one.ends_at):%H:%M} {one.receipt}" for one in rows
        )
        words = words_of(booking) | {"days": days, "number": len(rows)}
        _notify(SERIES, booking, booking.party, words, booking.channel, f"{SERIES.kind}:{booking.series_id}")


def remind(booking: Booking) -> None:
    """The day before, or as the area says."""
    send(SOON, booking, key=f"{SOON.kind}:{booking.pk}:{booking.starts_at:%Y%m%d%H%M}")


def tell_waiting(row: Waiting, verb: str) -> None:
    """Standing in line, and the offer."""
    news = OFFERED if verb == "offered" else WAITS
    if news is OFFERED and row.state != WaitState.OFFERED:
        return
    with override(row.party.language):
        words = words_of(row)
        if row.offer_until is not None:
            words["until"] = moment(row.offer_until)
        _notify(news, row, row.party, words, row.channel, f"{news.kind}:{row.pk}:{row.offer_until or ''}")


def send(news: News, booking: Booking, *, key: str) -> None:
    """One message to whoever answers for the booking, in their language."""
    with override(booking.party.language):
        words = words_of(booking)
        words |= {
            "receipt": booking.receipt,
            "until": moment(cancel_until(rules_of(booking.definition_id).said.cancel, booking.starts_at)),
            "why": booking.why,
            "why_line": f"\n{booking.why}" if booking.why else "",
            "fee": _fee(booking),
            "refund": str(_("\nお返しする額: %(yen)s円")) % {"yen": f"{booking.refund_yen:,}"}
            if booking.refund_yen
            else "",
            "near": _near(booking) if news is CALLED_OFF else "",
        }
        _notify(news, booking, booking.party, words, booking.channel, key)


def _near(booking: Booking) -> str:
    """What is free near the time that was taken back, so that the message is of some use."""
    area, resource = booking.area, booking.resource
    language = get_language() or "ja"
    try:
        time = (
            free.slot_time(booking.slot)
            if booking.slot is not None
            else public.unit_time(area, resource, booking.starts_at, booking.ends_at)
        )
        found = public.alternatives(time, most=NEAR, language=language)
    except NotFound:
        return ""
    lines = [
        f"・{moment(one.starts_at)} {one.resource.site.name} {said_of(one.resource, language=language)}"
        for one in found
    ]
    return str(_("\n近い時間の空き:\n%(lines)s")) % {"lines": "\n".join(lines)} if lines else ""


def _notify(news: News, about: Any, party: Party, words: dict[str, Any], channel: str, key: str) -> None:
    if party.kind == PartyKind.ORGANISATION:
        party = records.representative_of(party.pk) or party
    messaging.notify(
        kind=news.kind,
        about=about.ref,
        recipient=party,
        subject=str(news.subject) % words,
        body=str(news.body) % words,
        channels=ways_of(party, channel),
        by=SYSTEM,
        key=key,
    )


def ways_of(party: Party, channel: str) -> list[str]:
    """Their own way: the inbox of who signs in, the mail of who wrote one, otherwise a letter."""
    ways = ["inbox"] if identity.has_account(party) else []
    if identity.profile(party).get("email") and channel in (Channel.WEB, Channel.MAIL, Channel.TERMINAL):
        ways.append("mail")
    return ways or ["post"]


def words_of(row: Booking | Waiting) -> dict[str, Any]:
    """The places of a message: what, when, where, in the language that is active."""
    from django.utils.translation import get_language

    language = get_language() or "ja"
    title = (
        packs.texts(row.area.definition, language).get("title") or rules_of(row.area.definition_id).said.title
    )
    resource = row.resource
    site = resource.site
    mode = getattr(row, "mode", Mode.VENUE)
    where = f"{said_of(site, language=language)} {site.address}".strip()
    if mode == Mode.ONLINE:
        where = str(Mode.ONLINE.label)
    elif mode == Mode.VISIT:
        where = str(Mode.VISIT.label)
    return {
        "title": title,
        "what": said_of(resource, language=language),
        "when": f"{moment(row.starts_at)}〜{clock.in_city(row.ends_at):%H:%M}",
        "where": where,
        "until": "",
    }


def moment(at: Any) -> str:
    """11月24日（火）18:30, in the reader's language."""
    local = clock.in_city(at)
    return f"{said_day(local.date())} {local:%H:%M}"


def _fee(booking: Booking) -> str:
    if not booking.yen:
        return ""
    said = _("\n料金: %(yen)s円（お支払い前）") if booking.paid == Paid.UNPAID else _("\n料金: %(yen)s円")
    return str(said) % {"yen": f"{booking.yen:,}"}


__all__ = ["Resource", "remind", "send", "tell", "tell_waiting", "ways_of"]
