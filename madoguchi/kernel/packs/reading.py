"""From a folder on disk to a Pack: what it says about itself, and its files laid over those it extends."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, field_validator, model_validator

from madoguchi.kernel.text import CODES, JAPANESE

from .problems import Problem, Severity, meant
from .shapes import Shape, located
from .tree import Tree, Unreadable, decode, read_yaml

MAX_FILES = 5_000
MAX_PARENTS = 5

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Source(Shape):
    """Where facts in the pack come from."""

    id: Name
    title: str
    publisher: str = ""
    published: str = ""
    url: str = ""


class Contact(Shape):
    """Whom a resident asks when the site itself does not help."""

    office: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    hours: str = ""


class PackMeta(Shape):
    """pack.yaml: what a pack says about itself."""

    name: Name = Field(description="the folder's own name; other packs extend it by this")
    title: str = Field(min_length=1, description="what pages and papers call the municipality")
    municipality: str = Field(default="", description="the municipality's name in letters and addresses")
    code: str = Field(default="", description="全国地方公共団体コード, six digits in quotes")
    extends: Name | None = Field(default=None, description="the pack this one is laid over")
    demo: bool = Field(default=False, description="yes: 「見本」 on every paper and mail, noindex")
    strip: str = Field(
        default="", description="the line on every page of a demonstration; | ends its bold head"
    )
    unofficial: str = Field(
        default="", description="the whole notice that this is not the municipality's service"
    )
    languages: list[str] = Field(default=[JAPANESE], description="the languages this pack speaks")
    complete: list[str] = Field(
        default=[], description="the languages in which nothing is missing: one word untranslated is an error"
    )
    contact: Contact = Contact()
    sources: list[Source] = []

    @field_validator("code")
    @classmethod
    def _has_its_check_digit(cls, code: str) -> str:
        if code and not (len(code) == 6 and code.isascii() and code.isdecimal() and _check_digit(code)):
            raise ValueError(_("団体コードは検査数字をふくむ6けたです。"))
        return code

    @field_validator("languages")
    @classmethod
    def _are_ours(cls, languages: list[str]) -> list[str]:
        for code in languages:
            if code not in CODES:
                raise ValueError(_("「%s」という言語はありません。") % code + meant(code, CODES))
        if JAPANESE not in languages:
            raise ValueError(_("ja は必ず要ります。"))
        return languages

    @model_validator(mode="after")
    def _speaks_what_is_complete(self) -> PackMeta:
        for code in self.complete:
            if code not in self.languages:
                raise ValueError(_("complete の「%s」を languages にも書きます。") % code)
        return self


def _check_digit(code: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=False))
    return int(code[5]) == (11 - total % 11) % 10


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the pack as it is after overlays."""

    path: Path  # where it lies
    shown: str  # as the person who checks the pack would open it
    pack: str
    replaces: str = ""  # the pack whose file of the same name this one takes the place of

    def read(self) -> bytes:
        return self.path.read_bytes()


@dataclass(slots=True)
class Pack:
    """A pack read from disk: `files` by their path inside the pack, parents first, overlays over them."""

    root: Path
    shown: str
    meta: PackMeta | None = None
    texts: dict[str, dict[str, str]] = field(default_factory=dict)  # of pack.yaml, by language
    files: dict[str, SourceFile] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)  # this pack, then its parents
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.meta.name if self.meta else self.root.name

    @property
    def hash(self) -> str:
        """Changes with any file, its place or its content."""
        whole = hashlib.sha256()
        for path in sorted(self.files):
            content = hashlib.sha256(self.files[path].read()).hexdigest()
            whole.update(f"{path} {content}\n".encode())
        return whole.hexdigest()

    def info(self) -> dict[str, Any]:
        return self.meta.model_dump(mode="json") if self.meta else {}


def read(path: Path | str) -> Pack:
    """The pack in the folder `path` with everything it extends. What is wrong stands in its `problems`."""
    given = Path(path)
    pack = Pack(root=given, shown=str(given))
    if not given.is_dir():
        pack.problems.append(Problem(pack.shown, 0, "", _("パックのフォルダーがありません。")))
        return pack
    chain = list(_chain(given, pack))
    for folder, name in reversed(chain):
        _lay(folder, name, pack, is_own=folder == given)
    pack.names = [name for _folder, name in chain]
    _read_own_texts(given, pack)
    return pack


def _chain(folder: Path, pack: Pack) -> Iterator[tuple[Path, str]]:
    """The pack and those it extends, nearest first. Stops with a problem at a circle or a missing one."""
    names: list[str] = []
    while True:
        file = folder / "pack.yaml"
        meta, tree = _read_meta(file, pack)
        if not names:
            pack.meta = meta
        names.append(folder.resolve().name)
        yield folder, names[-1]
        if meta is None or tree is None or meta.extends is None:
            return
        line, key = tree.line(("extends",)), "extends"
        if meta.extends in names or len(names) > MAX_PARENTS:
            message = _("extends が輪になっています: %s") % " → ".join([*names, meta.extends])
            pack.problems.append(
                Problem(str(file), line, key, message, _("どれかの extends を消してください。"))
            )
            return
        parent = folder.parent / meta.extends
        if not (parent / "pack.yaml").is_file():
            known = [each.parent.name for each in sorted(folder.parent.glob("*/pack.yaml"))]
            message = _("「%s」というパックがとなりにありません。") % meta.extends
            pack.problems.append(Problem(str(file), line, key, message, meant(meta.extends, known)))
            return
        folder = parent


