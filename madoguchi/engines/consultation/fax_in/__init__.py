"""Opinions by FAX: a FAX server drops images into a folder; each becomes a comment that waits to be typed by staff."""
