"""前にあったこと, and how a paper was handed over: `{% load lessons %}`."""

from __future__ import annotations

from typing import Any

from django import template

from madoguchi.engines.procedures import queries

register = template.Library()


@register.inclusion_tag("desk/procedures/_lessons.html", takes_context=True)
def lessons_of(context: Any, case: Any, step: str) -> dict[str, Any]:
    """What went wrong at this step of the same procedure before. `case` is a case or a draft."""
    return {"lessons": queries.lessons(context["request"].actor, case.definition.key, step)}


@register.inclusion_tag("desk/procedures/_handed.html")
def handed(row: Any) -> dict[str, Any]:
    """To whom, by what proof, how many, how much."""
    to, shown = queries.handed_words(row)
    return {"row": row, "to": to, "proof": shown}
