"""A resident who lost every way in gets a new one, and nobody else does.

A recovery code with the mail opens at once (residents.one_thing_more). Otherwise the mail alone asks, waits three
days, and everybody it may belong to is told and can stop it; or two members of staff see the person's papers.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ... import audit, clock
from ...db import writes
from ...errors import NotFound
from ...refs import Actor, Ref, is_id
from ...text import fold
from .. import queries, throttle
from ..federation import links
from ..mandates import services as mandates
from ..models import Account, Kind
from . import assurance as sure
from . import codes, contacts, factors, passwords, recovered, residents, sign_ins
from .errors import AnotherPersonConfirms, RecoveryNotPossible
from .models import OneTimeCode, Purpose, Recovery, SignedIn

WAITS = dt.timedelta(hours=72)
# From the moment it opens: long enough for a weekend, then it has to be asked for again.
OPEN_FOR = dt.timedelta(days=7)
COUNTER_WAITS = dt.timedelta(days=1)
# So long before they came back somebody else may have been in the account.
MISUSED_SINCE = dt.timedelta(days=30)
DOCUMENTS = {
    "license": gettext_lazy("運転免許証"),
    "my_number_card": gettext_lazy("マイナンバーカード（表の面）"),
    "residence_card": gettext_lazy("在留カード"),
    "passport": gettext_lazy("パスポート"),
    "two_papers": gettext_lazy("写真のない書類2つ"),
}


def open_of(account: Account, way: str = "") -> Recovery | None:
    """What is under way for the account, in one way or whichever."""
    found = Recovery.objects.filter(account=account, ended_at=None, expires_at__gt=clock.now())
    return (found.filter(way=way) if way else found).first()


# ------------------------------------------------------------------ by mail, in three days


@writes
def ask(*, account: Account) -> Recovery:
    """The reader of the account's mail asks to come back. Asking again is the same request. Never before three days."""
    _end_late(account)
    now = clock.now()
    request, made = Recovery.objects.get_or_create(
        account=account,
        way=Recovery.Way.MAIL,
        ended_at=None,
        defaults={"asked_at": now, "opens_at": now + WAITS, "expires_at": now + WAITS + OPEN_FOR},
    )
    if made:
        by = queries.actor_for(account)
        audit.record("recovery.asked", Ref.to(request), by=by, facts={"way": "mail"}, subject=by.party)
        lines = [
            _(
                "サインインの方法をなくしたという届けがありました。3日たつと、新しい方法を登録できるようになります。"
            ),
            "",
            _("ご自分でしたことなら、3日たってから、もう一度サインインの画面を開いてください。"),
            _("心当たりがないときは、3日のうちに、次のページで止めてください。"),
            contacts.not_me(account, f"recovery.{request.pk}"),
        ]
        contacts.tell(account, subject=_("サインインの再登録の届けがありました"), lines=lines)
    return request


def is_open(request: Recovery | None) -> bool:
    """Whether its wait is over."""
    return bool(request and request.opens_at and request.opens_at <= clock.now() < request.expires_at)


@writes
def stop(*, request_id: uuid.UUID | str, account: Account, by: Actor) -> None:
    """「わたしではありません」: it opens nothing, and a code on paper for it neither. Raises NotFound."""
    mine = (
        Recovery.objects.filter(pk=request_id, account=account, ended_at=None) if is_id(request_id) else None
    )
    if not (mine and mine.update(ended_at=clock.now(), ended_why="stopped")):
        raise NotFound
    codes.withdraw(purpose=Purpose.COUNTER, account=account)
    party = queries.actor_for(account).party
    audit.record("recovery.stopped", Ref("identity", "recovery", str(request_id)), by=by, subject=party)


