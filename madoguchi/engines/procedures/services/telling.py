"""Telling the applicant, in their own language. What they stated never stands in a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import override

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import packs
from madoguchi.kernel.calendar import said_day
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.vault.models import StoredFile

from ..models import Case


def tell(
    case: Case,
    *,
    kind: str,
    key: str,
    subject: Any,
    body: Any,
    by: Actor,
    places: dict[str, Any] | None = None,
    attachments: Iterable[StoredFile] = (),
) -> None:
    """Send one message about the case, once for each `key`. `subject` and `body` are lazy texts.

    Their %(title)s and %(receipt)s are filled here, further places from `places`; a date is said as the
    language says it. Who has an account finds it in the inbox, who has none gets it by post; who gave a
    mail address is told there as well. Nothing is sent where the city does not know whom to tell.
    """
    if case.applicant is None:
        return
    language = case.draft.language
    words = {"title": packs.texts(case.definition, language).get("title", ""), "receipt": case.receipt}
    with override(language):
        for place, value in (places or {}).items():
            words[place] = said_day(value) if isinstance(value, dt.date) else value
        messaging.notify(
            kind=kind,
            about=case.ref,
            recipient=case.applicant,
            subject=str(subject) % words,
            body=str(body) % words,
            channels=_ways(case),
            attachments=attachments,
            by=by,
            key=key,
        )


def _ways(case: Case) -> list[str]:
    if case.applicant is None:
        return []
    ways = ["inbox" if identity.has_account(case.applicant) else "post"]
    if identity.profile(case.applicant).get("email"):
        ways.append("mail")
    return ways
