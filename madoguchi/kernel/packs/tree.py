"""From the text of a YAML file to plain data that remembers its lines.

YAML 1.2 by ruamel.yaml's event stream: yes and no are words, dates are dates. Packs are data typed by people, so
anchors, aliases, tags and several documents in one file are refused, and with them every way to make a small
file grow (or to make Python objects).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_BYTES = 1_000_000
MAX_LINES = 20_000
MAX_DEPTH = 30

Path = tuple[str | int, ...]

_INT = re.compile(r"[-+]?[0-9]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS: dict[str, Any] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)


class Unreadable(Exception):
    """A file that cannot be read as what it should be."""

    def __init__(self, line: int, key: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.key, self.message, self.hint = line, key, message, hint


@dataclass(slots=True)
class Tree:
    """The data of a file; `lines` say where each key or entry stands."""

    data: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path = ()) -> int:
        """The line of `path`, or of what it lies in."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def place(self, path: Path, file: str) -> tuple[str, int]:
        """The file and line of `path`; `file` is the one the tree was read from."""
        return file, self.line(path)


def decode(content: bytes) -> str:
    """The text of a pack file: UTF-8, with or without a byte order mark, any line ends."""
    if len(content) > 20 * MAX_BYTES:
        raise Unreadable(0, "", _("ファイルが大きすぎます。"), _("いくつかのファイルに分けてください。"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = _("UTF-8 として読めない文字があります。")
        raise Unreadable(line, "", message, _("UTF-8 で保存し直してください。")) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_yaml(text: str, first_line: int = 1) -> Tree:
    """The tree of `text`. Raises Unreadable with the line of what is wrong."""
    if len(text) > MAX_BYTES or text.count("\n") > MAX_LINES:
        message = _("ファイルが大きすぎます（%d行まで）。") % MAX_LINES
        raise Unreadable(0, "", message, _("いくつかのファイルに分けてください。"))
    reader = _Reader(first_line)
    try:
        return reader.read(iter(YAML(typ="safe", pure=True).parse(text)))
    except MarkedYAMLError as error:
        # A bracket or quote never closed is mended where it was opened, not where the file ended.
        is_open = str(error.context or "").startswith(("while parsing a flow", "while scanning a quoted"))
        mark = (error.context_mark if is_open else None) or error.problem_mark
        line = mark.line + first_line if mark else first_line
        raise Unreadable(line, "", _("YAML として読めません。"), _hint(error)) from None
    except (YAMLError, ValueError, RecursionError, AssertionError):
        # The scanner has no name for every kind of broken text.
        raise Unreadable(first_line, "", _("YAML として読めません。")) from None


def _hint(error: MarkedYAMLError) -> str:
    said = f"{error.context or ''} {error.problem or ''}"
    if "\\t" in said or "'\\t'" in said:
        return _("字下げにはタブではなく半角の空白を使います。")
    if "mapping values" in said or "could not find expected ':'" in said:
        return _("「: 」の位置と字下げを確かめてください。記号を含む文は引用符で囲みます。")
    if "cannot start any token" in said:
        return _("@ や ` で始まる値は引用符で囲みます。")
    return _("字下げ、かっこ、引用符の対応を確かめてください。")


class _Reader:
    """Builds the tree from events, one document, within the limits."""

    def __init__(self, first_line: int) -> None:
        self.tree = Tree(None)
        self.first_line = first_line

    def read(self, events: Iterator[Any]) -> Tree:
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = _("ひとつのファイルに書けるのはひとつの文書だけです。")
                    raise Unreadable(self._line(event), "", message, _("2つめの --- を消してください。"))
            elif isinstance(event, ScalarEvent | CollectionStartEvent | AliasEvent):
                self.tree.lines[()] = self._line(event)
                self.tree.data = self._value(event, events, ())
        return self.tree

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + self.first_line

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        self._refuse_tricks(event, path)
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        if len(path) >= MAX_DEPTH:
            raise Unreadable(self._line(event), shown(path), _("入れ子が深すぎます。"))
        if isinstance(event, SequenceStartEvent):
            return self._list(events, path)
        return self._table(events, path)

    def _refuse_tricks(self, event: Any, path: Path) -> None:
        if isinstance(event, AliasEvent) or event.anchor is not None:
            message = _("& と * による使い回しはできません。")
            raise Unreadable(self._line(event), shown(path), message, _("同じ内容をもう一度書いてください。"))
        if event.tag is not None and not str(event.tag).startswith("tag:yaml.org,2002:"):
            raise Unreadable(self._line(event), shown(path), _("! で始まる印は使えません。"))
        if event.tag is not None and "python" in str(event.tag):
            raise Unreadable(self._line(event), shown(path), _("! で始まる印は使えません。"))

    def _list(self, events: Iterator[Any], path: Path) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            here = (*path, len(items))
            self.tree.lines[here] = self._line(event)
            items.append(self._value(event, events, here))
        return items

    def _table(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, path)
            line = self._line(event)
            here = (*path, key)
            if key in table:
                message = _("同じキーが%d行目にもあります。") % self.tree.lines[here]
                raise Unreadable(line, shown(here), message, _("どちらかを消してください。"))
            self.tree.lines[here] = line
            table[key] = self._value(next(events), events, here)
        return table

    def _key(self, event: Any, path: Path) -> str:
        if not isinstance(event, ScalarEvent):
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                raise Unreadable(self._line(event), shown(path), _("キーには言葉を書きます。"))
            self._refuse_tricks(event, path)
        self._refuse_tricks(event, path)
        return str(event.value)


def _scalar(event: ScalarEvent) -> Any:
    text = str(event.value)
    if not event.implicit[0]:
        return text  # quoted, or a block: always words
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 40:
        return text
    if _INT.fullmatch(text):
        # Codes keep their zeros: 0012 is a word here, as it is to the person who typed it.
        return text if len(text.lstrip("+-")) > 1 and text.lstrip("+-")[0] == "0" else int(text)
    if _HEX.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return text  # 2026-02-30: the field that wants a date says so
    return text


def shown(path: Path) -> str:
    """A path as people write it: pages[0].fields.event."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
