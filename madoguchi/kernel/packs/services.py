"""What can be done with a pack: check it, compare it with what is in force, apply it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.kernel import audit, clock
from madoguchi.kernel.db import writes
from madoguchi.kernel.refs import SYSTEM, Actor, Ref

from .errors import PackRefused
from .folder import PackFolder
from .models import AppliedPack
from .problems import Problem, meant
from .queries import pack_in_force
from .reading import Pack, read, warning
from .registry import Change, ChangeKind, PackPart, parts

OWN = "pack"  # the part of a change that concerns pack.yaml itself
# The demo week is laid by the engines' demo modules after the pack was applied.
_READ_LATER = frozenset({"week"})
_READ_AT_TOP = ("pack.", "README", "glossary.csv", "LICENSE", "CHANGELOG")


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a pack did."""

    name: str
    title: str
    hash: str
    changes: tuple[Change, ...]
    warnings: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        if not self.changes:
            return _("%s: もう適用してあります。変わったところはありません。") % self.title
        lines = [str(change) for change in self.changes]
        count = _("%(title)s: %(count)d件を変えました。") % {"title": self.title, "count": len(lines)}
        return "\n".join([*lines, count])


@dataclass(slots=True)
class _Loaded:
    pack: Pack
    made: list[tuple[PackPart, Any]] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """Errors first, then by file and line; each once."""
        unique = dict.fromkeys(self.pack.problems)
        return sorted(unique, key=lambda each: (not each.is_error, each.file, each.line))

    def refuse_if_wrong(self) -> None:
        if any(problem.is_error for problem in self.pack.problems):
            raise PackRefused(self.pack.name, self.problems)


def check(path: Path | str) -> list[Problem]:
    """Everything that is wrong with the pack at `path`, errors first; [] when nothing is."""
    return _load(path).problems


def _load(path: Path | str) -> _Loaded:
    pack = read(path)
    loaded = _Loaded(pack)
    if pack.meta is None:
        return loaded
    folder = PackFolder(pack)
    faultless = []
    for part in parts():
        before = _errors(pack)
        made = part.load(folder)
        folder.loaded[part.folder] = made
        loaded.made.append((part, made))
        if _errors(pack) == before:
            faultless.append((part, made))
    for part, made in faultless:
        if part.check is not None:
            part.check(made, folder)
    pack.problems.extend(_unread(folder))
    return loaded


def _errors(pack: Pack) -> int:
    return sum(problem.is_error for problem in pack.problems)


def _unread(folder: PackFolder) -> Iterable[Problem]:
    """A file nobody reads is most often a slip in a name."""
    ours = {part.folder for part in parts()}
    strange = set(_READ_LATER)
    for name, file in folder.pack.files.items():
        top, slash, _rest = name.partition("/")
        if name in folder.read_files or (not slash and name.startswith(_READ_AT_TOP)):
            continue
        if slash and top not in ours:
            if top not in strange:
                strange.add(top)
                message = _("「%s」というフォルダーを読むものがありません。") % top
                yield warning(file.shown.removesuffix(name) + top, message, meant(top, ours))
            continue
        yield warning(file.shown, _("このファイルを読むものがありません。"), meant(name, folder.read_files))


def diff(path: Path | str) -> list[Change]:
    """What applying the pack at `path` would change; nothing is changed. Raises PackRefused."""
    loaded = _load(path)
    loaded.refuse_if_wrong()
    found: list[Change] = []
    with writes():
        # Most parts say what they would do by doing it; then all of it is undone.
        for part, made in loaded.made:
            found += part.diff(made) if part.diff is not None else part.apply(made, SYSTEM)
        found += _own_changes(loaded.pack)
        transaction.set_rollback(True)
    return found


def apply(path: Path | str, *, by: Actor) -> Applied:
    """Make the city what the pack at `path` says, whole or not at all. The second time nothing changes.

    Raises PackRefused with every problem when there is an error.
    """
    loaded = _load(path)
    loaded.refuse_if_wrong()
    warnings = tuple(loaded.problems)
    return _apply(loaded, warnings, by=by)


@writes
def _apply(loaded: _Loaded, warnings: tuple[Problem, ...], *, by: Actor) -> Applied:
    pack = loaded.pack
    changes = [change for part, made in loaded.made for change in part.apply(made, by)]
    own = _own_changes(pack)
    title = pack.meta.title if pack.meta else pack.name
    if own:
        row = AppliedPack.objects.create(
            name=pack.name, title=title, hash=pack.hash, at=clock.now(), info=_info(pack)
        )
        audit.record(
            "packs.applied", Ref.to(row), by=by, facts={"hash": row.hash, "changes": len(changes) + len(own)}
        )
    return Applied(pack.name, title, pack.hash, tuple(changes + own), warnings)


def _info(pack: Pack) -> dict[str, Any]:
    return pack.info() | {"texts": pack.texts, "packs": pack.names}


def _own_changes(pack: Pack) -> list[Change]:
    """The pack itself as a change, when its files are not those in force."""
    now = pack_in_force()
    if now is not None and (now.name, now.hash, now.info) == (pack.name, pack.hash, _info(pack)):
        return []
    kind = ChangeKind.ADDED if now is None else ChangeKind.CHANGED
    return [Change(OWN, kind, pack.name, " ← ".join(pack.names))]
