"""How long things are kept, what holds their end back, and how they are taken away so that nothing of them is left.

The classes are data of the pack; each engine says what its things are and registers what erases them.
"""

from typing import TYPE_CHECKING

from ...doors import door

if TYPE_CHECKING:
    from .erasing import Eraser, begin, erase, eraser, erasers, finish, unfinished
    from .holds import RECORDS, hold, holds_on, lift, standing, why
    from .models import Erasure, Hold, RetentionPlan
    from .outside import manifest, reapply
    from .plan import ClassDef, Plan, end_of, plan_in_force

__all__ = [
    "RECORDS",
    "ClassDef",
    "Eraser",
    "Erasure",
    "Hold",
    "Plan",
    "RetentionPlan",
    "begin",
    "end_of",
    "erase",
    "eraser",
    "erasers",
    "finish",
    "hold",
    "holds_on",
    "lift",
    "manifest",
    "plan_in_force",
    "reapply",
    "standing",
    "unfinished",
    "why",
]
__getattr__ = door(
    __name__,
    erasing="Eraser begin erase eraser erasers finish unfinished",
    holds="RECORDS hold holds_on lift standing why",
    models="Erasure Hold RetentionPlan",
    outside="manifest reapply",
    plan="ClassDef Plan end_of plan_in_force",
)
