"""補正: asking for single places to be put right, and taking the answer in whole."""

from ...replies import PaperIn
from .asking import Wanted, ask_correction, confirm_item
from .handing_in import answer_correction, hand_in_correction
from .saving import save_correction

__all__ = [
    "PaperIn",
    "Wanted",
    "answer_correction",
    "ask_correction",
    "confirm_item",
    "hand_in_correction",
    "save_correction",
]
