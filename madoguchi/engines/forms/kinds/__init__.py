"""Each kind of question: reading what was typed, filling it in again, showing it, checking what is kept."""

from __future__ import annotations

from .accounts import BankAccount
from .base import Fits, Kind, Posted
from .choosing import Choice, Choices, Consent, YesNo, tick
from .dates import Date
from .names import Name, OtherNames, Signature, full_name, is_signed_by, paper_name
from .numbers import Money, Number
from .places import Address
from .words import Email, LongText, Phone, ShortText

KINDS: dict[str, Kind] = {
    "text": ShortText(),
    "long_text": LongText(),
    "number": Number(),
    "money": Money(),
    "yes_no": YesNo(),
    "choice": Choice(),
    "choices": Choices(),
    "consent": Consent(),
    "signature": Signature(),
    "date": Date(),
    "name": Name(),
    "other_names": OtherNames(),
    "address": Address(),
    "bank_account": BankAccount(),
    "phone": Phone(),
    "email": Email(),
    "list_more": YesNo(),
}
# A person is asked in parts, each a question of its own.
PART_KINDS = {
    "name": "name",
    "other_names": "other_names",
    "birth": "date",
    "address": "address",
    "phone": "phone",
    "email": "email",
}

__all__ = [
    "KINDS",
    "PART_KINDS",
    "BankAccount",
    "Fits",
    "Kind",
    "Posted",
    "full_name",
    "is_signed_by",
    "paper_name",
    "tick",
]
