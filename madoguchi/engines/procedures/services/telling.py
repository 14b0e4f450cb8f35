"""Telling the applicant, in their own language. What they stated never stands in a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import packs
from madoguchi.kernel.calendar import said_day
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.vault.models import StoredFile

from ..models import Case


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
RETURNED = News(
    kind="case.returned",
    subject=_("%(title)sで、直してほしいところがあります"),
    body=_(
        "受付番号 %(receipt)s の手続きで、%(places)sか所、直してほしいところがあります。\n"
        "ほかの答えはそのまま受け取っています。直していただくあいだは、期限の日数を数えません。"
    ),
    by_post=_(
        "受付番号 %(receipt)s の手続きで、%(places)sか所、直してほしいところがあります。\n"
        "電話、郵便、窓口のどれかで、正しい内容をお知らせください。ほかの答えはそのまま受け取っています。"
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


def tell(
    case: Case,
    news: News,
    *,
    key: str,
    by: Actor,
    places: dict[str, Any] | None = None,
    attachments: Iterable[StoredFile] = (),
) -> None:
    """Tell the applicant, once for each `key`, in the language of the case.

    %(title)s and %(receipt)s are filled here, further places from `places`; a date is said as the language
    says it. Who has an account finds it in the inbox, who has none gets it by post; who gave a mail address
    is told there as well. Nothing is sent where the city does not know whom to tell.
    """
    if case.applicant is None:
        return
    language = case.draft.language
    words = {"title": packs.texts(case.definition, language).get("title", ""), "receipt": case.receipt}
    ways = _ways(case.applicant)
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


def _ways(party: Party) -> list[str]:
    ways = ["inbox" if identity.has_account(party) else "post"]
    if identity.profile(party).get("email"):
        ways.append("mail")
    return ways
