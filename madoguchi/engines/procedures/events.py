"""What this engine tells whoever stands above it."""

from django.dispatch import Signal

# case: the Case just received, inside the transaction that received it.
case_received = Signal()
# case, decision: sent when a decision letter has gone out.
case_decided = Signal()
