"""What a part sees of a pack: its files, read, checked against a model, every fault written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel

from madoguchi.kernel.rules import RuleError
from madoguchi.kernel.text import CODES, JAPANESE

from .problems import Problem, Severity, meant
from .reading import Pack, PackMeta, SourceFile, read_texts
from .shapes import Located, located
from .tree import Path, Tree, Unreadable, decode, read_yaml

M = TypeVar("M", bound=BaseModel)

MAX_ROWS = 200_000
MAX_CELL = 20_000
MAX_PROBLEMS = 50  # in one table: after that it is the same mistake again


class PackFolder:
    """The pack as one part reads it. Paths are those inside the pack: `procedures/register.csv`."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.problems = pack.problems
        self.read_files: set[str] = set()
        self.loaded: dict[str, Any] = {}  # what the parts before this one made, by their folder

    @property
    def meta(self) -> PackMeta | None:
        return self.pack.meta

    def names(self, under: str, *endings: str) -> list[str]:
        """The files in the folder `under` that end so, translations left out, in order."""
        start = under.rstrip("/") + "/"
        return [
            name
            for name in sorted(self.pack.files)
            if name.startswith(start) and name.endswith(endings) and language_of(name) == JAPANESE
        ]

    def has(self, path: str) -> bool:
        return path in self.pack.files

    def problem(
        self, file: str, line: int, key: str, message: str, hint: str = "", *, is_error: bool = True
    ) -> None:
        """Report what is wrong at a place that is not part of a Located."""
        severity = Severity.ERROR if is_error else Severity.WARNING
        self.problems.append(Problem(self.shown(file), line, key, message, hint, severity))

    def shown(self, file: str) -> str:
        """The file as whoever checks the pack would open it."""
        known = self.pack.files.get(file)
        return known.shown if known else file

    # YAML

    def yaml(self, path: str, model: type[M], *, optional: bool = False) -> Located[M] | None:
        """The file as `model`; None when it is missing or wrong (then `problems` say why)."""
        tree = self.tree(path, optional=optional)
        return None if tree is None else self.located(model, tree, path)

    def tree(self, path: str, *, optional: bool = False) -> Tree | None:
        """The file's data with its lines, before any model looked at it."""
        text = self._text(path, optional=optional)
        return None if text is None else self._tree(path, text)

    def located(self, model: type[M], tree: Tree, path: str) -> Located[M] | None:
        """The data of a tree that was read from `path` (or patched together) as `model`."""
        return located(model, tree, self.shown(path), self.problems)

    def yaml_files(self, under: str, model: type[M]) -> list[Located[M]]:
        """Every YAML file of the folder that fits `model`."""
        found = (self.yaml(name, model) for name in self.names(under, ".yaml", ".yml"))
        return [each for each in found if each is not None]

    def texts_beside(
        self,
        path: str,
        japanese: Mapping[str, str],
        *,
        carried: Mapping[str, Mapping[str, str]] | None = None,
        counts: bool = True,
    ) -> dict[str, dict[str, str]]:
        """The words of `path` by language: the Japanese ones, and each `x.<language>.yaml` beside it.

        `japanese` maps every text path of the file to its Japanese words. A translation of a path that is not there
        is an error; words still untranslated are counted in a warning for each language the pack speaks, unless
        `counts` is off. `carried` are translations that come from elsewhere (a template), the file's own before them.
        """
        texts = {JAPANESE: dict(japanese)}
        spoken = self.pack.meta.languages if self.pack.meta is not None else []
        for code in CODES:
            if code == JAPANESE:
                continue
            beside = in_language(path, code)
            if beside in self.pack.files:
                self.read_files.add(beside)
                texts[code] = read_texts(self.pack.files[beside], dict(japanese), self.problems)
            if carried and carried.get(code):
                texts[code] = {**carried[code], **texts.get(code, {})}
            missing = [each for each, text in japanese.items() if text and each not in texts.get(code, {})]
            if missing and counts and self.pack.meta is not None and code in spoken:
                message = _("%(language)s の訳が%(missing)d件ありません（%(all)d件のうち）。")
                message %= {"language": code, "missing": len(missing), "all": len(japanese)}
                first = _("はじめのもの: %s") % missing[0]
                file = self.shown(beside) if beside in self.pack.files else self.shown(path)
                severity = Severity.ERROR if code in self.pack.meta.complete else Severity.WARNING
                self.problems.append(Problem(file, 0, "", message, first, severity, "untranslated"))
        return texts

    def wrong_rule(self, where: Located[Any], key: str | Path, error: RuleError) -> None:
        """Report a rule that does not compile, at the line of its key."""
        place = _("式の%(line)d行目%(column)d文字目: ") if error.line > 1 else _("式の%(column)d文字目: ")
        message = place % {"line": error.line, "column": error.column} + error.message
        where.problem(key, message, error.hint)

    # Markdown

    def markdown(self, path: str, model: type[M], *, optional: bool = False) -> Located[M] | None:
        """A page: front matter between --- lines as `model`, the rest in `.text`."""
        text = self._text(path, optional=optional)
        if text is None:
            return None
        head, body = _front_matter(text)
        if head is None:
            hint = _("1行目に --- 、次に title: などを書き、もう一度 --- で閉じます。")
            self.problem(path, 1, "", _("前書き（--- で囲んだ部分）がありません。"), hint)
            return None
        tree = self._tree(path, head, first_line=2)
        if tree is None:
            return None
        tree.lines.setdefault((), 2)
        return located(model, tree, self.shown(path), self.problems, text=body)

    def markdown_files(self, under: str, model: type[M]) -> list[tuple[str, dict[str, Located[M]]]]:
        """Every page of the folder: its path, and what it says by language (Japanese always; others if there)."""
        pages = []
        for name in self.names(under, ".md"):
            spoken = {code: in_language(name, code) for code in CODES}
            versions = {
                code: page
                for code, path in spoken.items()
                if path in self.pack.files and (page := self.markdown(path, model)) is not None
            }
            if JAPANESE in versions:
                pages.append((name, versions))
        return pages

    # CSV

    def csv(
        self, path: str, model: type[M], *, unique: str | Iterable[str] = (), optional: bool = False
    ) -> list[Located[M]]:
        """Every row that fits `model`. An empty cell is a key left out. `unique` columns hold no value twice."""
        text = self._text(path, optional=optional)
        if text is None:
            return []
        file = self.shown(path)
        table = _Table(file, model, self.problems, (unique,) if isinstance(unique, str) else tuple(unique))
        return list(table.rows(text))

    def _text(self, path: str, *, optional: bool) -> str | None:
        file = self.pack.files.get(path)
        if file is None:
            if not optional:
                under = str(PurePosixPath(path).parent)
                near = [name for name in self.pack.files if name.startswith(under)] or self.pack.files
                message = _("ファイルがありません。")
                self.problems.append(Problem(f"{self.pack.shown}/{path}", 0, "", message, meant(path, near)))
            return None
        self.read_files.add(path)
        try:
            return decode(file.read())
        except Unreadable as error:
            self._unreadable(file, error)
            return None

    def _tree(self, path: str, text: str, first_line: int = 1) -> Tree | None:
        try:
            return read_yaml(text, first_line)
        except Unreadable as error:
            self._unreadable(self.pack.files[path], error)
            return None

    def _unreadable(self, file: SourceFile, error: Unreadable) -> None:
        self.problems.append(Problem(file.shown, error.line, error.key, error.message, error.hint))


