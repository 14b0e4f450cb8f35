"""Hints beside what staff write for the public: `{% load readability %}`. They hold nobody up."""

from __future__ import annotations

from typing import Any

from django import template

from madoguchi.kernel.text import easy_reading_hints, reading_hints

register = template.Library()
MOST = 6  # more than this is no hint but a scolding


@register.inclusion_tag("shared/_reading_hints.html")
def hints_for(text: Any, language: str = "ja") -> dict[str, Any]:
    """What could be easier to read in `text`; nothing is shown when there is nothing to say, or in other languages."""
    ways = {"ja": reading_hints, "ja-easy": easy_reading_hints}
    found = ways[language](str(text or "")) if language in ways else []
    return {"hints": found[:MOST], "more": max(len(found) - MOST, 0)}
