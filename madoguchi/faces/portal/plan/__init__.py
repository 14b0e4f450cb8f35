"""The plan as residents see it: what was published, and what really runs here."""
