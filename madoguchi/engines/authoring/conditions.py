"""「この質問の答えが…のとき」: conditions one chooses, as the expressions they become, and back."""

from __future__ import annotations

import re
from typing import Any

from .source import Source

YES, NO = "yes", "no"
_YES_NO = re.compile(r"^(!?)([a-z][a-z0-9_]*)$")
_OPTION = re.compile(r"^([a-z][a-z0-9_]*) == '([a-z][a-z0-9_]*)'$")
_AMONG = re.compile(r"^'([a-z][a-z0-9_]*)' in ([a-z][a-z0-9_]*)$")


def choices(source: Source, *, before: str = "") -> list[tuple[str, str]]:
    """(value, words) of every answer a condition can wait for; only questions asked before `before`."""
    found = []
    for _page, key, asked in source.questions():
        if key == before:
            break
        label = asked.get("label", "") or key
        if asked.get("type") == "yes_no":
            found += [
                (f"{key}:{YES}", f"「{label}」が「はい」のとき"),
                (f"{key}:{NO}", f"「{label}」が「いいえ」のとき"),
            ]
        elif asked.get("type") in {"choice", "choices"}:
            found += [
                (f"{key}:{option}", f"「{label}」が「{words}」のとき")
                for option, words in asked.get("options", {}).items()
            ]
    return found


def expression(source: Source, value: str) -> str:
    """The CEL of a chosen condition; "" for always."""
    key, _colon, answer = value.partition(":")
    asked: dict[str, Any] = source.question(key) or {}
    match asked.get("type"):
        case "yes_no":
            return key if answer == YES else f"!{key}"
        case "choice":
            return f"{key} == '{answer}'"
        case "choices":
            return f"'{answer}' in {key}"
    return ""


def value_of(written: str) -> str | None:
    """The choice an expression stands for; None for one written by hand, "" for none."""
    if not written:
        return ""
    if found := _YES_NO.match(written):
        return f"{found[2]}:{NO if found[1] else YES}"
    if found := _OPTION.match(written):
        return f"{found[1]}:{found[2]}"
    if found := _AMONG.match(written):
        return f"{found[2]}:{found[1]}"
    return None