@writes
def complete(
    *, account: Account, way: str, added: dict[str, Any], label: str = "", browser: str = ""
) -> SignedIn:
    """The new way in takes the place of all that was lost. Raises RecoveryNotPossible, and what `added` refuses with.

    One conditional UPDATE: of two browsers that come at the same moment one goes on.
    """
    now = clock.now()
    ready = Recovery.objects.filter(
        account=account, way=way, ended_at=None, opens_at__lte=now, expires_at__gt=now
    ).order_by("pk")
    request = ready.first()
    if request is None or not _take(request):
        raise RecoveryNotPossible
    by = queries.actor_for(account)
    _end_everything(account, by)
    word = residents.add(account=account, added=added, label=label)
    audit.record("recovery.used", Ref.to(request), by=by, facts={"way": request.way}, subject=by.party)
    contacts.tell_change(account, _("新しいサインインの方法が登録され、前の方法は使えなくなりました。"))
    shown = sure.COUNTER if request.way == Recovery.Way.COUNTER else sure.MAIL
    return sign_ins.let_in(account=account, assurance=sure.joined(shown, word), browser=browser)


def _end_everything(account: Account, by: Actor) -> None:
    """What opened the account or could open it soon, and what somebody else may have let others do in it."""
    factors.stop_all(account=account, by=by, why="recovered")
    account.set_unusable_password()
    account.save(update_fields=["password"])
    links.end_all(account=account, by=by, why="recovered")
    contacts.end_coming(account=account, by=by)
    Recovery.objects.filter(account=account, ended_at=None).update(
        ended_at=clock.now(), ended_why="overtaken"
    )
    for purpose in (Purpose.COUNTER, Purpose.STOP, Purpose.CHANGE):
        codes.withdraw(purpose=purpose, account=account)
    mandates.end_given_online(account=account, since=clock.now() - MISUSED_SINCE, by=by)
    recovered.end_the_rest(account, by)


def _take(request: Recovery) -> bool:
    unused = Recovery.objects.filter(pk=request.pk, ended_at=None)
    return bool(unused.update(ended_at=clock.now(), ended_why="used"))


# ------------------------------------------------------------------ at the counter, by two


@dataclass(frozen=True, slots=True)
class Papers:
    """What stands on the papers, as somebody who has them before their eyes types it."""

    family: str
    given: str
    birth: dt.date | None  # None: what was typed is no day


def papers_seen(*, address: str, papers: Papers, document: str, by: Actor) -> Recovery:
    """A clerk saw the person's papers and typed what stands on them; what we know is compared, never shown.

    What somebody began before gives way, and its code opens nothing. Raises RecoveryNotPossible: no such account,
    nothing known to compare with, or not the same person; TooManyTries.
    """
    address = contacts.normal(address)
    account = contacts.account_with(address)
    if document not in DOCUMENTS:
        raise RecoveryNotPossible
    _compare(account or _nobody(address), papers, by=by)
    assert account is not None  # noqa: S101  nobody has no name
    return _await_second(account, document, by)


def _compare(account: Account, papers: Papers, *, by: Actor) -> None:
    """Each refused try is on record, and slows the account down: one could guess at a birth date. Not one transaction."""
    with passwords.one_try(throttle.Tried.of(kind="papers", login=str(account.pk), address="")):
        if not _is_same_person(account, papers):
            known = None if account._state.adding else Ref.to(account)
            audit.record_refusal(RecoveryNotPossible.code, known, by=by, facts={"tried": "papers"})
            raise RecoveryNotPossible


@writes
def _await_second(account: Account, document: str, by: Actor) -> Recovery:
    _make_room(account)
    now = clock.now()
    try:
        with writes():
            request = Recovery.objects.create(
                account=account,
                way=Recovery.Way.COUNTER,
                asked_at=now,
                expires_at=now + COUNTER_WAITS,
                document=document,
                seen_by=by.account,
                seen_by_name=by.name[:100],
                division="、".join(sorted(by.divisions))[:100],
            )
    except IntegrityError:
        raise RecoveryNotPossible from None
    _record("recovery.papers_seen", request, by, document=document)
    return request


def _make_room(account: Account) -> None:
    before = Recovery.objects.filter(account=account, way=Recovery.Way.COUNTER, ended_at=None)
    before.update(ended_at=clock.now(), ended_why="overtaken")
    codes.withdraw(purpose=Purpose.COUNTER, account=account)


