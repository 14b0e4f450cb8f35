"""Where the chance comes from: something public that nobody could know while entries were taken.

A round names its beacons beforehand, the first that can be had is used, and one that came out before the entries were
frozen is never used. Each kind says when it comes out and how its value is had.
"""

from .ports import Drand, Numbers, known_at, named, obtain, stamp

__all__ = ["Drand", "Numbers", "known_at", "named", "obtain", "stamp"]
