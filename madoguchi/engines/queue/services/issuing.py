"""Giving numbers: gapless and unique per line and day, whoever asks."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from madoguchi.engines.messaging import services as messages
from madoguchi.kernel import audit, clock, vault
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import Actor, new_id

from .. import rules, waiting
from ..errors import LineClosed, NoMoreNumbers, PaperTyped, TellUnclear, TicketUnclear
from ..languages import is_spoken
from ..models import Line, Need, Sequence, Source, Ticket
from .acting import Deed, append, claim, done_before

_SECRET = re.compile(r"[A-Za-z0-9_-]{22,43}")
_PAPER = re.compile(r"[0-9A-Za-z-]{1,10}")


@dataclass(frozen=True, slots=True)
class Issued:
    """A number, and the secret that opens its page: shown to its holder once, kept as a digest. "" when unknown to us."""

    ticket: Ticket
    secret: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody says when they take a number."""

    errand: str = ""
    language: str = "ja"
    needs: tuple[str, ...] = ()


def new_secret() -> str:
    """What opens a ticket's page. A form that carries one gets one ticket, however often it is sent."""
    return secrets.token_urlsafe(16)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@writes
def issue(
    *,
    line: Line,
    source: str,
    by: Actor,
    errand: str = "",
    language: str = "ja",
    needs: Iterable[str] = (),
    party: uuid.UUID | None = None,
    mail: str = "",
    paper: str = "",
    came_at: dt.datetime | None = None,
    secret: str = "",
    said: uuid.UUID | None = None,
) -> Issued:
    """The next number of the line for somebody who stands in it from now on.

    The line's row comes first, then one conditional UPDATE of the day's sequence: the number it gives is ours because
    the row is ours until the end. Whoever is refused leaves no gap. With the same `secret` or `said` again it is the
    same ticket.

    `paper` is the number on a slip that was given by hand; `came_at` is when (today, not later than now).
    Raises LineClosed, NoMoreNumbers, TicketUnclear, PaperTyped, TellUnclear, NotAllowed.
    """
    rules.check_issues(by, line, source)
    wish = checked(line, errand=errand, language=language, needs=needs)
    secret = checked_secret(secret)
    mail = _checked_mail(mail)
    claim(line.pk, heard=source != Source.WEB)
    twin = done_before(said) or Ticket.objects.filter(digest=digest(secret)).select_related("line").first()
    if twin is not None:
        return Issued(twin, secret if twin.digest == digest(secret) else "")
    if paper:
        _check_paper(line, paper)
    came = _came(came_at)
    said_range: dict[str, Any] = waiting.promise(line) if came_at is None else {}
    ticket = make(
        line, wish, source=source, secret=secret, stands_at=came, issued_at=came, party=party, paper=paper,
        **said_range,
    )  # fmt: skip
    append(ticket, "issued", Deed.now(by, said=said))
    if mail or party:
        keep_told(ticket, mail=mail, party=party, by=by)
    return Issued(ticket, secret)


@writes
def ask_to_be_told(
    *, ticket: Ticket, by: Actor, mail: str = "", party: uuid.UUID | None = None, language: str = ""
) -> Ticket:
    """From now on they are told when it is nearly their turn: at this address, or in the inbox of this party.

    `language` is what they read; the language they asked for at the counter stays. Raises TellUnclear.
    """
    mail = _checked_mail(mail)
    if not mail and party is None:
        raise TellUnclear
    claim(ticket.line_id, heard=False)
    keep_told(ticket, mail=mail, party=party, by=by, language=language)
    ticket.refresh_from_db()
    return ticket


def checked(line: Line, *, errand: str, language: str, needs: Iterable[str]) -> Wish:
    """What was chosen, if the line has it. Raises LineClosed, TicketUnclear."""
    if line.withdrawn_at is not None:
        raise LineClosed
    if errand and errand not in {one["key"] for one in line.errands}:
        raise TicketUnclear(what=_("用件"))
    if not is_spoken(language):
        raise TicketUnclear(what=_("ことば"))
    wanted = set(needs)
    if not wanted <= set(Need.values):
        raise TicketUnclear(what=_("必要な手伝い"))
    return Wish(errand, language, tuple(need for need in Need.values if need in wanted))


