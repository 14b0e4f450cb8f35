"""What records hear from the approvals below them."""

from __future__ import annotations

from madoguchi.engines.approvals import events

from .services import stories

events.follow("records", "story", approve=stories.approved, send_back=stories.sent_back)
