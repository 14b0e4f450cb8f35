"""One-time codes: six digits by mail, twelve characters on paper. One use, a few tries, a while."""

from __future__ import annotations

import datetime as dt
import secrets
import unicodedata

from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac

from ... import clock
from ...db import writes
from ..models import Account
from .errors import WrongCode
from .models import OneTimeCode, Purpose

TRIES = 5
AN_HOUR = 5  # codes to one address
# Read aloud and copied by hand: nothing that looks like another.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
LASTS = {
    Purpose.MAIL: dt.timedelta(minutes=15),
    Purpose.CHANGE: dt.timedelta(minutes=15),
    Purpose.ENROL: dt.timedelta(hours=24),
    Purpose.COUNTER: dt.timedelta(days=7),
    Purpose.STOP: dt.timedelta(hours=72),
}


@writes
def make(*, purpose: Purpose, account: Account | None = None, whose: str = "", about: str = "") -> str:
    """A new code, told to its receiver only. What was made before for the same purpose, person and matter is over."""
    now = clock.machine()
    same = OneTimeCode.objects.filter(
        purpose=purpose, account=account, whose=whose, about=about, used_at=None
    )
    same.update(used_at=now)
    code = _made(purpose)
    row = OneTimeCode(
        purpose=purpose,
        account=account,
        whose=whose,
        about=about,
        tries_left=TRIES,
        made_at=now,
        expires_at=now + LASTS[purpose],
    )
    row.digest = _digest(row, code)
    row.save()
    return code


def use(
    *, purpose: Purpose, typed: str, account: Account | None = None, whose: str = "", about: str | None = None
) -> OneTimeCode:
    """Use it up: of two who come at once with the right code, one has it. Raises WrongCode.

    A wrong try is counted in its own transaction, before it is judged, so that it stands when the caller's is
    undone: call it outside of one.
    """
    row = _open(purpose, account, whose, about)
    # Of those who asked at the same moment each may have found room for one more: what is too many opens nothing.
    row = None if row and are_enough(purpose=purpose, whose=whose, at=row.made_at) else _counted(row)
    if row is None or not constant_time_compare(_digest(row, folded(typed)), row.digest):
        raise WrongCode
    if not _take(row):
        raise WrongCode
    return row


def _open(purpose: Purpose, account: Account | None, whose: str, about: str | None) -> OneTimeCode | None:
    known = Q(about=about) if about is not None else Q()
    return OneTimeCode.objects.filter(
        known, purpose=purpose, account=account, whose=whose, used_at=None
    ).last()


@writes
def _counted(row: OneTimeCode | None) -> OneTimeCode | None:
    if row is None:
        return None
    mine = OneTimeCode.objects.filter(
        pk=row.pk, used_at=None, tries_left__gt=0, expires_at__gt=clock.machine()
    )
    # Nobody guesses 59 bits while tries are slowed down; but whoever knows the address could use five tries up.
    cost = 0 if row.purpose == Purpose.COUNTER else 1
    return row if mine.update(tries_left=F("tries_left") - cost) else None


@writes
def _take(row: OneTimeCode) -> bool:
    return bool(OneTimeCode.objects.filter(pk=row.pk, used_at=None).update(used_at=clock.machine()))


@writes
def withdraw(*, purpose: Purpose, account: Account) -> None:
    """Codes of this purpose that the account still had open work no more."""
    OneTimeCode.objects.filter(purpose=purpose, account=account, used_at=None).update(used_at=clock.machine())


def are_enough(*, purpose: Purpose, whose: str, at: dt.datetime) -> bool:
    """Whether an address had all its codes, used or not, in the hour before."""
    hour_before = {"made_at__gt": at - dt.timedelta(hours=1), "made_at__lt": at}
    sent = OneTimeCode.objects.filter(purpose=purpose, whose=whose, **hour_before)
    return bool(whose) and sent.count() >= AN_HOUR


def is_open(purpose: Purpose, account: Account) -> bool:
    """Whether the account has such a code that still works."""
    still = OneTimeCode.objects.filter(purpose=purpose, account=account, used_at=None, tries_left__gt=0)
    return still.filter(expires_at__gt=clock.machine()).exists()


@writes
def forget_old() -> None:
    """Codes a day past their end. An hour's count of mails does not need older ones."""
    OneTimeCode.objects.filter(expires_at__lt=clock.machine() - dt.timedelta(days=1)).delete()


def on_paper(letters: int = 12) -> str:
    """A code for paper, in groups of four: 59 bits in twelve letters."""
    code = "".join(secrets.choice(_LETTERS) for _place in range(letters))
    return "-".join(code[at : at + 4] for at in range(0, letters, 4))


def folded(typed: str) -> str:
    """What was typed, without the spaces, dashes and widths a person or a form puts in."""
    plain = unicodedata.normalize("NFKC", typed[:100]).upper()
    return "".join(letter for letter in plain if letter.isalnum() and letter.isascii())


def _made(purpose: Purpose) -> str:
    if purpose in {Purpose.MAIL, Purpose.CHANGE}:
        return f"{secrets.randbelow(1_000_000):06d}"
    return secrets.token_urlsafe(24) if purpose == Purpose.STOP else on_paper()


def _digest(row: OneTimeCode, code: str) -> str:
    # Keyed by the installation and bound to the row: six digits alone are guessed from a plain hash at once.
    return salted_hmac("madoguchi.identity.code", f"{row.pk}:{folded(code)}", algorithm="sha256").hexdigest()
