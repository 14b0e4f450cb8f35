"""What a mailbox or a FAX machine brought: kept whole, once, and received as a comment where it is sure for which call."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from madoguchi.engines.messaging import services as messages
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.refs import Actor, Ref, new_id

from .. import sealing
from ..errors import AlreadyPublished
from ..models import Arrival, Call, Comment, Round
from .receiving import PartIn, receive

# So many answers a day to one address: two machines that answer each other come to an end, whatever they write.
MOST_ANSWERS = 3
_RECEIPT = re.compile(r"\d{4}-\d{4,7}-\d")
Paper = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail or a FAX as it was read. `raw` is the whole of it; `notes` are keys of what could not be read."""

    channel: str
    digest: str
    raw: bytes
    content_type: str
    arrived_at: dt.datetime
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    text: str = ""
    automatic: str = ""
    notes: tuple[str, ...] = ()


@writes
def take(*, arrived: Arrived, call: Call | None, why: str = "", by: Actor) -> Arrival:
    """Keep it; the same one again gives the row there is. Without a `call` it waits to be sorted, and nobody is told.

    Its papers come afterwards, by `take_papers`: judging them takes time, and nothing waits for it.
    """
    known = Arrival.objects.select_related("comment__key", "key").filter(digest=arrived.digest).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _taken(arrived, call, why, by)
    except AlreadyPublished:
        why = Arrival.Why.OVER
    except IntegrityError:
        # Another worker has the same one in hand and was faster.
        return Arrival.objects.select_related("comment__key", "key").get(digest=arrived.digest)
    return _taken(arrived, None, why, by)


def _taken(arrived: Arrived, call: Call | None, why: str, by: Actor) -> Arrival:
    arrival = Arrival(
        pk=new_id(),
        channel=arrived.channel,
        digest=arrived.digest,
        sender=vault.digest("consultation.sender", arrived.sender),
        arrived_at=arrived.arrived_at,
    )
    if call is None:
        arrival.state, arrival.why = Arrival.State.TO_SORT, why
        arrival.key = vault.new_key(Ref.to(arrival))
    else:
        arrival.state, arrival.comment = Arrival.State.TAKEN, _received(arrival, arrived, call, by)
    _keep_raw(arrival, arrived)
    content = {"subject": arrived.subject, "sender": arrived.sender, "notes": list(arrived.notes)}
    arrival.sealed = sealing.seal_arrival(arrival, content)
    arrival.save(force_insert=True)
    audit.record(
        "consultation.arrived",
        Ref.to(arrival),
        by=by,
        facts={"channel": arrived.channel, "state": arrival.state, "why": arrival.why},
    )
    return arrival


def _received(arrival: Arrival, arrived: Arrived, call: Call, by: Actor) -> Comment:
    is_address = bool(arrived.sender) and messages.is_address(arrived.sender)
    return receive(
        call=call,
        parts=[PartIn(arrived.text)] if arrived.text.strip() else [],
        channel=arrived.channel,
        by=by,
        once=f"{arrived.channel}:{arrived.digest}",
        name=arrived.sender_name,
        mail=arrived.sender if is_address else "",
        received_at=arrived.arrived_at,
        extra={"subject": arrived.subject, "notes": list(arrived.notes)},
        tell=_may_be_answered(arrival, arrived),
    )


def _may_be_answered(arrival: Arrival, arrived: Arrived) -> bool:
    """Never a machine, never an answer to our own answer, and nobody without end."""
    if arrived.automatic:
        return False
    ours = _RECEIPT.findall(arrived.subject)
    if ours and Comment.objects.filter(receipt__in=ours).exists():
        return False
    since = clock.now() - dt.timedelta(days=1)
    lately = Arrival.objects.filter(sender=arrival.sender, arrived_at__gt=since, comment__isnull=False)
    return lately.count() < MOST_ANSWERS


def _keep_raw(arrival: Arrival, arrived: Arrived) -> None:
    """As it came, under the key of its comment: when that key goes, so does this."""
    arrival.raw = vault.keep_artefact(
        content=arrived.raw,
        name=f"{arrived.channel}-{arrival.pk}",
        content_type=arrived.content_type,
        about=Ref.to(arrival),
        kind=vault.FileKind.MAIL,
        key=arrival.comment.key if arrival.comment is not None else arrival.key,
    )


def take_papers(*, arrival: Arrival, papers: Sequence[Paper], by: Actor) -> None:
    """Its papers, each judged by the vault and laid to its comment; a refused one is noted with the reason, not lost.

    Outside of any transaction. Cut short, it goes on where it was.
    """
    comment = arrival.comment
    if comment is None or arrival.papers_done_at is not None:
        return
    for name, content in papers[len(arrival.papers) :]:
        stored, code = _paper(arrival, comment, name, content, by)
        _note_paper(arrival, stored, name, code)
    _papers_done(arrival, by)


