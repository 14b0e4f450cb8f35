"""The booking folder of a pack: how it is read (reading), what is wrong in it (checking), how it becomes rows (keeping)."""

from .checking import check
from .keeping import apply
from .reading import Booking, load

__all__ = ["Booking", "apply", "check", "load"]