def language_of(name: str) -> str:
    """`x.en.yaml` is English, `x.yaml` Japanese, `jido_teate.nintei.yaml` Japanese too."""
    parts = PurePosixPath(name).name.split(".")
    return parts[-2] if len(parts) > 2 and parts[-2] in CODES and parts[-2] != JAPANESE else JAPANESE


def in_language(name: str, code: str) -> str:
    """The name of the same file in another language."""
    if code == JAPANESE:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{code}{dot}{ending}"


def _front_matter(text: str) -> tuple[str | None, str]:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return None, text
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]).strip("\n")
    return None, text


class _Table:
    """One CSV file: header, rows, and the line each row begins on."""

    def __init__(
        self, file: str, model: type[BaseModel], problems: list[Problem], unique: tuple[str, ...]
    ) -> None:
        self.file, self.model, self.problems, self.unique = file, model, problems, unique
        self.columns = {info.alias or name: info for name, info in model.model_fields.items()}
        self.values: dict[tuple[str, str], int] = {}
        self.found = 0

    def rows(self, text: str) -> Iterator[Located[Any]]:
        reader = csv.reader(io.StringIO(text), strict=True)
        header = self._next(reader)
        if header is None or not self._header_is_right(header):
            return
        start = reader.line_num + 1
        number = 0
        while (cells := self._next(reader)) is not None:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            number += 1
            if number > MAX_ROWS or self.found >= MAX_PROBLEMS:
                message = _("ここから先は調べていません。")
                self.problems.append(Problem(self.file, line, "", message, _("上の誤りから直してください。")))
                return
            row = self._row(header, cells, line)
            if row is not None:
                yield row

    def _next(self, reader: Any) -> list[str] | None:
        try:
            cells: list[str] = next(reader)
        except StopIteration:
            if reader.line_num == 0:
                self._problem(1, "", _("見出しの行がありません。"), "、".join(self.columns))
            return None
        except csv.Error:
            line = max(reader.line_num, 1)
            self._problem(line, "", _("CSV として読めません。"), _('" の数が合っているか確かめてください。'))
            return None
        return cells

    def _problem(self, line: int, key: str, message: str, hint: str = "") -> None:
        self.found += 1
        self.problems.append(Problem(self.file, line, key, message, hint))

    def _header_is_right(self, header: list[str]) -> bool:
        header[:] = [name.strip() for name in header]
        before = self.found
        for name in dict.fromkeys(header):
            if name not in self.columns:
                message = _("「%s」という列はありません。") % name
                self._problem(
                    1, name, message, meant(name, [each for each in self.columns if each not in header])
                )
            elif header.count(name) > 1:
                self._problem(1, name, _("同じ見出しが二つあります。"))
        for name, info in self.columns.items():
            if info.is_required() and name not in header:
                self._problem(1, name, _("この列が要ります。"), _("見出し: %s") % ",".join(self.columns))
        return self.found == before

    def _row(self, header: list[str], cells: list[str], line: int) -> Located[Any] | None:
        if len(cells) != len(header):
            message = _("列の数が違います（見出しは%(right)d、この行は%(here)d）。")
            hint = _('「,」を含む値は " で囲みます。')
            self._problem(line, "", message % {"right": len(header), "here": len(cells)}, hint)
            return None
        for name, cell in zip(header, cells, strict=True):
            if len(cell) > MAX_CELL:
                self._problem(line, name, _("長すぎます（%d文字まで）。") % MAX_CELL)
                return None
        data = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
        tree = Tree(data, {(): line})
        before = len(self.problems)
        row = located(self.model, tree, self.file, self.problems)
        self.found += len(self.problems) - before
        if row is not None and self._is_new(data, line):
            return row
        return None

    def _is_new(self, data: dict[str, str], line: int) -> bool:
        for name in self.unique:
            value = data.get(name, "")
            first = self.values.setdefault((name, value), line)
            if value and first != line:
                message = _("「%(value)s」は%(line)d行目にもあります。") % {"value": value, "line": first}
                self._problem(line, name, message)
                return False
        return True
