"""Another system's rooms and coming bookings: looked through first, taken in once, what does not fit is said."""

from .merging import BOOKINGS, RESOURCES, Plan, columns_of, plan_import, plan_of, take_in

__all__ = ["BOOKINGS", "RESOURCES", "Plan", "columns_of", "plan_import", "plan_of", "take_in"]
