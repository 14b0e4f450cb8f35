"""Telling the applicant, in their own language. What they stated never stands in a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from madoguchi.engines.forms.models import Channel
from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import packs
from madoguchi.kernel.calendar import said_day
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.practice import is_practice
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.vault.models import StoredFile

from .. import fetching
from .. import procedure as procedures
from ..models import Case, Decision


@dataclass(frozen=True, slots=True)
class News:
    """Something to be told: the words for who signs in, and for who reads it on paper."""

    kind: str
    subject: Any
    body: Any
    by_post: Any


RECEIVED = News(
    kind="case.received",
    subject=_("%(title)sを受け付けました（受付番号 %(receipt)s）"),
    body=_(
        "受付番号は %(receipt)s です。電話や窓口でも、この番号をお伝えください。\n"
        "決まるのは%(on)sごろの予定です（めやす）。進みぐあいは「わたしの手続き」で見られます。"
    ),
    by_post=_(
        "受付番号は %(receipt)s です。電話や窓口では、この番号をお伝えください。\n"
        "決まるのは%(on)sごろの予定です（めやす）。決まりましたら、郵便でお知らせします。"
    ),
)
RECEIVED_FOR_COUNTER = News(
    kind=RECEIVED.kind,
    subject=RECEIVED.subject,
    body=_(
        "受付番号は %(receipt)s です。電話や窓口でも、この番号をお伝えください。\n"
        "用意ができるのは%(on)sごろの予定です（めやす）。できましたら、受け取る場所と時間をお知らせします。"
        "進みぐあいは「わたしの手続き」で見られます。"
    ),
    by_post=_(
        "受付番号は %(receipt)s です。電話や窓口では、この番号をお伝えください。\n"
        "用意ができるのは%(on)sごろの予定です（めやす）。お渡しは窓口です。\n"
        "郵便や電話で申し込まれた方には、用意ができましたら、受け取る場所と時間を郵便でお知らせします。"
    ),
)
RETURNED = News(
    kind="case.returned",
    subject=_("%(title)sで、直してほしいところがあります（受付番号 %(receipt)s）"),
    body=_(
        "受付番号 %(receipt)s の手続きで、%(places)sか所、直してほしいところがあります。\n"
        "ほかの答えはそのまま受け取っています。直していただくあいだは、期限の日数を数えません。"
    ),
    by_post=_(
        "受付番号 %(receipt)s の手続きで、%(places)sか所、直してほしいところがあります。\n"
        "電話、郵便、窓口のどれかで、正しい内容をお知らせください。ほかの答えはそのまま受け取っています。"
    ),
)
RETURNED_UNTIL = News(
    kind="case.returned",
    subject=_("%(title)sで、直してほしいところがあります（受付番号 %(receipt)s）"),
    body=_(
        "受付番号 %(receipt)s の手続きで、%(places)sか所、直してほしいところがあります。\n"
        "%(until)sまでにお返事ください。間に合わないときは、係にご連絡ください。\n"
        "ほかの答えはそのまま受け取っています。直していただくあいだは、期限の日数を数えません。"
    ),
    by_post=_(
        "受付番号 %(receipt)s の手続きで、%(places)sか所、直してほしいところがあります。\n"
        "%(until)sまでに、電話、郵便、窓口のどれかで、正しい内容をお知らせください。間に合わないときは、係にご連絡ください。\n"
        "ほかの答えはそのまま受け取っています。"
    ),
)
DECIDED = News(
    kind="case.decided",
    subject=_("%(title)sの決定のお知らせ（受付番号 %(receipt)s）"),
    body=_(
        "受付番号 %(receipt)s の手続きについて、決定しました。\n"
        "決定の内容は通知書（PDF）に書いてあります。「わたしの手続き」を開いてご覧ください。"
    ),
    by_post=_(
        "受付番号 %(receipt)s の手続きについて、決定しました。\n"
        "決定の内容は、いっしょにお送りする通知書に書いてあります。"
    ),
)
# Where nothing is decided: the letter bears the name that the procedure gives it (`news` of the state).
SENT = News(
    kind=DECIDED.kind,
    subject=_("%(title)s：%(news)s（受付番号 %(receipt)s）"),
    body=_(
        "受付番号 %(receipt)s の手続きが終わりました。\n"
        "くわしいことは「%(news)s」（PDF）に書いてあります。「わたしの手続き」を開いてご覧ください。"
    ),
    by_post=_(
        "受付番号 %(receipt)s の手続きが終わりました。\n"
        "くわしいことは、いっしょにお送りする「%(news)s」に書いてあります。"
    ),
)

READY = News(
    kind="case.ready",
    subject=_("%(title)sの用意ができました（受付番号 %(receipt)s）"),
    body=_(
        "受付番号 %(receipt)s の用意ができました。窓口でお受け取りください。\n"
        "場所：%(place)s\n"
        "時間：%(hours)s\n"
        "本人確認のできるもの（運転免許証など）をお持ちください。受付番号をお伝えいただくと早くお渡しできます。"
    ),
    by_post=_(
        "受付番号 %(receipt)s の用意ができました。窓口でお受け取りください。\n"
        "場所：%(place)s\n"
        "時間：%(hours)s\n"
        "このお知らせと、本人確認のできるもの（運転免許証など）をお持ちください。"
    ),
)
NOT_READY = News(
    kind="case.not_ready",
    subject=_("%(title)sのお渡しは、もう少しお待ちください（受付番号 %(receipt)s）"),
    body=_(
        "受付番号 %(receipt)s は、お渡しの前にもう一度確かめることになりました。申しわけありません。\n"
        "用意ができたら、あらためてお知らせします。"
    ),
    by_post=_(
        "受付番号 %(receipt)s は、お渡しの前にもう一度確かめることになりました。申しわけありません。\n"
        "用意ができたら、あらためてお知らせします。"
    ),
)
RECALLED = News(
    kind="case.recalled",
    subject=_("大切なお知らせ：%(title)sの書類は使えません（受付番号 %(receipt)s）"),
    body=_(
        "受付番号 %(receipt)s の手続きでお出しした書類に、区のまちがいがありました。申しわけありません。\n"
        "%(on)sにお出しした書類は取り消しました。無効なので、使わないでください。\n"
        "%(what_to_do)s\n"
        "手続きをやり直す必要はありません。もう一度確かめて、正しいものをお届けします。"
    ),
    by_post=_(
        "受付番号 %(receipt)s の手続きでお出しした書類に、区のまちがいがありました。申しわけありません。\n"
        "%(on)sにお出しした書類は取り消しました。無効なので、使わないでください。\n"
        "%(what_to_do)s\n"
        "手続きをやり直す必要はありません。もう一度確かめて、正しいものをお送りします。"
    ),
)
GIVE_BACK = _(
    "お手元にある書類は、使わずに取っておいてください。お返しいただく方法を、係からご連絡します。費用はかかりません。"
)
NOTHING_TO_DO = _("お手元の書類は、破って捨ててください。お返しいただく必要はありません。")
WENT_ASTRAY = _("その書類は、別の方にお渡ししてしまいました。返していただくよう、区がお願いしています。")
PASSED_ON = News(
    kind="case.passed_on",
    subject=_("%(title)sは、%(to)sが受け持つことになりました（受付番号 %(receipt)s）"),
    body=_(
        "受付番号 %(receipt)s の手続きは、%(from)sから%(to)sへ引きつぎました。\n"
        "出し直す必要はありません。受付番号も、決まる予定の日も変わりません。お問い合わせは%(to)sへお願いします。"
    ),
    by_post=_(
        "受付番号 %(receipt)s の手続きは、%(from)sから%(to)sへ引きつぎました。\n"
        "出し直す必要はありません。受付番号も、決まる予定の日も変わりません。お問い合わせは%(to)sへお願いします。"
    ),
)


def tell_received(case: Case, *, by: Actor) -> None:
    """受け付けました: the number, and about when. What is fetched at the counter is got ready, not decided upon."""
    at_counter = procedures.of(case.definition).ends_at_counter
    news = RECEIVED_FOR_COUNTER if at_counter else RECEIVED
    tell(case, news, key=str(case.pk), places={"on": case.due_on or ""}, by=by)


def tell_decided(case: Case, decision: Decision, *, by: Actor) -> None:
    """決定のお知らせ with its letter, or what the procedure calls it."""
    news = packs.texts(case.definition, case.draft.language).get(f"flow.{decision.outcome}.news", "")
    tell(
        case,
        SENT if news else DECIDED,
        key=str(decision.pk),
        places={"news": news},
        attachments=(decision.letter,) if decision.letter else (),
        by=by,
    )


def tell_ready(case: Case, *, key: str, by: Actor, decision: Decision | None = None) -> None:
    """用意ができました: where and when it can be fetched. Who asked at the counter waits there, and is told there."""
    if case.applicant is None:
        return
    if case.channel == Channel.COUNTER and not identity.has_account(case.applicant):
        return
    state, texts = (
        decision.outcome if decision else case.state,
        packs.texts(case.definition, case.draft.language),
    )
    found = fetching.place(case, state, texts, decision)
    places = {
        "place": " ".join(filter(None, (found.name, found.where))),
        "hours": found.hours or _("開庁時間"),
    }
    tell(case, READY, key=key, by=by, places=places)


def take_back_ready(case: Case, *, by: Actor) -> None:
    """It was fetched, or is not ready after all: nobody gets a letter any more that says it can be fetched."""
    messaging.take_back(about=case.ref, kind=READY.kind, by=by)


def tell(
    case: Case,
    news: News,
    *,
    key: str,
    by: Actor,
    places: dict[str, Any] | None = None,
    attachments: Iterable[StoredFile] = (),
    ways: Iterable[str] = (),
) -> None:
    """Tell the applicant, once for each `key`, in the language of the case.

    %(title)s and %(receipt)s are filled here, further places from `places`; a date is said as the language
    says it. Who has an account finds it in the inbox, who has none gets it by post; who gave a mail address
    is told there as well; with `ways`, by those of them alone. Nothing is sent where the city does not know
    whom to tell.
    """
    if case.applicant is None:
        return
    language = case.draft.language
    words = {"title": packs.texts(case.definition, language).get("title", ""), "receipt": case.receipt}
    possible = _ways(case.applicant)
    ways = [way for way in possible if way in ways] if ways else possible
    if not ways:
        return
    with override(language):
        for place, value in (places or {}).items():
            words[place] = said_day(value) if isinstance(value, dt.date) else value
        messaging.notify(
            kind=news.kind,
            about=case.ref,
            recipient=case.applicant,
            subject=str(news.subject) % words,
            body=str(news.by_post if "post" in ways else news.body) % words,
            channels=ways,
            attachments=attachments,
            by=by,
            key=f"{news.kind}:{key}",
        )


def ways_of(party: Party) -> list[str]:
    """How somebody can be told something."""
    return _ways(party)


def _ways(party: Party) -> list[str]:
    if is_practice():
        return ["inbox"]  # read in the practised portal, and nowhere else
    ways = ["inbox" if identity.has_account(party) else "post"]
    if identity.profile(party).get("email"):
        ways.append("mail")
    return ways
