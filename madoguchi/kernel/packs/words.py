"""Words apart from logic: a definition's logic is pinned by open cases, its words may be corrected any day.

A text path is how people point at a word: keys joined by dots, list entries by their `id` (else by number), and
the fields of a form by `fields.<key>` without the page they stand on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

LIFTED = frozenset({"fields"})


def split(data: Any, is_word: Callable[[tuple[str, ...]], bool]) -> tuple[Any, dict[str, str]]:
    """(logic, words): a copy of `data` in which every word is "", and the words by text path.

    `is_word` is asked about each string with its keys (list places left out): ("pages", "fields", "event", "label").
    """
    words: dict[str, str] = {}

    def take(text: str, path: str, keys: tuple[str, ...]) -> str:
        if not text or not is_word(keys):
            return text
        words[path] = text
        return ""

    return _walked(data, "", (), take), words


def filled(logic: Any, words: Mapping[str, str]) -> Any:
    """`logic` with the words back in their places: the other way of `split`."""
    return _walked(logic, "", (), lambda text, path, keys: text or words.get(path, ""))


def by_name(*names: str, tables: tuple[str, ...] = ()) -> Callable[[tuple[str, ...]], bool]:
    """An `is_word`: strings under one of the keys `names`, and every string in one of the `tables`."""
    known, under = frozenset(names), frozenset(tables)
    return lambda keys: bool(keys) and (keys[-1] in known or (len(keys) > 1 and keys[-2] in under))


def _walked(
    data: Any, path: str, keys: tuple[str, ...], change: Callable[[str, str, tuple[str, ...]], str]
) -> Any:
    if isinstance(data, str):
        return change(data, path, keys)
    if isinstance(data, dict):
        return {
            key: _walked(value, below(path, str(key), keys), (*keys, str(key)), change)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_walked(item, below(path, mark(item, n), ()), keys, change) for n, item in enumerate(data)]
    return data


def below(path: str, part: str, keys: tuple[str, ...]) -> str:
    """The text path of `part` under `path`, whose own keys are `keys`."""
    if part in LIFTED and LIFTED.isdisjoint(keys):
        return part
    return f"{path}.{part}" if path else part


def mark(item: Any, number: int) -> str:
    """How an entry of a list is called in a text path: by its id, else by its number."""
    return str(item["id"]) if isinstance(item, dict) and isinstance(item.get("id"), str) else str(number)
