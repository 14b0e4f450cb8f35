"""What approvals tell those above them. Receivers get `request` (the row) and `by` (the actor)."""

from django.dispatch import Signal

approved = Signal()
remanded = Signal()
withdrawn = Signal()
