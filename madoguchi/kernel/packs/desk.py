"""Definitions made on the screen: the same files as a pack's, checked and published by the same parts.

The files of one definition are laid in a folder of their own as a small pack and read by the ordinary reader, so
that whatever a part or the linter learns to find is found here too.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from madoguchi.kernel.db import writes
from madoguchi.kernel.practice import is_practice, kind_here

from . import services
from .models import Definition, Origin
from .problems import Problem
from .publishing import publish
from .tree import _WORDS

Files = Mapping[str, str]  # path inside the pack -> text

NAME = "desk"  # of the small pack; no address, receipt or row ever holds it
_PATH = re.compile(r"^(procedures|documents|forms|directory)/[a-z0-9_.-]{1,120}$")


def check_files(
    files: Files, *, beside: Files | None = None, languages: Iterable[str] = ("ja",)
) -> list[Problem]:
    """Everything wrong with `files`, as `mado pack check` would say it. `beside` is only there to be pointed at."""
    with _laid_out(files, beside or {}, languages) as folder:
        found = services.check(folder)
        return [mended for each in found if (mended := _own(each, folder, files)) is not None]


def _own(problem: Problem, folder: Path, files: Files) -> Problem | None:
    """The problem under the name its writer knows; None when it is about what only lies beside."""
    name = problem.file.removeprefix(f"{folder}/")
    if name not in files:
        return None
    return Problem(name, problem.line, problem.key, problem.message, problem.hint, problem.severity)


def publish_files(
    files: Files, *, beside: Files | None = None, languages: Iterable[str] = ("ja",)
) -> list[Definition]:
    """Put the definitions of `files` in force with origin desk. In practice under the kinds of the run.

    Raises PackRefused, VersionTaken, KeptInPack. Who asked for it stands in the record of whoever calls.
    """
    with _laid_out(files, beside or {}, languages) as folder:
        loaded = services._load(folder)
        loaded.refuse_if_wrong()
        own = {f"{folder}/{name}" for name in files}
        with writes():
            return [
                definition for part, made in loaded.made for definition in _published(part.desk, made, own)
            ]


def _published(desk: Any, made: Any, own: set[str]) -> Iterator[Definition]:
    if desk is None:
        return
    mine = [one for one in desk.publications(made) if one.where is not None and one.where.file in own]
    for one in mine:
        yield publish(
            kind=kind_here(desk.kind),
            key=one.key,
            version=one.version,
            logic=one.logic,
            texts=one.texts,
            origin=Origin.DESK,
        )
    if mine and desk.announce is not None and not is_practice():
        desk.announce(made)


@contextmanager
def _laid_out(files: Files, beside: Files, languages: Iterable[str]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mado-desk-") as place:
        folder = Path(place) / NAME
        meta = {"name": NAME, "title": NAME, "languages": list(languages)}
        for name, text in {"pack.yaml": write_yaml(meta), **beside, **files}.items():
            if name != "pack.yaml" and not _PATH.match(name):
                raise ValueError(f"{name} has no place in a pack")
            file = folder / PurePosixPath(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        yield folder


# Writing

_PLAIN = re.compile(r"^[A-Za-z_\u3041-\u30fe\u4e00-\u9fff\uff10-\uff5a][^\n\t:#\"'{}\[\],&*!|>%@`\\\ufeff]*$")


def write_yaml(data: Any) -> str:
    """`data` as YAML that `read_yaml` reads back as the same data, in the manner packs are written by hand."""
    return "".join(_lines(data, 0)) if data else "{}\n"


def _lines(data: Any, depth: int) -> Iterator[str]:
    room = "  " * depth
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _entry(f"{room}{_scalar(str(key))}:", value, depth)
    else:
        for value in data:
            yield from _item(room, value, depth)


def _entry(head: str, value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, Mapping | list) and value:
        yield f"{head}\n"
        yield from _lines(value, depth + 1)
    else:
        yield f"{head} {_scalar(value)}\n"


def _item(room: str, value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, Mapping | list) and value:
        lines = list(_lines(value, depth + 1))
        yield f"{room}- {lines[0].lstrip(' ')}"
        yield from lines[1:]
    else:
        yield f"{room}- {_scalar(value)}\n"


def _scalar(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list):
        return "[]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    # A letter at the start is no number and no date; what is left to mistake are the words for nothing, yes and no.
    if _PLAIN.match(text) and text.isprintable() and text == text.strip() and text not in _WORDS:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """In double quotes, where JSON's escapes and YAML's are the same; what no screen shows is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(
        r"[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]", lambda sign: f"\\u{ord(sign[0]):04x}", quoted
    )
