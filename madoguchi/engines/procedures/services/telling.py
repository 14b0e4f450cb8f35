"""Telling the applicant, in their own language. What they stated never stands in a message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import override

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import packs
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

    Their %(title)s and %(receipt)s are filled here, further places from `places`. Who has an account finds it
    in the inbox, who has none gets it by post; who gave a mail address is told there as well. Nothing is
    sent where the city does not know whom to tell.
    """
    if case.applicant is None:
        return
    language = case.draft.language
    words = {"title": packs.texts(case.definition, language).get("title", ""), "receipt": case.receipt}
    with override(language):
        messaging.notify(
            kind=kind,
            about=case.ref,
            recipient=case.applicant,
            subject=str(subject) % (words | (places or {})),
            body=str(body) % (words | (places or {})),
            channels=_ways(case),
            attachments=attachments,
            by=by,
            key=key,
        )


def _ways(case: Case) -> list[str]:
    ways = ["inbox" if case.account else "post"]
    if case.applicant is not None and identity.profile(case.applicant).get("email"):
        ways.append("mail")
    return ways
