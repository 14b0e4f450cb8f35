"""Approvals (決裁): a text goes along a route of posts, is approved or sent back, and every step stays on record."""
