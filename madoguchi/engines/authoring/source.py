"""The files of a blueprint as data, and back. What a page changes is changed here, and written as YAML again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.engines.forms.pack import IS_WORD
from madoguchi.kernel import packs
from madoguchi.kernel.packs.problems import Problem
from madoguchi.kernel.packs.tree import Unreadable, decode, read_yaml
from madoguchi.kernel.text import CODES, JAPANESE

from .errors import SourceUnreadable

MOST_BYTES = 300_000  # of one file: a small procedure has some ten thousand
MOST_FILES = 40
OTHER_LANGUAGES = tuple(code for code in CODES if code != JAPANESE)


def slug(key: str) -> str:
    """How the letters of a procedure begin, so that no two procedures share one."""
    return key.replace(".", "_")


@dataclass(slots=True)
class Source:
    """One procedure with its letters and its words in other languages."""

    key: str
    procedure: dict[str, Any]
    letters: dict[str, dict[str, Any]] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)  # language -> text path -> words

    @property
    def path(self) -> str:
        return f"procedures/{self.key}.yaml"

    def questions(self) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
        """(page, key, field) of every question in the order they are asked."""
        for page in self.procedure.get("pages", []):
            for key, asked in page.get("fields", {}).items():
                yield page, key, asked

    def question(self, key: str) -> dict[str, Any] | None:
        return next((asked for _page, name, asked in self.questions() if name == key), None)

    def page_of(self, key: str) -> dict[str, Any] | None:
        return next((page for page, name, _asked in self.questions() if name == key), None)

    def japanese(self) -> dict[str, str]:
        """Every text residents may read, by its path: what other languages translate."""
        return packs.split(self.procedure, IS_WORD)[1]

    def untranslated(self, language: str) -> list[str]:
        said = self.words.get(language, {})
        return [path for path, text in self.japanese().items() if text and not said.get(path)]

    def files(self) -> dict[str, str]:
        """The files as they would stand in a pack."""
        files = {self.path: packs.write_yaml(self.procedure)}
        known = self.japanese()
        for language, words in self.words.items():
            kept = {path: text for path, text in words.items() if path in known and text.strip()}
            if kept:
                files[self.path.removesuffix("yaml") + f"{language}.yaml"] = packs.write_yaml(kept)
        for key, letter in self.letters.items():
            files[f"documents/{key}.yaml"] = packs.write_yaml(letter)
        return files


_LETTER = re.compile(r"^documents/([a-z][a-z0-9_]*)\.yaml$")


def read(key: str, files: Mapping[str, str]) -> Source:
    """The data of saved files: what was saved could be read, so this can."""
    source = Source(key, _data(files, f"procedures/{key}.yaml"))
    for name in files:
        if letter := _LETTER.match(name):
            source.letters[letter[1]] = _data(files, name)
    for language in OTHER_LANGUAGES:
        name = f"procedures/{key}.{language}.yaml"
        if name in files:
            source.words[language] = {str(path): str(text) for path, text in _data(files, name).items()}
    return source


def _data(files: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        data = read_yaml(files.get(name, "")).data
    except Unreadable as error:
        raise SourceUnreadable(problems=[_problem(name, error)]) from None
    if not isinstance(data, dict):
        raise SourceUnreadable(problems=[Problem(name, 1, "", _("「キー: 値」の形で書きます。"))])
    return data


def text_of(name: str, content: bytes) -> str:
    """What was typed or sent in as a file, as text. Raises SourceUnreadable."""
    if len(content) > MOST_BYTES:
        raise SourceUnreadable(problems=[Problem(name, 0, "", _("大きすぎます（300キロバイトまで）。"))])
    try:
        return decode(content)
    except Unreadable as error:
        raise SourceUnreadable(problems=[_problem(name, error)]) from None


def check_readable(name: str, text: str) -> dict[str, Any]:
    """The data of one file as typed. Raises SourceUnreadable with the line of what is wrong."""
    return _data({name: text_of(name, text.encode("utf-8", "replace"))}, name)


def _problem(name: str, error: Unreadable) -> Problem:
    return Problem(name, error.line, error.key, error.message, error.hint)
