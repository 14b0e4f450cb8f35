"""Telling the applicant, in their own language. What they stated never stands in a message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import override

from madoguchi.engines.messaging import services as messaging
from madoguchi.kernel import packs
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
    channels: Iterable[str] = ("inbox", "mail"),
    attachments: Iterable[StoredFile] = (),
) -> None:
    """Send one message about the case, once for each `key`. `subject` and `body` are lazy texts.

    Their %(title)s and %(receipt)s are filled here, further places from `places`. Nothing is sent where the
    city does not know whom to tell.
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
            channels=channels,
            attachments=attachments,
            by=by,
            key=key,
        )
