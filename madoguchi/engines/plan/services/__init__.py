"""Everything that changes the plan: bringing it from a pack, and carrying it out."""

from .bringing import bring_plan
from .measuring import record_measurement
from .promises import promise, settle_promise
from .reporting import ReportIn, ask_for_reports, hand_in, remind, write_sheet
from .years import freeze_year

__all__ = [
    "ReportIn",
    "ask_for_reports",
    "bring_plan",
    "freeze_year",
    "hand_in",
    "promise",
    "record_measurement",
    "remind",
    "settle_promise",
    "write_sheet",
]
