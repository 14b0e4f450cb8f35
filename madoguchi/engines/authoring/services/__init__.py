"""What can be done with procedures one writes. Every change to a blueprint happens here."""

from . import asking, editing
from .drafting import begin, copy_of, import_files, keep, save_text
from .practising import start, wipe
from .publishing import ask, publish, send_back, take_back, withdraw

__all__ = [
    "ask",
    "asking",
    "begin",
    "copy_of",
    "editing",
    "import_files",
    "keep",
    "publish",
    "save_text",
    "send_back",
    "start",
    "take_back",
    "wipe",
    "withdraw",
]
