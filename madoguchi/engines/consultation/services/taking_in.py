"""What reached the office another way than by the web: typed in by staff, its scan kept beside it, looked at on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.engines.messaging import services as messages
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.refs import Actor, Ref

from .. import rules
from ..errors import AddressUnclear, AlreadyPublished, IntakeUnclear, NothingWritten
from ..models import Call, Comment
from ..models.receiving import Channel
from .receiving import PartIn, receive

TYPED = frozenset(Channel.values) - {Channel.WEB}
MOST_TYPED = 20_000
OLDEST = dt.timedelta(days=366)


def take_in(
    *,
    call: Call,
    parts: Sequence[PartIn],
    channel: str,
    received_on: dt.date | None,
    once: str,
    by: Actor,
    writer: str = Comment.Writer.UNKNOWN,
    name: str = "",
    mail: str = "",
    has_scan: bool = False,
) -> Comment:
    """Keep what came on paper, by FAX, mail or telephone, with the day it came; late or not, staff judge it later.

    Raises IntakeUnclear, NothingWritten, AddressUnclear, AlreadyPublished, NotAllowed.
    """
    rules.check_runs(by, call)
    if call.state == Call.State.PUBLISHED:
        raise AlreadyPublished
    if channel not in TYPED or writer not in Comment.Writer.values:
        raise IntakeUnclear(what=_("届いた方法と、個人・団体の別を選びます"))
    if received_on is None or not clock.today() - OLDEST <= received_on <= clock.today():
        raise IntakeUnclear(what=_("届いた日は、きょうまでの日にします"))
    if mail.strip() and not messages.is_address(mail.strip()):
        raise AddressUnclear
    if any(len(part.text) > MOST_TYPED for part in parts):
        raise IntakeUnclear(
            what=_("一つの欄は%(most)s字までです。分けて書いてください") % {"most": MOST_TYPED}
        )
    if not has_scan and not any(part.text.strip() for part in parts):
        raise NothingWritten
    return receive(
        call=call,
        parts=parts,
        channel=channel,
        by=by,
        once=once,
        writer=writer,
        name=name,
        mail=mail,
        received_at=_moment(received_on),
        extra={"scan": True} if has_scan else None,
    )


def _moment(day: dt.date) -> dt.datetime:
    """A day typed from a date stamp; of today the hour is known."""
    if day == clock.today():
        return clock.now()
    return dt.datetime.combine(day, dt.time(12), clock.JST)


def take_scan(*, comment: Comment, upload: Any, name: str, by: Actor) -> Any:
    """The paper as it came, judged and cleaned by the vault, under the key of its comment. Outside any transaction."""
    rules.check_runs(by, comment.call)
    return vault.take_file(upload=upload, name=name, about=Ref.to(comment), by=by, key=comment.key)


def record_looks(*, comments: Iterable[Comment], by: Actor, purpose: str, what: str) -> None:
    """Write down who looks at whose words, before they are shown."""
    audit.record_reads(
        [(Ref.to(comment), comment.party_id) for comment in comments], by=by, purpose=purpose, what=what
    )