def _is_same_person(account: Account, papers: Papers) -> bool:
    party = queries.party(queries.actor_for(account).party)
    known = queries.profile(party) if party else {}
    name = known.get("name") or {}
    said = (fold(papers.family), fold(papers.given), papers.birth.isoformat() if papers.birth else "")
    return all(said) and said == (
        fold(str(name.get("family", ""))),
        fold(str(name.get("given", ""))),
        str(known.get("birth", "")),
    )


def waiting_for_second() -> list[Recovery]:
    """Papers one person saw and nobody has confirmed yet."""
    rows = Recovery.objects.filter(way=Recovery.Way.COUNTER, ended_at=None, confirmed_by=None)
    return list(rows.filter(expires_at__gt=clock.now()).select_related("account").order_by("asked_at"))


def confirm_papers(*, request_id: uuid.UUID | str, papers: Papers, by: Actor) -> str:
    """Another person saw them too, and typed for themselves what stands on them: the code for paper, told once.

    Raises NotFound, AnotherPersonConfirms, RecoveryNotPossible, TooManyTries.
    """
    request = next((row for row in waiting_for_second() if str(row.pk) == str(request_id)), None)
    if request is None:
        raise NotFound
    if request.seen_by == by.account:
        raise AnotherPersonConfirms
    _compare(request.account, papers, by=by)
    return _confirmed(request, by)


@writes
def _confirmed(request: Recovery, by: Actor) -> str:
    now = clock.now()
    unconfirmed = Recovery.objects.filter(pk=request.pk, confirmed_by=None, ended_at=None)
    if not unconfirmed.update(confirmed_by=by.account, opens_at=now, expires_at=now + OPEN_FOR):
        raise NotFound
    _record("recovery.papers_confirmed", request, by)
    contacts.tell_change(request.account, _("窓口で本人確認をして、サインインの再登録を受け付けました。"))
    return codes.make(purpose=Purpose.COUNTER, account=request.account, about=str(request.pk))


def with_paper(*, address: str, typed: str, from_address: str = "") -> Account:
    """The code on paper and the address it belongs to. Raises WrongCode, TooManyTries, AddressNotUsable."""
    address = contacts.normal(address)
    account = contacts.account_with(address)
    tried = throttle.Tried.of(kind="counter", login=contacts.digest(address), address=from_address)
    with passwords.one_try(tried):
        codes.use(purpose=Purpose.COUNTER, typed=typed, account=account or _nobody(address))
    assert account is not None  # noqa: S101  nobody has no code
    return account


def _nobody(address: str) -> Account:
    return Account(pk=uuid.uuid5(uuid.NAMESPACE_URL, f"madoguchi:nobody:{address}"), kind=Kind.RESIDENT)


def _end_late(account: Account) -> None:
    """One that nobody used in time makes room for the next."""
    now = clock.now()
    late = Recovery.objects.filter(account=account, ended_at=None, expires_at__lte=now)
    late.update(ended_at=now, ended_why="late")


def _record(verb: str, request: Recovery, by: Actor, **facts: str) -> None:
    party = queries.actor_for(request.account).party
    audit.record(verb, Ref.to(request), by=by, facts=facts, subject=party)


# ------------------------------------------------------------------ 「わたしではありません」, from a mail


def said_in_mail(token: str) -> tuple[str, Account | None]:
    """What the link of a mail is about ("change" or "recovery"), and whose; ("", None) for a link that is none."""
    if token.count(".") != 2:
        return "", None
    what, number, _code = token.split(".")
    rows = OneTimeCode.objects.filter(
        purpose=Purpose.STOP, about=f"{what}.{number}", used_at=None, expires_at__gt=clock.machine()
    )
    row = rows.select_related("account").last()
    return (what, row.account) if row is not None else ("", None)


def stop_from_mail(*, token: str) -> None:
    """Its reader says that it was not them. Raises WrongCode, NotFound."""
    what, account = said_in_mail(token)
    if account is None:
        raise NotFound
    kind, number, code = token.split(".", 2)
    codes.use(purpose=Purpose.STOP, typed=code, account=account, about=f"{kind}.{number}")
    by = queries.actor_for(account)
    if what == "change":
        contacts.stop_change(account=account, by=by)
    else:
        stop(request_id=number, account=account, by=by)
