"""`mado doctor`: is this installation in order? Checks that only look, and a report an auditor can read."""

from .command import doctor

__all__ = ["doctor"]
