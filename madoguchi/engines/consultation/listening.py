"""What consultation hears from the approvals below it."""

from __future__ import annotations

from madoguchi.engines.approvals import events

from .services import answering

events.follow("consultation", "answer", approve=answering.approved, send_back=answering.sent_back)
