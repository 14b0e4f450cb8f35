"""The write gate: how anything in the city is changed, on either database."""

from __future__ import annotations

import fcntl
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, overload

from django.db import OperationalError, connection, migrations, transaction

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
_RETRIED_STATES = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_held = threading.local()


@overload
def writes(verb: Callable[P, R]) -> Callable[P, R]: ...
@overload
def writes() -> Any: ...
def writes(verb: Callable[P, R] | None = None) -> Any:
    """One transaction for one verb: a decorator, or `with writes():`.

    Re-entrant: inside an open gate it is a savepoint of the outer transaction, so that a caller may catch a
    refusal and what the refused verb had begun is undone. On SQLite a fair lock between processes is taken
    before BEGIN IMMEDIATE, because SQLite's own busy handler is unfair (p95 361–606 ms against
    76–87 ms with 16 writers). On PostgreSQL the decorated form is run again, up to five times, when the
    server reports a serialisation failure or a deadlock; the `with` form cannot be run again.
    """
    if verb is None:
        return _gate()

    @functools.wraps(verb)
    def gated(*args: P.args, **kwargs: P.kwargs) -> R:
        if _is_open():
            with transaction.atomic():
                return verb(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with _gate():
                    return verb(*args, **kwargs)
            except OperationalError as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if state not in _RETRIED_STATES or attempt == ATTEMPTS:
                    raise
                time.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    return gated


@contextmanager
def stands_alone() -> Iterator[None]:
    """A gate of its own: what is written inside is committed when the block ends.

    Raises RuntimeError inside anybody else's transaction, which could still be undone. (A test's wrapping
    transaction is let through: Django marks it, and `durable` knows the mark.)
    """
    if _is_open():
        raise RuntimeError("this must be committed by itself, not inside another verb's transaction")
    with _gate(durable=True):
        yield


@contextmanager
def _gate(*, durable: bool = False) -> Iterator[None]:
    if _is_open():
        with transaction.atomic():
            yield
        return
    with _turn():
        _held.open = True
        try:
            with transaction.atomic(durable=durable):
                yield
        finally:
            _held.open = False


def _is_open() -> bool:
    return getattr(_held, "open", False)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for our turn among all processes that write this SQLite file."""
    path = _lock_path()
    if path is None or connection.in_atomic_block:
        # PostgreSQL, an in-memory database, or a test's own transaction: nothing to queue for.
        yield
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # releases the lock, also when the process is killed


def _lock_path() -> Path | None:
    if connection.vendor != "sqlite":
        return None
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or "mode=memory" in name:
        return None
    return Path(name + ".gate")


def only_added(table: str) -> migrations.RunPython:
    """A migration's operation after which the database itself refuses to change or take away rows of `table`.

    There is no switch to pass it by, so that no bug and no hurried `UPDATE` on a console rewrites a record.
    On SQLite Django alters some columns by building the table anew, which drops its triggers: such a
    migration repeats this operation (each table's own test tells). TRUNCATE on PostgreSQL needs the
    owner's right, which the role that serves people should not have.
    """
    made = {"sqlite": _SQLITE_GUARDS, "postgresql": _POSTGRESQL_GUARDS}
    unmade = {
        "sqlite": ("DROP TRIGGER {table}_is_not_changed", "DROP TRIGGER {table}_is_not_taken_away"),
        "postgresql": ('DROP TRIGGER {table}_is_only_added ON "{table}"',),
    }

    def run(statements: dict[str, tuple[str, ...]]) -> Callable[[Any, Any], None]:
        def operation(_apps: Any, editor: Any) -> None:
            for statement in statements[editor.connection.vendor]:
                editor.execute(statement.format(table=table), params=None)

        return operation

    return migrations.RunPython(run(made), run(unmade))


_SQLITE_GUARDS = tuple(
    f"""CREATE TRIGGER {{table}}_is_not_{done} BEFORE {verb} ON "{{table}}"
    BEGIN SELECT RAISE(ABORT, '{{table}} is only ever added to'); END"""
    for verb, done in (("UPDATE", "changed"), ("DELETE", "taken_away"))
)
_POSTGRESQL_GUARDS = (
    """CREATE OR REPLACE FUNCTION is_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$""",
    """CREATE TRIGGER {table}_is_only_added BEFORE UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION is_only_added()""",
)


def only_added_but_practice(table: str) -> migrations.RunPython:
    """As `only_added`, but rows that were born in practice may be taken away whole.

    The table has a boolean `practice`. No row is ever changed, so none becomes practice later.
    """
    made = {"sqlite": _SQLITE_PRACTICE, "postgresql": _POSTGRESQL_PRACTICE}

    def operation(_apps: Any, editor: Any) -> None:
        for statement in made[editor.connection.vendor]:
            editor.execute(statement.format(table=table), params=None)

    return migrations.RunPython(operation, migrations.RunPython.noop)


_SQLITE_PRACTICE = (
    # Django builds a table anew when it adds a column, and the triggers are gone with the old one: or they are not.
    "DROP TRIGGER IF EXISTS {table}_is_not_changed",
    "DROP TRIGGER IF EXISTS {table}_is_not_taken_away",
    _SQLITE_GUARDS[0],
    _SQLITE_GUARDS[1].replace('ON "{table}"', 'ON "{table}" WHEN NOT OLD.practice'),
)
_POSTGRESQL_PRACTICE = (
    """CREATE OR REPLACE FUNCTION is_only_added_but_practice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.practice THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$""",
    'DROP TRIGGER IF EXISTS {table}_is_only_added ON "{table}"',
    """CREATE TRIGGER {table}_is_only_added BEFORE UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION is_only_added_but_practice()""",
)


def only_added_but_erased(
    table: str, *, blank: dict[str, str], same: list[str], when: str, practice: bool = True
) -> migrations.RunPython:
    """As `only_added_but_practice`, but what a row says may be blanked once its data key is destroyed.

    Of a table that knows no practice (`practice=False`) no row is ever taken away.

    `blank` maps the columns that may go to their kind ("json" or "bytes"), `same` are all others, and `when` is a
    condition over OLD that is true when nothing could read the row any more: nobody rewrites a record with it.
    """
    empty = {
        "sqlite": {"json": "NEW.{0} = '{{}}'", "bytes": "length(NEW.{0}) = 0"},
        "postgresql": {"json": "NEW.{0} = '{{}}'::jsonb", "bytes": "length(NEW.{0}) = 0"},
    }

    def operation(_apps: Any, editor: Any) -> None:
        vendor = editor.connection.vendor
        stays = "IS" if vendor == "sqlite" else "IS NOT DISTINCT FROM"
        never = "0" if vendor == "sqlite" else "false"
        erased = " AND ".join(
            [
                *(empty[vendor][kind].format(column) for column, kind in blank.items()),
                *(f"NEW.{column} {stays} OLD.{column}" for column in same),
                f"({when})",
            ]
        )
        for statement in _SQLITE_ERASED if vendor == "sqlite" else _POSTGRESQL_ERASED:
            said = statement.replace("{table}", table).replace("{erased}", erased)
            editor.execute(said if practice else said.replace("OLD.practice", never), params=None)

    return migrations.RunPython(operation, migrations.RunPython.noop)


_SQLITE_ERASED = (
    "DROP TRIGGER IF EXISTS {table}_is_not_changed",
    "DROP TRIGGER IF EXISTS {table}_is_not_taken_away",
    _SQLITE_GUARDS[0].replace('ON "{table}"', 'ON "{table}" WHEN NOT ({erased})'),
    _SQLITE_GUARDS[1].replace('ON "{table}"', 'ON "{table}" WHEN NOT OLD.practice'),
)
_POSTGRESQL_ERASED = (
    """CREATE OR REPLACE FUNCTION {table}_is_only_added_but_erased() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.practice THEN
                RETURN OLD;
            END IF;
        ELSIF {erased} THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$""",
    'DROP TRIGGER IF EXISTS {table}_is_only_added ON "{table}"',
    """CREATE TRIGGER {table}_is_only_added BEFORE UPDATE OR DELETE ON "{table}"
    FOR EACH ROW EXECUTE FUNCTION {table}_is_only_added_but_erased()""",
)
