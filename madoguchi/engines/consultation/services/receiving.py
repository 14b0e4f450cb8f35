"""What comes in, by every channel: kept as it came, once, with a receipt number, before anything else happens to it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.engines.messaging import services as messages
from madoguchi.kernel import audit, clock, text, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, Ref, new_id
from madoguchi.kernel.refs.receipts import next_receipt

from .. import sealing
from ..errors import (
    AddressUnclear,
    AlreadyPublished,
    CallClosed,
    NothingWritten,
    OpinionTooLong,
    TooManyOpinions,
)
from ..models import Call, Comment, Original, Part, Unit, Unsent
from ..models.receiving import Channel
from ..queries.calls import unsent_row
from .claims import take_turn

MOST_CHARACTERS = 4000
MOST_OPINIONS = 30


@dataclass(frozen=True, slots=True)
class PartIn:
    """One opinion as it came. `unit` is the key of the passage it is about, "" when it does not say."""

    text: str
    unit: str = ""


@writes
def receive(
    *,
    call: Call,
    parts: Sequence[PartIn],
    channel: str,
    by: Actor,
    once: str,
    writer: str = Comment.Writer.UNKNOWN,
    name: str = "",
    mail: str = "",
    language: str = "ja",
    received_at: dt.datetime | None = None,
    extra: dict[str, Any] | None = None,
    tell: bool = True,
) -> Comment:
    """Keep what somebody sent. The same words with the same `once` (a form's token, a Message-ID) give the comment there is.

    On the web it has to be a call that receives now, within limits; what reached the office by mail, FAX or on paper
    is kept whatever it is and whenever it came, and staff judge it. `extra` is kept with the original (subject,
    headers). Whoever left an address is told the number, unless `tell` is off (nobody answers an answer).
    Raises CallClosed, AlreadyPublished, NothingWritten, OpinionTooLong, TooManyOpinions, AddressUnclear.
    """
    call = take_turn(call)
    written = [part for part in parts if part.text.strip()]
    once = _with_its_words(once, written)
    if (known := Comment.objects.filter(call=call, once=once).first()) is not None:
        return known
    if channel == Channel.WEB:
        check_sendable(call=call, parts=written, mail=mail)
    if call.state == Call.State.PUBLISHED:
        raise AlreadyPublished
    if not written and not extra:
        raise NothingWritten
    try:
        with transaction.atomic():
            comment = _kept(call, channel, by, once, writer, language, received_at or clock.now())
    except IntegrityError:
        # Somebody pressed twice: the other press was faster, and both get the same number.
        return Comment.objects.get(call=call, once=once)
    _keep_original(comment, written, extra or {})
    _lay_out(comment, written)
    if mail.strip():
        comment.party = people.keep_party(
            profile={"email": mail.strip()} | ({"name": name.strip()} if name.strip() else {}),
            by=by,
            language=language,
        )
        comment.save(update_fields=["party"])
        if tell:
            _tell_received(comment, comment.party, by)
    audit.record(
        "consultation.received",
        Ref.to(comment),
        by=by,
        facts={"channel": channel, "parts": len(written), "original": comment.original.digest},
    )
    return comment


def _with_its_words(once: str, parts: Sequence[PartIn]) -> str:
    """A form's token stays in the browser: whoever goes back there and writes something else has sent a second letter.

    Keyed, so that nobody who reads the column can try out what somebody may have written.
    """
    words = json.dumps([asdict(part) for part in parts], ensure_ascii=False)
    return f"{once}:{vault.digest('consultation.once', hashlib.sha256(words.encode()).hexdigest())}"


def check_sendable(*, call: Call, parts: Sequence[PartIn], mail: str = "") -> None:
    """What a page asks before the last press. Raises CallClosed, NothingWritten, OpinionTooLong, TooManyOpinions,
    AddressUnclear, MyNumberRefused.
    """
    if not call.receives_on(clock.today()):
        raise CallClosed
    if not parts:
        raise NothingWritten
    if len(parts) > MOST_OPINIONS:
        raise TooManyOpinions(most=MOST_OPINIONS)
    for part in parts:
        if len(part.text) > MOST_CHARACTERS:
            raise OpinionTooLong(most=MOST_CHARACTERS, length=len(part.text))
        text.refuse_my_number(part.text)
    if mail.strip() and not messages.is_address(mail.strip()):
        raise AddressUnclear


def _kept(
    call: Call, channel: str, by: Actor, once: str, writer: str, language: str, at: dt.datetime
) -> Comment:
    comment_id = new_id()
    return Comment.objects.create(
        pk=comment_id,
        call=call,
        receipt=next_receipt(clock.today()),
        channel=channel,
        writer=writer,
        language=language,
        received_at=at,
        received_by=by.account if by.is_staff else None,
        key=vault.new_key(Ref("consultation", "comment", str(comment_id))),
        once=once,
    )


def _keep_original(comment: Comment, parts: Sequence[PartIn], extra: dict[str, Any]) -> None:
    original_id = new_id()
    content = extra | {"parts": [asdict(part) for part in parts]}
    sealed = sealing.sealed_original(comment, original_id, content)
    comment.original = Original.objects.create(
        pk=original_id, comment=comment, sealed=sealed, digest=hashlib.sha256(sealed).hexdigest()
    )


def _lay_out(comment: Comment, parts: Sequence[PartIn]) -> None:
    """What came in several boxes is several parts already; staff cut what came in one."""
    units = {unit.key: unit for unit in Unit.objects.filter(call=comment.call_id)}
    for order, one in enumerate(parts, 1):
        part = Part(comment=comment, order=order, unit=units.get(one.unit))
        part.sealed_text = sealing.seal_part(part, comment, one.text)
        part.save(force_insert=True)


def _tell_received(comment: Comment, party: Party, by: Actor) -> None:
    with override(comment.language):
        messages.notify(
            kind="consultation.received",
            about=Ref.to(comment),
            recipient=party,
            subject=_("ご意見を受け付けました（%(receipt)s）") % {"receipt": comment.receipt},
            body=_(
                "「%(title)s」へのご意見を受け付けました。受付番号は%(receipt)sです。"
                "結果を公表したときに、このアドレスへお知らせします。"
            )
            % {"title": comment.call.title, "receipt": comment.receipt},
            channels=(messages.MAIL,),
            by=by,
            key=f"consultation.received:{comment.pk}",
        )


@writes
def keep_unsent(*, call: Call, content: dict[str, Any], by: Actor, secret: str = "") -> str:
    """Keep what somebody has written so far; returns the secret that stands in the address to go on with.

    The secret is shown to the writer alone and only its digest is kept. Raises CallClosed, NotFound.
    """
    if not call.receives_on(clock.today()):
        raise CallClosed
    if secret:
        unsent = unsent_row(call, secret)
    else:
        secret, unsent_id = secrets.token_urlsafe(24), new_id()
        key = vault.new_key(Ref("consultation", "unsent", str(unsent_id)))
        unsent = Unsent(pk=unsent_id, call=call, digest=sealing.digest_of_secret(secret), key=key)
    unsent.sealed_content = sealing.seal_unsent(unsent, content)
    unsent.saved_at = clock.now()
    unsent.save()
    audit.record("consultation.unsent_kept", call.ref, by=by)
    return secret


@writes
def discard_unsent(*, call: Call, secret: str, by: Actor) -> None:
    """Throw it away: after it was sent, or because the writer wants so."""
    unsent = unsent_row(call, secret)
    key = unsent.key
    unsent.delete()
    vault.destroy_key(key, by)
