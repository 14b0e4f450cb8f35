"""E-mail addresses residents sign in with: sealed, found by a blind index, changed with three days to say no."""

from __future__ import annotations

import datetime as dt
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.db.models import Count
from django.utils.translation import gettext as _

from ... import audit, clock, links, vault
from ...db import writes
from ...errors import NotFound
from ...refs import Actor, Ref
from .. import queries
from ..models import Account, Kind
from . import codes, keys, mails, sign_ins
from .errors import AddressNotUsable, StartAgain, TooManyMails
from .models import Contact, Purpose

WAITS = dt.timedelta(hours=72)


def normal(typed: str) -> str:
    """The one way we write an address: no case, ASCII domain. Raises AddressNotUsable.

    What could begin another header, or another address, is no address.
    """
    address = unicodedata.normalize("NFKC", typed[:400]).strip()
    local, at, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}".lower()
        validate_email(plain)
    except (UnicodeError, ValidationError):
        raise AddressNotUsable from None
    if not (at and local.isascii()) or len(plain) > 254:
        raise AddressNotUsable
    return plain


def digest(address: str) -> str:
    return vault.digest("identity.contact", address)


def current(account: Account) -> Contact | None:
    """The address in force: the one that took over last."""
    kept = Contact.objects.filter(account=account, ended_at=None, since__lte=clock.now())
    return kept.select_related("key").order_by("-since", "-pk").first()


def coming(account: Account) -> Contact | None:
    """A changed address that takes over when its three days are over."""
    later = Contact.objects.filter(account=account, ended_at=None, since__gt=clock.now())
    return later.select_related("key").first()


def address_of(contact: Contact) -> str:
    return str(vault.unseal(contact.key, bytes(contact.sealed), context=contact.context)["mail"])


def account_with(address: str) -> Account | None:
    """The resident who signs in with the address now."""
    found = Contact.objects.filter(digest=digest(address), ended_at=None, since__lte=clock.now()).first()
    if found is None:
        return None
    account = Account.objects.usable().filter(kind=Kind.RESIDENT, pk=found.account_id).first()
    return account if account is not None and current(account) == found else None


# ------------------------------------------------------------------ codes by mail


@writes
def send_code(
    *, address: str, asker: str, purpose: Purpose = Purpose.MAIL, account: Account | None = None
) -> None:
    """Six digits to whoever reads this address, whether or not it is anybody's. Raises TooManyMails.

    `asker`: a secret of the browser's session in which it was asked for. Only there is the code right, and only there
    are its tries used up: a stranger who knows the address can neither guess the owner's code nor shut their door, and
    asking for another one leaves theirs as it is.

    A stranger may guess at the codes they ask for themselves: five an hour to one address, from however many
    browsers, with five tries each, are 25 of a million in an hour, 600 in a day. That is an even chance after
    three years and a mail to the owner each time; and a right guess is only the first of two things.
    """
    whose = digest(address)
    if codes.are_enough(purpose=purpose, whose=whose, at=clock.machine()):
        raise TooManyMails
    code = codes.make(purpose=purpose, whose=whose, account=account, about=asker)
    lines = [
        _("確認の番号：%(code)s") % {"code": code},
        "",
        _("この番号を、開いている画面に入力してください。15分のあいだ使えます。"),
        _("だれにも教えないでください。職員がこの番号を尋ねることはありません。"),
        _("心当たりがないときは、このメールを捨ててください。番号を入力しなければ、何も起こりません。"),
    ]
    mails.send(address=address, subject=_("確認の番号のお知らせ"), lines=lines, lasts=codes.LASTS[purpose])


def tell(account: Account, *, subject: str, lines: list[str]) -> None:
    """A mail to the account's address, if it has one."""
    contact = current(account)
    if contact is not None:
        mails.send(address=address_of(contact), subject=subject, lines=lines, lasts=WAITS)


def tell_change(account: Account, what: str) -> None:
    """That something about the sign-in changed, and where to look; to whoever reads the account's mail."""
    lines = [
        what,
        "",
        _("ご自分でしたことなら、何もしなくてかまいません。"),
        _("心当たりがないときは、サインインの設定を開いて、知らないものをやめてください。"),
        settings.PUBLIC_URL.rstrip("/") + links.page("account"),
    ]
    tell(account, subject=_("サインインの設定が変わりました"), lines=lines)


def not_me(account: Account, what: str) -> str:
    """The address of a page on which the reader of a mail says that it was not them. `what`: "change.<id>"."""
    token = codes.make(purpose=Purpose.STOP, account=account, about=what)
    return settings.PUBLIC_URL.rstrip("/") + links.href(Ref("identity", "not_me", f"{what}.{token}"))


# ------------------------------------------------------------------ keeping and changing


@writes
def keep(*, account: Account, address: str, by: Actor, since: dt.datetime | None = None) -> Contact:
    """Register an address that was shown to be read. Raises StartAgain when it is somebody's already."""
    now = clock.now()
    contact = Contact(
        account=account, key=keys.of(account), digest=digest(address), verified_at=now, since=since or now
    )
    contact.sealed = vault.seal(contact.key, {"mail": address}, context=contact.context)
    try:
        with writes():
            contact.save(force_insert=True)
    except IntegrityError:
        raise StartAgain from None
    audit.record("contact.kept", Ref.to(contact), by=by, subject=by.party)
    return contact


@writes
def change(*, account: Account, address: str, by: Actor) -> Contact:
    """A new address, in three days; the old one is told and can say no until then. Raises StartAgain."""
    _settle(account)
    Contact.objects.filter(account=account, ended_at=None, since__gt=clock.now()).update(ended_at=clock.now())
    contact = keep(account=account, address=address, by=by, since=clock.now() + WAITS)
    lines = [
        _("サインインに使うメールアドレスを変える届けがありました。3日後から、新しいアドレスに変わります。"),
        "",
        _("ご自分でしたことなら、何もしなくてかまいません。"),
        _("心当たりがないときは、3日のうちに、次のページで止めてください。"),
        not_me(account, f"change.{contact.pk}"),
    ]
    tell(account, subject=_("メールアドレスの変更の確認"), lines=lines)
    return contact


@writes
def stop_change(*, account: Account, by: Actor) -> None:
    """The old address stays, and every browser is signed out: who asked for the change was in one. Raises NotFound."""
    if not end_coming(account=account, by=by):
        raise NotFound
    sign_ins.end_all(account=account, by=by, why="change_stopped")


@writes
def end_coming(*, account: Account, by: Actor) -> bool:
    """A changed address that has not taken over yet never will. False where there is none."""
    contact = coming(account)
    if contact is None:
        return False
    Contact.objects.filter(pk=contact.pk, ended_at=None).update(ended_at=clock.now())
    audit.record("contact.change_stopped", Ref.to(contact), by=by, subject=queries.actor_for(account).party)
    return True


@writes
def settle_changes() -> None:
    """Where a new address took over, the old one is free again."""
    moved = Contact.objects.filter(ended_at=None, since__lte=clock.now()).values("account")
    for account in Account.objects.filter(
        pk__in=moved.annotate(n=Count("pk")).filter(n__gt=1).values("account")
    ):
        _settle(account)


def _settle(account: Account) -> None:
    now, kept = clock.now(), current(account)
    if kept is not None:
        old = Contact.objects.filter(account=account, ended_at=None, since__lte=now).exclude(pk=kept.pk)
        old.update(ended_at=now)
