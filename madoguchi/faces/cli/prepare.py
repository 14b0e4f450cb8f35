"""Brings an installation to the state the code and the pack describe. Each step is skipped when it is already so."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module, util
from pathlib import Path
from typing import Any

from .places import ROOT, SETTINGS, var, writable_var
from .say import Stop, note
from .translations import compile_all

MADE_BY_US = (
    "backup.json",
    "madoguchi.sqlite3",
    "madoguchi.sqlite3-wal",
    "madoguchi.sqlite3-shm",
    "madoguchi.sqlite3.gate",
    "prepared.json",
    "secret.key",
    "keys",
    "mail",
    "static",
    "vault",
)


def wake_django() -> None:
    """Settings and apps, once. Everything below needs it."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def prepare() -> None:
    """Migrate, compile translations, collect static files, apply the pack, lay the demo week."""
    writable_var()
    with step("ことばを組んでいます: translations"):
        compile_all()
    wake_django()
    done = Done.read()
    with step("表を整えています: database"):
        is_new = migrate()
    if is_new:
        done.forget("pack", "week")
    with step("画面の部品を集めています: static files"):
        done.unless_same("static", static_fingerprint(), collect_static)
    with step("パックを読み込んでいます: pack"):
        done.unless_same("pack", pack_fingerprint(), apply_pack)
    from django.conf import settings

    if settings.DEMO:
        with step("町の1週間を置いています: demo week"):
            done.unless_same("week", "laid", lay_week)


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is being done, when it took long enough for anyone to wonder."""
    started = time.monotonic()
    yield
    took = time.monotonic() - started
    if took > 0.5:
        note(f"{words} ({took:.1f} s)")


class Done:
    """What was already done for this installation: var/prepared.json. Losing it costs time, never data."""

    def __init__(self, marks: dict[str, str]) -> None:
        self.marks = marks

    @classmethod
    def read(cls) -> Done:
        try:
            return cls(json.loads((var() / "prepared.json").read_text()))
        except (OSError, ValueError):
            return cls({})

    def forget(self, *names: str) -> None:
        for name in names:
            self.marks.pop(name, None)

    def unless_same(self, name: str, fingerprint: str, do: Callable[[], None]) -> None:
        """Run `do` unless it was run for this fingerprint; remember it afterwards, so that a crash repeats it."""
        if self.marks.get(name) == fingerprint:
            return
        do()
        self.marks[name] = fingerprint
        (var() / "prepared.json").write_text(json.dumps(self.marks, indent=1))


def migrate() -> bool:
    """Bring the tables up to date; says whether the database was empty before."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    was_empty = not executor.loader.applied_migrations
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    return was_empty


def static_fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    lines = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            lines.append(f"{path} {found.st_size} {found.st_mtime_ns}")
    return digest(sorted(lines))


def collect_static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False, clear=True)


def pack_fingerprint() -> str:
    """Changes with any pack file, and with the code that turns pack files into rows."""
    from django.conf import settings

    packs = Path(settings.PACK).resolve().parent
    if not Path(settings.PACK).is_dir():
        raise Stop(f"{settings.PACK} がありません。 No such pack: set MADO_PACK to a pack's folder.")
    code = [
        *(ROOT / "madoguchi/kernel/packs").rglob("*.py"),
        *(ROOT / "madoguchi/engines").glob("*/pack*.py"),
    ]
    files = [path for path in packs.rglob("*") if path.is_file()]
    return digest(
        f"{path} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in sorted([*files, *code])
    )


def apply_pack() -> None:
    from django.conf import settings

    from madoguchi.kernel import packs
    from madoguchi.kernel.refs import SYSTEM

    from .pack import saying_what_is_wrong

    with saying_what_is_wrong(settings.PACK):
        packs.apply(settings.PACK, by=SYSTEM)


def lay_week() -> None:
    """Ask every app that has a `demo.lay_week(by=…)`, lower shelves first, to lay its part of the week."""
    from madoguchi.kernel.refs import SYSTEM

    for module in demo_modules():
        lay = getattr(module, "lay_week", None)
        if lay is not None:
            lay(by=SYSTEM)


def demo_modules() -> Iterator[Any]:
    from django.apps import apps

    for app in apps.get_app_configs():
        name = f"{app.name}.demo"
        if app.name.startswith("madoguchi.") and util.find_spec(name) is not None:
            yield import_module(name)


def sign_ins() -> list[tuple[str, str, str, str]]:
    """(who, address, login, password) of the demo's people, as identity knows them."""
    for module in demo_modules():
        if module.__name__ == "madoguchi.kernel.identity.demo":
            return list(module.sign_ins())
    return []


def throw_away() -> None:
    """Delete what `mado` made under var/, and nothing else that may lie there."""
    for name in MADE_BY_US:
        path = var() / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
