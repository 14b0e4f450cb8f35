"""`mado backup`: a consistent copy of the database and the vault, and whether one that was made can still be read."""

from .command import backup

__all__ = ["backup"]