def make(
    line: Line,
    wish: Wish,
    *,
    source: str,
    secret: str,
    stands_at: dt.datetime,
    issued_at: dt.datetime | None = None,
    booked_for: dt.datetime | None = None,
    **fields: Any,
) -> Ticket:
    """The row under the next number. The caller has claimed the line. Raises NoMoreNumbers."""
    on = clock.today()
    return Ticket.objects.create(
        pk=new_id(),
        line=line,
        on=on,
        number=_next_number(line, on, is_extra=source in {Source.BOOKED, Source.TRANSFER}),
        source=source,
        errand=wish.errand,
        language=wish.language,
        needs=list(wish.needs),
        digest=digest(secret),
        stands_at=stands_at,
        booked_for=booked_for,
        issued_at=issued_at or clock.now(),
        **fields,
    )


def _next_number(line: Line, on: dt.date, *, is_extra: bool) -> int:
    """One conditional UPDATE with the day's most inside it, read in the same transaction.

    Who booked, or was sent here by another counter, was promised to be seen: they do not use up the day's numbers.
    """
    day = Sequence.objects.filter(line=line, on=on)
    if not day.exists():
        Sequence.objects.get_or_create(line=line, on=on, defaults={"most": line.per_day})
    if is_extra:
        day.update(last=F("last") + 1, most=F("most") + 1)
    elif not day.filter(Q(most=None) | Q(last__lt=F("most"))).update(last=F("last") + 1):
        raise NoMoreNumbers
    # The count is read after the UPDATE, so it is ours.
    return day.values_list("last", flat=True).get()


def checked_secret(secret: str) -> str:
    if secret and not _SECRET.fullmatch(secret):
        raise TicketUnclear(what=_("画面のしるし（もう一度、はじめからお試しください）"))
    return secret or new_secret()


def _checked_mail(mail: str) -> str:
    mail = mail.strip()
    if mail and (len(mail) > 254 or not messages.is_address(mail)):
        raise TellUnclear
    return mail


def _check_paper(line: Line, paper: str) -> None:
    if not _PAPER.fullmatch(paper):
        raise TicketUnclear(what=_("紙の番号"))
    typed = Ticket.objects.filter(line=line, on=clock.today(), paper=paper).select_related("line").first()
    if typed is not None:
        raise PaperTyped(paper=paper, label=typed.label)


def _came(came_at: dt.datetime | None) -> dt.datetime:
    now = clock.now()
    if came_at is None:
        return now
    if came_at > now or clock.in_city(came_at).date() != clock.today():
        raise TicketUnclear(what=_("来た時刻"))
    return came_at


def keep_told(ticket: Ticket, *, mail: str, party: uuid.UUID | None, by: Actor, language: str = "") -> None:
    """Where to tell them, sealed under a key that is destroyed when the day is over."""
    fields: dict[str, Any] = {"party": party} if party else {}
    if mail:
        key = key_of(ticket, by=by)
        fields |= {"tell": vault.seal(key, {"mail": mail, "language": language}, context=ticket.context)}
    Ticket.objects.filter(pk=ticket.pk).update(**fields)
    for name, value in fields.items():
        setattr(ticket, name, value)
    audit.record("queue.to_be_told", ticket.ref, by=by, subject=party)


@writes
def key_of(ticket: Ticket, *, by: Actor) -> vault.DataKey:
    """The data key of this ticket, made when it has none: what is sealed with it goes with the day."""
    if ticket.key is None:
        ticket.key = vault.new_key(ticket.ref)
        Ticket.objects.filter(pk=ticket.pk).update(key=ticket.key)
    return ticket.key


def told_at(ticket: Ticket) -> tuple[str, str]:
    """The address they gave to be told at, and what they read; "" where they gave none, or the day is over."""
    if ticket.key is None or ticket.key.destroyed_at is not None or not ticket.tell:
        return "", ""
    said = vault.unseal(ticket.key, bytes(ticket.tell), context=ticket.context)
    return str(said["mail"]), str(said["language"])
