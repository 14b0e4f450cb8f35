"""Result documents that others published: kept, doubted, decided by people, and made a call or laid over one."""

from .documents import drop_document, take_document
from .doubting import decide, leave_all_unknown, leave_unknown, undo, undo_last
from .seeds import Loaded, load_seeds
from .taking_over import Facts, remove_overlay, take_over

__all__ = [
    "Facts",
    "Loaded",
    "decide",
    "drop_document",
    "leave_all_unknown",
    "leave_unknown",
    "load_seeds",
    "remove_overlay",
    "take_document",
    "take_over",
    "undo",
    "undo_last",
]
