"""What can be done with draws. Every change of a round, an entry or a win happens here."""

from ..beacons import Drand, Numbers
from ..drawing import Item, Tier
from ..drawing import Rules as RulesIn
from ..rules import check_minds
from .answering import answer_by_code, confirm, decline, lapse_due
from .closing import close, draw, hold_still, open_due
from .entering import enter, enter_for_somebody, look, refuse_entry, withdraw
from .opening import open_round
from .over import call_off, redraw
from .reading import confirm_numbers, type_numbers

__all__ = [
    "Drand",
    "Item",
    "Numbers",
    "RulesIn",
    "Tier",
    "answer_by_code",
    "call_off",
    "check_minds",
    "close",
    "confirm",
    "confirm_numbers",
    "decline",
    "draw",
    "enter",
    "enter_for_somebody",
    "hold_still",
    "lapse_due",
    "look",
    "open_due",
    "open_round",
    "redraw",
    "refuse_entry",
    "type_numbers",
    "withdraw",
]