def _read_meta(file: Path, pack: Pack) -> tuple[PackMeta | None, Tree | None]:
    if not file.is_file() or file.is_symlink():
        hint = _("まず name と title だけを書いた pack.yaml を置きます。")
        pack.problems.append(Problem(str(file), 0, "", _("pack.yaml がありません。"), hint))
        return None, None
    try:
        tree = read_yaml(decode(file.read_bytes()))
    except Unreadable as error:
        pack.problems.append(Problem(str(file), error.line, error.key, error.message, error.hint))
        return None, None
    found = located(PackMeta, tree, str(file), pack.problems)
    if found is None:
        return None, tree
    folder = file.parent.resolve().name
    if found.value.name != folder:
        found.problem("name", _("フォルダーの名前と違います。"), _("「%s」と書きます。") % folder)
    return found.value, tree


def _read_own_texts(folder: Path, pack: Pack) -> None:
    """pack.<language>.yaml: the pack's own words for people who read another language."""
    if pack.meta is None:
        return
    words = {"title", "municipality", "strip", "unofficial"}
    words |= {f"contact.{name}" for name in Contact.model_fields}
    known = dict.fromkeys(words, "")
    for code in CODES:
        if code == JAPANESE or f"pack.{code}.yaml" not in pack.files:
            continue
        file = pack.files[f"pack.{code}.yaml"]
        pack.texts[code] = read_texts(file, known, pack.problems)


def read_texts(file: SourceFile, known: dict[str, str], problems: list[Problem]) -> dict[str, str]:
    """A language file: `path: text` for paths of the Japanese file. Unknown paths are problems."""
    try:
        tree = read_yaml(decode(file.read()))
    except Unreadable as error:
        problems.append(Problem(file.shown, error.line, error.key, error.message, error.hint))
        return {}
    if not isinstance(tree.data, dict):
        if tree.data is not None:
            problems.append(Problem(file.shown, tree.line(), "", _("「道筋: 訳」の形で書きます。")))
        return {}
    texts: dict[str, str] = {}
    for path, text in tree.data.items():
        line = tree.line((path,))
        if path not in known:
            message = _("日本語のファイルに「%s」はありません。") % path
            problems.append(Problem(file.shown, line, path, message, meant(path, known)))
        elif not isinstance(text, str):
            hint = _("訳を書くか、行を消します。数や yes も引用符で囲みます。")
            problems.append(Problem(file.shown, line, path, _("文字を書きます。"), hint))
        elif text.strip():
            texts[path] = text
    return texts


def _lay(folder: Path, name: str, pack: Pack, *, is_own: bool) -> None:
    """Put the files of one pack over those already there. A parent's pack.yaml speaks for the parent only."""
    shown = pack.shown if is_own else str(Path(pack.shown).parent / name)
    for inside, path in _files(folder, shown, pack.problems):
        if "/" not in inside and inside.startswith("pack.") and not is_own:
            continue
        if inside not in pack.files and len(pack.files) >= MAX_FILES:
            pack.problems.append(Problem(shown, 0, "", _("ファイルが多すぎます（%d個まで）。") % MAX_FILES))
            return
        below = pack.files.get(inside)
        pack.files[inside] = SourceFile(path, f"{shown}/{inside}", name, below.pack if below else "")


def _files(folder: Path, shown: str, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """The plain files of a pack, in order. Links that lead out of it, and devices, are refused."""
    home = folder.resolve()
    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(each for each in folders if not _is_ignored(each))
        for each in [*folders, *sorted(files)]:
            path = Path(place) / each
            inside = path.relative_to(folder).as_posix()
            if _is_ignored(each) or (each in folders and not path.is_symlink()):
                continue
            if path.is_symlink() and not (path.is_file() and path.resolve().is_relative_to(home)):
                message = _("パックの外へのリンクは使えません。")
                problems.append(
                    Problem(f"{shown}/{inside}", 0, "", message, _("ファイルそのものを置いてください。"))
                )
            elif not path.exists() or not stat.S_ISREG(path.stat().st_mode):
                problems.append(Problem(f"{shown}/{inside}", 0, "", _("ふつうのファイルではありません。")))
            elif not os.access(path, os.R_OK):
                problems.append(Problem(f"{shown}/{inside}", 0, "", _("読む権限がありません。")))
            elif not _is_plain(inside):
                message = _("名前に使えない文字があります。")
                problems.append(Problem(f"{shown}/{inside!r}", 0, "", message))
            else:
                yield inside, path


def _is_ignored(name: str) -> bool:
    return name.startswith((".", "~")) or name.endswith("~") or name == "__pycache__"


def _is_plain(inside: str) -> bool:
    return inside.isprintable() and "\\" not in inside


def warning(file: str, message: str, hint: str = "", line: int = 0, key: str = "") -> Problem:
    return Problem(file, line, key, message, hint, Severity.WARNING)
