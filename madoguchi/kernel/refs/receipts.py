"""Receipt numbers: short enough to say on the telephone, with a check digit against slips."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata

from django.db.models import F
from stdnum.iso7064 import mod_11_10

from .models import ReceiptSerial

_SHAPE = re.compile(r"^(\d{4})(\d{4,7})(\d)$")


def next_receipt(on: dt.date) -> str:
    """The next receipt number of that month, such as 2611-0427-7. Call it inside a write gate.

    Year and month, a serial, and an ISO 7064 MOD 11,10 check digit over both. A serial is never
    given twice; one may be missing when a transaction was undone.
    """
    month = on.strftime("%y%m")
    if not ReceiptSerial.objects.filter(month=month).update(last=F("last") + 1):
        ReceiptSerial.objects.get_or_create(month=month)
        ReceiptSerial.objects.filter(month=month).update(last=F("last") + 1)
    # Read after our UPDATE: the row is locked until we commit, so the number is ours.
    serial = ReceiptSerial.objects.get(month=month).last
    return _spell(month, f"{serial:04d}")


PRACTICE = "練習"  # the row of ReceiptSerial that practice counts in


def next_practice_receipt() -> str:
    """The next number of practice, such as 練-0012. It uses up no number of a month, and nobody can look it up."""
    if not ReceiptSerial.objects.filter(month=PRACTICE).update(last=F("last") + 1):
        ReceiptSerial.objects.get_or_create(month=PRACTICE)
        ReceiptSerial.objects.filter(month=PRACTICE).update(last=F("last") + 1)
    return f"練-{ReceiptSerial.objects.get(month=PRACTICE).last:04d}"


def scattered_receipt(on: dt.date) -> str:
    """A number of that month which nobody else waits for: 2611-4827193-6, spelled and checked as the others are.

    Serials are given by one row, which everybody would queue for in the minute when bookings open. This one is drawn
    at random from the seven-digit serials, which no month of `next_receipt` reaches; the caller's unique constraint
    says when it was drawn before, and then draws again.
    """
    return _spell(on.strftime("%y%m"), str(1_000_000 + secrets.randbelow(9_000_000)))


def normalise_receipt(text: str) -> str | None:
    """The receipt number somebody typed or dictated, spelled our way; None when it cannot be one."""
    digits = re.sub(r"[\s\-‐‑‒–—−ー]", "", unicodedata.normalize("NFKC", text))
    found = _SHAPE.match(digits)
    if not found or not mod_11_10.is_valid(digits):
        return None
    return _spell(found[1], found[2])


def _spell(month: str, serial: str) -> str:
    return f"{month}-{serial}-{mod_11_10.calc_check_digit(month + serial)}"