@writes
def _papers_done(arrival: Arrival, by: Actor) -> None:
    """Where a number like a マイナンバー was covered in one of them, the mail that still has it goes."""
    arrival.papers_done_at = clock.now()
    Arrival.objects.filter(pk=arrival.pk).update(papers_done_at=arrival.papers_done_at)
    kept = vault.StoredFile.objects.filter(pk__in=[one for one in arrival.papers if one])
    if arrival.raw is not None and any(one.is_masked for one in kept):
        vault.remove_file(stored=arrival.raw, by=by)
        content = sealing.arrival_content(arrival)
        content["notes"] = [*content.get("notes", []), "masked"]
        Arrival.objects.filter(pk=arrival.pk).update(sealed=sealing.seal_arrival(arrival, content))


def _paper(arrival: Arrival, comment: Comment, name: str, content: bytes, by: Actor) -> tuple[str, str]:
    """(id, "") of what is kept now, or ("", why not)."""
    if (before := _taken_before(arrival, comment, name)) is not None:
        return before, ""
    try:
        stored = vault.take_file(
            upload=io.BytesIO(content), name=name, about=Ref.to(comment), by=by, key=comment.key
        )
    except Refusal as refusal:
        return "", refusal.code
    return str(stored.pk), ""


def _taken_before(arrival: Arrival, comment: Comment, name: str) -> str | None:
    """What a crash left between taking a paper and saying so."""
    mine = vault.StoredFile.objects.filter(about=str(Ref.to(comment)), kind=vault.FileKind.UPLOAD)
    for stored in mine.exclude(state__in=[vault.FileState.ERASED, vault.FileState.REFUSED]):
        if str(stored.pk) not in arrival.papers and _stem(stored.name) == _stem(name):
            return str(stored.pk)
    return None


def _stem(name: str) -> str:
    return "".join(one for one in name.rpartition(".")[0] if one.isalnum())[:60].casefold()


@writes
def _note_paper(arrival: Arrival, stored: str, name: str, code: str) -> None:
    content = sealing.arrival_content(arrival)
    if code:
        content["notes"] = [*content.get("notes", []), f"{code}:{name[:100]}"]
    arrival.papers = [*arrival.papers, stored]
    arrival.sealed = sealing.seal_arrival(arrival, content)
    Arrival.objects.filter(pk=arrival.pk).update(papers=arrival.papers, sealed=arrival.sealed)


def raw_of(arrival: Arrival) -> bytes:
    """The whole of it as it came; nothing where it was taken away."""
    if arrival.raw is None or arrival.raw.state != vault.FileState.SAFE:
        return b""
    return vault.open_file(arrival.raw)


@writes
def put_to_call(*, arrival: Arrival, arrived: Arrived, call: Call, by: Actor) -> Arrival:
    """Somebody says for which call it is: it is received there as of the moment it came. Nobody is answered."""
    mine = Arrival.objects.filter(pk=arrival.pk).exclude(state=Arrival.State.TAKEN)
    comment = receive(
        call=call,
        parts=[PartIn(arrived.text)] if arrived.text.strip() else [],
        channel=arrival.channel,
        by=by,
        once=f"{arrival.channel}:{arrival.digest}",
        name=arrived.sender_name,
        mail=arrived.sender if not arrived.automatic and messages.is_address(arrived.sender) else "",
        received_at=arrival.arrived_at,
        extra={"subject": arrived.subject, "notes": list(arrived.notes)},
        tell=False,
    )
    if not mine.update(
        state=Arrival.State.TAKEN, comment=comment, why="", sorted_at=clock.now(), sorted_by=by.account
    ):
        arrival.refresh_from_db()
        return arrival
    _under_new_key(arrival, arrived, comment, by)
    audit.record("consultation.sorted", Ref.to(arrival), by=by, facts={"to": call.key})
    return arrival


def _under_new_key(arrival: Arrival, arrived: Arrived, comment: Comment, by: Actor) -> None:
    """What lay under its own key goes under that of its comment, so that one erasure takes both."""
    old_raw, old_key, content = arrival.raw, arrival.key, sealing.arrival_content(arrival)
    arrival.refresh_from_db()
    arrival.comment, arrival.key = comment, None
    _keep_raw(arrival, arrived)
    arrival.sealed = sealing.seal_arrival(arrival, content)
    arrival.save(update_fields=["key", "raw", "sealed"])
    if old_raw is not None:
        vault.remove_file(stored=old_raw, by=by)
    if old_key is not None:
        vault.destroy_key(old_key, by)


@writes
def round_went(*, name: str, by: Actor, failed_with: str = "", left: int = 0) -> None:
    """Write down how a look into the mailbox or the folder went."""
    now = clock.now()
    facts: dict[str, Any] = {"tried_at": now, "failed_with": failed_with[:60], "left": left}
    if not failed_with:
        facts["succeeded_at"] = now
    row, is_new = Round.objects.update_or_create(name=name, defaults=facts)
    if is_new:
        audit.record("consultation.round_begun", Ref.to(row), by=by, facts={"name": name})
