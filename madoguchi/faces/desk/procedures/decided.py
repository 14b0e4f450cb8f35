"""Reading and showing the boxes of what is decided, and the reason somebody begins from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

DECIDED = "decided."  # how the names of their inputs begin: decided.amount:value


def decided_values(posted: Mapping[str, str], asked: Iterable[Any]) -> dict[str, dict[str, str]] | None:
    """key -> input -> text, as the engine reads it; None where nothing of it was sent, or nothing is asked."""
    if not any(name.startswith(DECIDED) for name in posted):
        return None
    return {
        one.path.removeprefix(DECIDED): {name: posted.get(f"{one.path}:{name}", "") for name in one.inputs}
        for one in asked
    }


def asked_rows(
    asked: Iterable[Any], posted: Mapping[str, str], errors: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Each box with what was typed into it and its own sentences."""
    typed = posted if any(name.startswith(DECIDED) for name in posted) else None
    rows = []
    for one in asked:
        prefix = f"{one.path}:"
        wrong = {
            name.removeprefix(prefix): sentence
            for name, sentence in errors.items()
            if name.startswith(prefix)
        }
        rows.append({"asked": one, "prefix": prefix, "errors": wrong, "typed": typed})
    return rows


def begun_reason(posted: Mapping[str, str], texts: Mapping[str, str]) -> str:
    """What stands in the box: as typed, with the chosen text after it once 「この文から書きはじめる」 was pressed."""
    reason = posted.get("reason", "")
    chosen = texts.get(posted.get("begin_with", ""), "")
    if posted.get("then") != "begin" or not chosen or chosen in reason:
        return reason
    return f"{reason.rstrip()}\n\n{chosen}" if reason.strip() else chosen
