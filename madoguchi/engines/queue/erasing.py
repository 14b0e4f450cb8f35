"""What goes when a person is erased: that a number was theirs, and where to tell them. The numbers stay, nobody's."""

from __future__ import annotations

import uuid

from madoguchi.kernel.refs import SYSTEM, Ref
from madoguchi.kernel.vault.retention import eraser

from . import services


@eraser("tickets", of="party", order=30)
def erase_tickets(ref: Ref) -> int:
    """Doing it twice is doing it once."""
    return services.forget_person(party=uuid.UUID(ref.id), by=SYSTEM)
