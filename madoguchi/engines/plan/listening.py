"""What the plan hears from the approvals below it."""

from __future__ import annotations

from madoguchi.engines.approvals import events

from .services import reporting

events.follow("plan", "report", approve=reporting.verified, send_back=reporting.sent_back)
