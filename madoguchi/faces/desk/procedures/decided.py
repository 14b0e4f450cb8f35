"""Reading and showing the boxes of what is decided, and the reason somebody begins from."""

from __future__ import annotations

import unicodedata
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
    asked: Iterable[Any],
    posted: Mapping[str, str],
    errors: Mapping[str, Any],
    proposals: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Each box with what was typed into it, its own sentences, and what the answers propose for it."""
    typed = posted if any(name.startswith(DECIDED) for name in posted) else None
    rows = []
    for one in asked:
        prefix = f"{one.path}:"
        wrong = {
            name.removeprefix(prefix): sentence
            for name, sentence in errors.items()
            if name.startswith(prefix)
        }
        proposal = proposals.get(one.path)
        stands = {
            name: value if typed is None else typed.get(f"{prefix}{name}", "")
            for name, value in one.inputs.items()
        }
        rows.append(
            {
                "asked": one,
                "prefix": prefix,
                "errors": wrong,
                "typed": typed,
                "proposed": proposal.shown if proposal else "",
                "differs": proposal is not None and _plain(stands) != _plain(proposal.inputs),
            }
        )
    return rows


def _plain(inputs: Mapping[str, str]) -> dict[str, str]:
    """As typed, without what does not change the value: wide digits, commas, the unit."""
    return {
        name: unicodedata.normalize("NFKC", str(typed))
        .replace(",", "")
        .strip()
        .removesuffix("円")
        .lstrip("0")
        for name, typed in inputs.items()
    }


def begun_reason(posted: Mapping[str, str], texts: Mapping[str, str]) -> str:
    """What stands in the box: as typed, with the chosen text after it once 「この文から書きはじめる」 was pressed."""
    reason = posted.get("reason", "")
    chosen = texts.get(posted.get("begin_with", ""), "")
    if posted.get("then") != "begin" or not chosen or chosen in reason:
        return reason
    return f"{reason.rstrip()}\n\n{chosen}" if reason.strip() else chosen
